//! What is done about notifications: made, delivered, marked as read, removed.

pub mod asked;
pub mod audience;
pub mod deliver;
pub mod make;
pub mod mark;

use crate::app::App;
use crate::error::Result;

/// What the scheduler does: makes them from what happened, delivers those whose time has come, removes old ones; says how
/// many rows that were.
///
/// # Errors
/// The first fault of the database; what was done before it stays, and the rest is tried all the same.
pub async fn system_round(app: &App) -> Result<u64> {
    let (made, delivered, swept) =
        (make::system_make(app).await, deliver::system_deliver(app).await, deliver::system_sweep(app).await);
    Ok(made? + delivered? + swept?)
}
