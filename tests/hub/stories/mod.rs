//! Stories told by the cast.

use crate::world::on_each;

#[test]
fn hello() {
    on_each(async |world| {
        world.cast("isla").get("/api/v1/me").await.is(200);
        eprintln!("{}", world.log_size().await);
    });
}
