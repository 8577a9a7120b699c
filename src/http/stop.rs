//! How the hub is told to stop: one switch, many who listen.
//!
//! A stream that would stay open for ever (such as the alerts' event stream) listens too,
//! so that it ends at once instead of being cut when the draining time is over.

use tokio::sync::watch;

/// The switch. Dropping it stops the hub as well: nobody could stop it later.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// One listener of the switch. Every request carries one as an extension.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

/// Returns a switch and its first listener.
#[must_use]
pub fn switch() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Tells everybody to stop. Telling twice is harmless.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns once the hub was told to stop; at once if it already was.
    pub async fn asked(&mut self) {
        // An error means that the switch is gone, which is as good as an order.
        let _ = self.0.wait_for(|told| *told).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_order_reaches_all_and_a_lost_switch_is_an_order() {
        let (stopper, stop) = switch();
        let (mut first, mut second) = (stop.clone(), stop);
        stopper.stop();
        first.asked().await;
        first.asked().await;
        drop(stopper);
        second.asked().await;
    }
}
