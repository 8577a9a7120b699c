//! Who is at the other end of a connection, as far as the connection says.

use std::net::SocketAddr;
use std::sync::Arc;

/// Where a connection comes from. A request extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The address and port at the other end: a proxy's, if there is one.
    pub addr: SocketAddr,
}

/// The certificate that a client has proved to hold, in DER. A request extension of the systems' listener.
///
/// It was signed by a known authority and valid when the connection began. Whether it is
/// still on the list of known systems must be asked for every request.
#[derive(Clone, PartialEq, Eq)]
pub struct PeerCert(pub Arc<[u8]>);

impl std::fmt::Debug for PeerCert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PeerCert")
    }
}
