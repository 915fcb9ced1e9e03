//! The relay: gives each event its place among all, without a gap, after its transaction has committed.
//!
//! A sequence would not do: a transaction that takes a lower number may commit after one with a higher, and a reader who
//! has passed the higher would never see the lower. So one relay at a time, under a lock of the database, numbers what has
//! become visible; readers go by `position` alone. Within a stream the order is that of `seq`.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::event;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::act;
use crate::app::App;
use crate::error::Result;

/// The advisory lock (PostgreSQL) that the relay works under.
const LOCK: i64 = 0x6c69_7566_0072_656c;
/// How many events are numbered in one transaction.
const BATCH: u64 = 200;
/// How often it looks without being woken: what other instances have committed, and what was left by one that ended.
const EACH: Duration = Duration::from_secs(1);

/// Numbers events as they are committed, until it is dropped.
pub async fn run(app: &App) {
    let mut failing = false;
    loop {
        let done = relay(&app.db).await;
        match &done {
            Err(error) if !failing => tracing::error!(?error, "events cannot be relayed"),
            Ok(_) if failing => tracing::info!("events are relayed again"),
            Ok(_) | Err(_) => {}
        }
        failing = done.is_err();
        let _ = tokio::time::timeout(EACH, app.committed.notified()).await;
    }
}

/// Numbers all events that have none yet, and says how many those were.
///
/// # Errors
/// A fault of the database; what was numbered before it stays.
pub async fn relay(db: &DatabaseConnection) -> Result<u64> {
    let mut count = 0;
    loop {
        // Looking costs no lock: on SQLite the batch would hold up the writers each second.
        let first = event::Entity::find().select_only().column(event::Column::Id);
        if first.filter(event::Column::Position.is_null()).into_tuple::<Uuid>().one(db).await?.is_none() {
            return Ok(count);
        }
        count += batch(db).await?;
    }
}

async fn batch(db: &DatabaseConnection) -> Result<u64> {
    let tx = act::begin(db).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    let last = event::Entity::find().select_only().column_as(event::Column::Position.max(), "last");
    let mut position = last.into_tuple::<Option<i64>>().one(&tx).await?.flatten().unwrap_or_default();
    let waiting: Vec<(Uuid, i64, DateTime<Utc>)> = event::Entity::find()
        .select_only()
        .columns([event::Column::Id, event::Column::Stream, event::Column::OccurredAt])
        .filter(event::Column::Position.is_null())
        .order_by_asc(event::Column::Stream)
        .order_by_asc(event::Column::Seq)
        .limit(BATCH)
        .into_tuple()
        .all(&tx)
        .await?;
    let count = waiting.len();
    for id in in_order(waiting) {
        position += 1;
        event::Entity::update_many()
            .col_expr(event::Column::Position, Expr::value(position))
            .filter(event::Column::Id.eq(id))
            .exec(&tx)
            .await?;
    }
    tx.commit().await?;
    Ok(count as u64)
}

/// By time, as far as the order within each stream allows.
fn in_order(waiting: Vec<(Uuid, i64, DateTime<Utc>)>) -> Vec<Uuid> {
    let mut latest: HashMap<i64, DateTime<Utc>> = HashMap::new();
    let mut timed: Vec<_> = waiting
        .into_iter()
        .map(|(id, stream, time)| {
            let latest = latest.entry(stream).or_insert(time);
            *latest = time.max(*latest);
            (*latest, id)
        })
        .collect();
    timed.sort_by_key(|(time, _)| *time);
    timed.into_iter().map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_go_by_time_but_never_against_their_stream() {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        let id = Uuid::from_u128;
        let waiting = vec![(id(1), 7, at(10)), (id(2), 7, at(5)), (id(3), 8, at(7)), (id(4), 8, at(20))];
        assert_eq!(in_order(waiting), [3, 1, 2, 4].map(id));
    }
}
