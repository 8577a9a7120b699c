//! Who may be visited now: so many at once by each way, and of them so many at one peer.
//!
//! Promises: what hangs takes room from nothing that goes by another way, and one peer takes a part of its own way's room at most,
//! whatever number of agencies it serves. The relay is the one peer of e-mail: what has an address there has that way to itself.
//! Must never know: addresses, what is sent.

use crate::model::dispatch::{Target, Way};
use std::collections::HashMap;

/// How many targets of one way are visited at once.
const WAY_MAX: usize = 64;

/// How many of a way's targets are visited at once that are at one peer, or at a peer that is not known yet.
const PEER_MAX: usize = 16;

/// A host, without its name; none where it is not known yet. E-mail has one peer.
pub(super) type Peer = Option<u64>;

/// Who is being visited, and at which peer each target is.
#[derive(Debug, Default)]
pub(super) struct Room {
    busy: HashMap<Target, Peer>,
    peers: HashMap<Target, u64>,
}

impl Room {
    /// Takes room for a visit; says whether there was any.
    pub(super) fn takes(&mut self, target: Target) -> bool {
        let (way, peer) = (target.way(), self.peers.get(&target).copied());
        let of_way = || self.busy.iter().filter(|(other, _)| other.way() == way);
        let most = match way {
            Way::Mail => WAY_MAX,
            Way::Webhook => PEER_MAX,
        };
        let fits = of_way().count() < WAY_MAX && of_way().filter(|(_, other)| **other == peer).count() < most;
        if fits {
            self.busy.insert(target, peer);
        }
        fits
    }

    /// Gives the room of a visit back, with the peer that was found, if it was.
    pub(super) fn leaves(&mut self, target: Target, peer: Peer) {
        self.busy.remove(&target);
        if let Some(peer) = peer {
            self.peers.insert(target, peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{ChannelId, EndpointId};

    fn mail(n: u128) -> Target {
        Target::Channel(ChannelId::from_bits(n))
    }

    fn system(n: u128) -> Target {
        Target::Endpoint(EndpointId::from_bits(n))
    }

    #[test]
    fn a_relay_that_hangs_takes_no_room_of_the_systems_nor_they_of_it() {
        let mut room = Room::default();
        assert_eq!((0..500).filter(|n| room.takes(mail(*n))).count(), WAY_MAX);
        assert!(room.takes(system(1)) && !room.takes(mail(501)));
        room.leaves(mail(3), None);
        assert!(room.takes(mail(501)), "what ended made room for another");

        let mut room = Room::default();
        let systems: Vec<Target> = (0..500).map(system).collect();
        room.peers = systems.iter().copied().zip(0..).collect();
        assert_eq!(systems.iter().filter(|one| room.takes(**one)).count(), WAY_MAX);
        assert!(room.takes(mail(1)));
    }

    #[test]
    fn one_peer_takes_a_part_of_its_ways_room_however_many_systems_it_has() {
        let mut room = Room::default();
        let theirs: Vec<Target> = (0..100).map(system).collect();
        assert_eq!(theirs.iter().filter(|one| room.takes(**one)).count(), PEER_MAX, "nobody is known yet");
        theirs.iter().for_each(|one| room.leaves(*one, Some(7)));
        assert_eq!(theirs.iter().filter(|one| room.takes(**one)).count(), PEER_MAX, "all are at one peer");
        assert!(room.takes(system(200)), "another is visited all the same");
    }
}
