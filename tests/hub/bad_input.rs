//! Bad input: refused, named, nothing stored, nothing echoed.
