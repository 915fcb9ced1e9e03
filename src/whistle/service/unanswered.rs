//! Calls whose due time has passed without a report-in, for the scheduler that reminds of them.

use chrono::{DateTime, Utc};
use entity::whistle_call;
use entity::word::WhistleCallStatus;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::Result;

/// The calls that nobody has answered by `now`, the longest overdue first, at most `limit`. A cancelled whistle has none.
///
/// # Errors
/// A fault of the database.
pub async fn system_unanswered<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<whistle_call::Model>> {
    let select = whistle_call::Entity::find()
        .filter(whistle_call::Column::Status.eq(WhistleCallStatus::Called))
        .filter(whistle_call::Column::DueAt.lt(now))
        .order_by_asc(whistle_call::Column::DueAt)
        .order_by_asc(whistle_call::Column::Id)
        .limit(limit);
    Ok(select.all(db).await?)
}
