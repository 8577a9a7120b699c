//! Where the hub may connect to: what its own network holds is not for whoever enters an address.
//!
//! Promises: a name is looked up once, and what was looked up is what is connected to; if one of its addresses is not public, none is.
//! What the operator names is excepted, and nothing else. Redirects are followed by nobody.
//! Must never know: for whom.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Addresses that are not public and may be connected to all the same, because the operator says so.
#[derive(Debug, Clone, Default)]
pub struct Reach(
    /// They.
    pub Vec<IpAddr>,
);

impl Reach {
    /// Returns an address of a host to which the hub may connect.
    pub(super) async fn find(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await.ok()?.collect();
        self.allowed(&found)
    }

    fn allowed(&self, found: &[SocketAddr]) -> Option<SocketAddr> {
        let fits = |at: &SocketAddr| is_public(at.ip()) || self.0.contains(&at.ip());
        if found.iter().all(fits) { found.first().copied() } else { None }
    }
}

/// Says whether an address is somebody's on the public internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let tests = ip.is_documentation() || (a == 198 && (b == 18 || b == 19));
    let assigned = (a == 192 && b == 0 && c == 0) || (a == 192 && b == 88 && c == 99);
    let reserved = a == 0 || a >= 224;
    !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || shared || tests || assigned || reserved)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    // 2000::/3 alone is given out; of it, 2001::/23 is for protocols, 2002::/16 and 64:ff9b::/96 hold other addresses.
    let given = first & 0xe000 == 0x2000;
    let special = (first == 0x2001 && second < 0x200) || first == 0x2002 || (first == 0x2001 && second == 0xdb8);
    given && !special && first != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_network_keeps_to_itself_is_not_public() {
        for inner in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.1",
            "198.18.0.1",
            "203.0.113.7",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "fec0::1",
        ] {
            assert!(!is_public(inner.parse().unwrap()), "{inner}");
        }
        for outer in ["8.8.8.8", "193.0.0.1", "2a00:1450:4009::1", "2001:4860:4860::8888", "172.32.0.1", "100.128.0.1"]
        {
            assert!(is_public(outer.parse().unwrap()), "{outer}");
        }
    }

    #[test]
    fn a_name_with_one_inner_address_is_not_connected_to() {
        let at = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 443);
        let nobody = Reach::default();
        assert_eq!(nobody.allowed(&[at("8.8.8.8"), at("8.8.4.4")]), Some(at("8.8.8.8")));
        assert_eq!(nobody.allowed(&[at("8.8.8.8"), at("169.254.169.254")]), None);
        assert_eq!(nobody.allowed(&[]), None);
        let named = Reach(vec!["10.0.0.7".parse().unwrap()]);
        assert_eq!(named.allowed(&[at("10.0.0.7")]), Some(at("10.0.0.7")));
        assert_eq!(named.allowed(&[at("10.0.0.8")]), None);
    }
}
