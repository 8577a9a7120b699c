//! How many connections one address may hold at once.
//!
//! Promises: a seat is given back when its connection ends, however it ends; addresses
//! without connections take no memory.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The seats of one listener.
#[derive(Debug, Clone)]
pub(super) struct Seats {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_peer_max: usize,
}

/// One connection's seat.
#[derive(Debug)]
#[must_use = "a seat that is dropped is free again"]
pub(super) struct Seat {
    seats: Seats,
    network: IpAddr,
}

impl Seats {
    pub(super) fn new(per_peer_max: usize) -> Self {
        Self { taken: Arc::default(), per_peer_max }
    }

    /// Gives a seat to a connection from `address`, if it may have one more.
    ///
    /// The machine itself is not counted: its own tools and a proxy beside the hub all
    /// come from one address.
    pub(super) fn take(&self, address: IpAddr) -> Option<Seat> {
        let network = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network).or_default();
        if *count >= self.per_peer_max && !network.is_loopback() {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Seat { seats: self.clone(), network })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

/// Returns what counts as one peer: an IPv4 address, or the first 64 bits of an IPv6 one,
/// which is the least that a single household or host is given.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_has_its_share_and_gets_it_back() {
        let seats = Seats::new(2);
        let at = |text: &str| seats.take(text.parse().unwrap());
        let first = at("192.0.2.1");
        let second = at("::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(at("192.0.2.1").is_none());
        assert!(at("192.0.2.2").is_some());
        drop(first);
        assert!(at("192.0.2.1").is_some());
        drop(second);
        assert!(seats.taken.lock().unwrap().is_empty());
    }

    #[test]
    fn an_ipv6_network_is_one_peer_and_this_machine_is_none() {
        let seats = Seats::new(1);
        let at = |text: &str| seats.take(text.parse().unwrap());
        let held = (at("2001:db8::1"), at("::1"), at("127.0.0.1"));
        assert!(at("2001:db8::ffff").is_none());
        assert!(at("2001:db8:0:1::1").is_some());
        assert!(at("::1").is_some() && at("127.0.0.1").is_some());
        drop(held);
    }
}
