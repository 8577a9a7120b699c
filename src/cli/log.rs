//! The operators' log: one JSON line an event, to standard error.
//!
//! Promises: fields are ids and words; never a name, text, token, path or query.

use tracing_subscriber::EnvFilter;

/// Starts the log. `LIPPEN_LOG` sets what is written, such as `lippen=debug`; warnings and worse if it is not set.
pub(super) fn start() {
    let filter = EnvFilter::try_from_env("LIPPEN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second start in one process keeps the first log.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
