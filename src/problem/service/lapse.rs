//! What nobody decided on in time lapses (失效): requests, extensions, suspensions.

use chrono::{DateTime, Utc};
use entity::word::RequestStatus;
use entity::{extension_request, request, suspension};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::watch::{event, found, locked};
use super::{change_of, write};
use crate::act::Act;
use crate::clock::day;
use crate::error::Result;
use crate::event::Kind;

/// How one kind of request is found when its time has come, and how it lapses.
macro_rules! lapses {
    ($(#[doc = $about:literal])+ $entity:ident, $find:ident, $lapse:ident, $by:ident, $now:expr, $past:expr, $kind:ident) => {
        $(#[doc = $about])+
        ///
        /// # Errors
        /// A fault of the database.
        pub async fn $find(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
            let due = $entity::Entity::find()
                .select_only()
                .column($entity::Column::Id)
                .filter($entity::Column::Status.eq(RequestStatus::Pending))
                .filter($entity::Column::$by.lte($now(now)))
                .order_by_asc($entity::Column::$by)
                .limit(most);
            found(due, db).await
        }

        /// One of them lapses, if it still waits.
        ///
        /// # Errors
        /// A fault of the database.
        pub async fn $lapse(mut act: Act<'_>, id: Uuid) -> Result<bool> {
            let (problem, row) = locked!(act, $entity, id);
            if row.status != RequestStatus::Pending || !$past(&row, act.now) {
                return Ok(false);
            }
            let lapsed = $entity::ActiveModel {
                id: Unchanged(id),
                status: Set(RequestStatus::Lapsed),
                decided_at: Set(Some(act.now)),
                ..Default::default()
            };
            $entity::Entity::update(lapsed).exec(&act.tx).await?;
            write(&act, change_of(&problem)).await?;
            act.emit(event(&problem, Kind::$kind, id));
            act.commit().await?;
    Ok(true)
        }
    };
}

lapses! {
    /// Requests with an end of their own: voiding that nobody confirmed.
    request, system_requests, system_request, LapsesAt, |now: DateTime<Utc>| now,
    |row: &request::Model, now| row.lapses_at.is_some_and(|at| at <= now), VoidLapsed
}

lapses! {
    /// Extensions that were asked for, and whose limit has passed.
    extension_request, system_extensions, system_extension, DueAt, |now: DateTime<Utc>| now,
    |row: &extension_request::Model, now| row.due_at <= now, ExtensionLapsed
}

lapses! {
    /// Pauses that were asked for, and whose day has come.
    suspension, system_suspensions, system_suspension, AskedUntil, day,
    |row: &suspension::Model, now| row.asked_until <= day(now), SuspensionLapsed
}
