//! Marks notifications as read.

use entity::notification;
use entity::notification::Column as C;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::super::command::MarkNotificationsReadInput;
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Kind};
use crate::policy::rows;
use crate::read::load;

/// How many can be named at once.
const MOST: usize = 100;

/// Marks one's own notifications as read; says how many were not.
///
/// # Errors
/// `NOT_FOUND` at the first that is not one's own; `OUT_OF_RANGE`.
pub async fn mark(call: Call<'_>, input: MarkNotificationsReadInput) -> Result<i64> {
    let mut act = call.begin().await?;
    let mut unread = notification::Entity::update_many()
        .col_expr(C::ReadAt, Expr::value(act.now))
        .filter(C::UserId.eq(act.viewer.user))
        .filter(C::ReadAt.is_null());
    if let Some(ids) = input.ids {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        own(&act, &ids).await?;
        unread = unread.filter(C::Id.is_in(ids));
    }
    if let Some(up_to) = input.up_to {
        unread = unread.filter(C::CreatedAt.lte(up_to));
    }
    let marked = i64::try_from(unread.exec(&act.tx).await?.rows_affected).unwrap_or(i64::MAX);
    if marked > 0 {
        act.emit(Event::new(Kind::NotificationsRead, act.viewer.region, act.viewer.user).with("count", &marked));
        act.commit().await?;
    }
    Ok(marked)
}

async fn own(act: &Act<'_>, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() || ids.len() > MOST {
        return Err(Error::refused(Code::OutOfRange, "ids", vec![1.into(), MOST.into()]));
    }
    let own = load::scoped::<notification::Entity>(act.viewer, act.now, rows::notification::notification);
    let own = own.filter(C::Id.is_in(ids.iter().copied())).all(&act.tx).await?;
    match ids.iter().position(|id| own.iter().all(|row| row.id != *id)) {
        Some(place) => Err(Error::not_found(&format!("ids.{place}"))),
        None => Ok(()),
    }
}
