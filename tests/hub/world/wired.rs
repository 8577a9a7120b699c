//! By what a world's hub says outside that something waits.

/// By what a hub says outside that something waits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wired {
    /// A relay on this machine.
    pub(crate) smtp: Option<std::net::SocketAddr>,
    /// Whether systems on this machine are told.
    pub(crate) webhooks: bool,
}
