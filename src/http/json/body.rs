//! The bytes of a body, held in one place that is wiped.
//!
//! Promises: holds at most what the route allows, whatever the length line says; its
//! buffer never moves, so no unwiped copy of it is left behind. The network library's own
//! chunks are wiped where they are not shared; TLS buffers below are out of reach.

use super::Flaw;
use crate::http::body::{Cut, cut_of};
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, HeaderMap};
use http_body_util::BodyExt;
use zeroize::{Zeroize, Zeroizing};

/// Reads all of `body`, at most `max` bytes.
pub(in crate::http) async fn collect(
    mut body: Body,
    headers: &HeaderMap,
    max: usize,
) -> Result<Zeroizing<Vec<u8>>, Flaw> {
    let stated = headers.get(CONTENT_LENGTH).map(|line| line.to_str().ok().and_then(|n| n.parse::<usize>().ok()));
    let room = match stated {
        None => max,
        Some(Some(length)) if length <= max => length,
        Some(_) => return Err(Flaw::TooLarge),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| match cut_of(&error) {
            Some(Cut::TooSlow) => Flaw::TooSlow,
            Some(Cut::TooLarge) => Flaw::TooLarge,
            None => Flaw::Broken,
        })?;
        let Ok(data) = frame.into_data() else { continue };
        // The length line may lie, but not beyond what was set aside for it.
        if data.len() > room - bytes.len() {
            return Err(Flaw::TooLarge);
        }
        if bytes.capacity() == 0 {
            bytes.reserve_exact(room);
        }
        bytes.extend_from_slice(&data);
        if let Ok(mut own) = data.try_into_mut() {
            own.as_mut().zeroize();
        }
    }
    Ok(bytes)
}
