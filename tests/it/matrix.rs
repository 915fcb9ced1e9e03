//! Trial.
use crate::support::{Backing, world::World};
both! {
    async fn the_world_is_made(db: Backing) {
        let _ = tracing_subscriber::fmt().with_env_filter("error").try_init();
        let at = std::time::Instant::now();
        let world = World::make(db, true).await;
        println!("{} problems, {} shown, {:?}", world.told.len(), world.shown.len(), at.elapsed());
    }
}
