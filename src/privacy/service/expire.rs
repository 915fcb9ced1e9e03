//! What was kept long enough is erased: one problem at a time, never one that is open or under a legal hold.

use chrono::{DateTime, Utc};
use entity::word::{RedactionBasis, RetentionClass, Word};
use entity::{problem, retention};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Order;
use super::erase::erase_classes;
use super::keep::system_set;
use crate::act::Act;
use crate::clock::day;
use crate::error::Result;
use crate::policy::rule::{divisor, level_of};
use crate::privacy::retention::{cutoff, days, default_days};
use crate::problem::service::hold::{held, held_on, idle_at};

/// The problems of which some class has been kept long enough by `now`, the longest done with first.
///
/// # Errors
/// A fault of the database.
pub async fn system_due(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
    let set = system_set(db).await?;
    let mut found: Vec<Uuid> = vec![];
    for class in RetentionClass::ALL {
        let spans = set.iter().filter(|row| row.class == *class).map(|row| row.days).chain([default_days(*class)]);
        let Some(least) = spans.flatten().min() else { continue };
        let idle = idle_at(*class);
        let due: Vec<Uuid> = problem::Entity::find()
            .select_only()
            .column(problem::Column::Id)
            .filter(idle.lte(cutoff(now, least)))
            .filter(Expr::col((problem::Entity, idle)).lte(cutoffs(&set, *class, now)))
            .filter(ExprTrait::not(held_on(day(now))))
            .order_by_asc(idle)
            .order_by_asc(problem::Column::Id)
            .limit(most)
            .into_tuple()
            .all(db)
            .await?;
        found.extend(due.into_iter().filter(|id| !found.contains(id)).collect::<Vec<_>>());
    }
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// By when a problem must have been done with, by its community: what the nearest region set.
fn cutoffs(set: &[retention::Model], class: RetentionClass, now: DateTime<Utc>) -> Expr {
    let mut set: Vec<_> = set.iter().filter(|row| row.class == class).collect();
    let by = |row: &retention::Model| level_of(row.region_code).map_or(i64::MAX, divisor);
    set.sort_by_key(|row| (by(row), row.region_code));
    let time = |days: Option<i64>| Expr::value(days.map(|days| cutoff(now, days)));
    let community = || Expr::col((problem::Entity, problem::Column::CommunityCode));
    if set.is_empty() {
        return time(default_days(class));
    }
    let case = set.into_iter().fold(CaseStatement::new(), |case, row| {
        case.case(community().div(by(row)).eq(row.region_code / by(row)), time(row.days))
    });
    case.finally(time(default_days(class))).into()
}

/// Erases what of a problem was kept long enough, if it still was.
///
/// # Errors
/// A fault of the database.
pub async fn system_expire(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let Some(row) = problem::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(&act.tx).await? else {
        return Ok(false);
    };
    if row.open || held(&row, day(act.now)) {
        return Ok(false);
    }
    let set = system_set(&act.tx).await?;
    let over = |class: &RetentionClass| {
        let idle = match class {
            RetentionClass::Contact => row.contact_idle_at,
            RetentionClass::ReportText => row.report_idle_at,
            RetentionClass::Attachment => row.files_idle_at,
        };
        let kept = days(&set, *class, row.community_code);
        idle.zip(kept).is_some_and(|(idle, kept)| idle <= cutoff(act.now, kept))
    };
    let classes: Vec<_> = RetentionClass::ALL.iter().copied().filter(over).collect();
    if classes.is_empty() {
        return Ok(false);
    }
    let order = Order { basis: RedactionBasis::Retention, note: None, request: None };
    erase_classes(&mut act, &row, &classes, &order).await?;
    act.commit().await?;
    Ok(true)
}
