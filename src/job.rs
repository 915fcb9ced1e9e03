//! What happens when its time comes, without anybody's command: one job, one row at a time, one transaction with its event.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::act::Act;
use crate::error::Result;

/// An answer to come.
pub type Coming<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Finds rows whose time has come by a moment: so many at most, the longest due first.
pub type Find = for<'a> fn(&'a DatabaseConnection, DateTime<Utc>, u64) -> Coming<'a, Vec<Uuid>>;

/// Does it to one row and commits the act, if its time has still come: what was found may have been done meanwhile. Then it
/// drops the act, nothing has happened, and the answer is false.
pub type Do = for<'a> fn(Act<'a>, Uuid) -> Coming<'a, bool>;

/// One thing that happens by itself.
#[derive(Clone, Copy)]
pub struct Job {
    /// Its name, for the log.
    pub name: &'static str,
    /// Finds what is due.
    pub find: Find,
    /// Does it.
    pub run: Do,
}
