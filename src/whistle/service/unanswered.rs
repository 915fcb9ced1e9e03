//! Calls whose time has passed without a report-in: reminded of once.

use chrono::{DateTime, Utc};
use entity::whistle_call;
use entity::word::WhistleCallStatus;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::act::Act;
use crate::error::Result;
use crate::event::{Event, Kind};
use crate::job::Job;

/// The jobs of this domain.
#[must_use]
pub fn jobs() -> Vec<Job> {
    vec![Job {
        name: "remind of unanswered whistles",
        find: |db, now, most| Box::pin(system_unanswered(db, now, most)),
        run: |act, id| Box::pin(system_remind(act, id)),
    }]
}

/// The calls that nobody has answered by `now`, the longest overdue first. A cancelled whistle has none.
async fn system_unanswered(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
    let select = whistle_call::Entity::find()
        .select_only()
        .column(whistle_call::Column::Id)
        .filter(whistle_call::Column::Status.eq(WhistleCallStatus::Called))
        .filter(whistle_call::Column::RemindedAt.is_null())
        .filter(whistle_call::Column::DueAt.lt(now))
        .order_by_asc(whistle_call::Column::DueAt)
        .order_by_asc(whistle_call::Column::Id)
        .limit(most);
    Ok(select.into_tuple().all(db).await?)
}

async fn system_remind(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let call = whistle_call::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(&act.tx).await?;
    let waits = |call: &whistle_call::Model| call.status == WhistleCallStatus::Called && call.reminded_at.is_none();
    let Some(call) = call.filter(|call| waits(call) && call.due_at < act.now) else { return Ok(false) };
    let reminded =
        whistle_call::ActiveModel { id: Unchanged(id), reminded_at: Set(Some(act.now)), ..Default::default() };
    whistle_call::Entity::update(reminded).exec(&act.tx).await?;
    act.emit(Event::new(Kind::WhistleUnanswered, call.community_code, id).with("due", &call.due_at));
    act.commit().await?;
    Ok(true)
}
