//! Every route, asked by each member of the cast.
