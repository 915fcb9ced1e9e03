//! What tests start from: a migrated database of their own, a server on it, someone who asks.

pub mod communities;
pub mod database;
mod demo;
pub mod dice;
mod mediations;
mod privacy;
pub mod sdl;
pub mod server;
pub mod town;
pub mod work;
pub mod world;

pub use database::Backing;
pub use demo::Told;
pub use server::{Reply, Server};

/// Makes two tests of one, `name::sqlite` and `name::postgres`.
///
/// ```ignore
/// both! {
///     /// What it shows.
///     async fn a_sentence(db: Backing) { … }
/// }
/// ```
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Backing) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($db: $crate::support::Backing) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::support::Backing::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::support::Backing::postgres().await).await;
            }
        }
    )+ };
}
