//! Makes notifications from events, in the order of their position: what was looked at is noted with what was made of it,
//! so a server that ends in between makes the same again, and a unique index takes each once.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::word::DeliveryStatus;
use entity::{event, notification, notification_cursor};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::table::told;
use super::super::wording::urgent;
use super::audience::{Asking, Recipient};
use crate::act;
use crate::app::App;
use crate::error::{Error, Result};
use crate::event::Kind;

/// How many events are looked at in one transaction.
const BATCH: u64 = 50;
/// The one row.
const ROW: i64 = 1;
/// What happened longer ago is listed, and not delivered any more.
const FRESH: TimeDelta = TimeDelta::days(1);

/// Makes what is to be made, and says of how many events that was.
///
/// # Errors
/// A fault of the database; what was made before it stays.
pub async fn system_make(app: &App) -> Result<u64> {
    let mut count = 0;
    loop {
        // Looking costs no lock.
        let looked = notification_cursor::Entity::find_by_id(ROW).one(&app.db).await?;
        let position = looked.map_or(0, |row| row.position);
        let next = event::Entity::find().select_only().column(event::Column::Id);
        let next = next.filter(event::Column::Position.gt(position)).into_tuple::<Uuid>();
        if next.one(&app.db).await?.is_none() {
            return Ok(count);
        }
        count += system_batch(app).await?;
    }
}

async fn system_batch(app: &App) -> Result<u64> {
    let tx = act::begin(&app.db).await?;
    let cursor = notification_cursor::Entity::find_by_id(ROW);
    let postgres = tx.get_database_backend() == DbBackend::Postgres;
    let cursor = if postgres { cursor.lock(LockType::Update) } else { cursor };
    let position =
        cursor.one(&tx).await?.ok_or_else(|| Error::fault("the place up to which was made is lost"))?.position;
    let events = event::Entity::find().filter(event::Column::Position.gt(position));
    let events = events.order_by_asc(event::Column::Position).limit(BATCH).all(&tx).await?;
    let (now, count) = (app.clock.now(), events.len() as u64);
    let mut last = position;
    for event in events {
        last = event.position.unwrap_or(last);
        let Some(kind) = Kind::ALL.iter().find(|kind| kind.name() == event.kind) else { continue };
        let asking = Asking { tx: &tx, now, event: &event };
        let mut told_of = BTreeSet::new();
        let mut rows = vec![];
        for (verb, audience) in told(*kind) {
            for one in asking.system_of(*verb, *audience).await? {
                if told_of.insert((one.user, one.post)) {
                    rows.push(row(app, &event, one));
                }
            }
        }
        if !rows.is_empty() {
            let once = OnConflict::new().do_nothing().to_owned();
            notification::Entity::insert_many(rows).on_conflict(once).exec_without_returning(&tx).await?;
        }
    }
    let reached = notification_cursor::ActiveModel { id: Unchanged(ROW), position: Set(last) };
    notification_cursor::Entity::update(reached).exec(&tx).await?;
    tx.commit().await?;
    Ok(count)
}

fn row(app: &App, event: &event::Model, to: Recipient) -> notification::ActiveModel {
    let now = app.clock.now();
    let fresh = event.occurred_at > now - FRESH;
    notification::ActiveModel {
        id: Set(app.ids.next(now)),
        event_id: Set(event.id),
        user_id: Set(to.user),
        post_id: Set(to.post),
        kind: Set(to.verb),
        number: Set(to.number),
        due_at: Set(to.due),
        created_at: Set(event.occurred_at),
        read_at: Set(None),
        urgent: Set(urgent(to.verb)),
        status: Set(if fresh { DeliveryStatus::Pending } else { DeliveryStatus::Skipped }),
        attempts: Set(0),
        next_at: Set(now),
        delivered_at: Set(None),
    }
}
