//! Delivers notifications: each in its turn, with attempts and growing pauses; a server may end at any moment.
//!
//! A row is claimed (its next time is put off) before it is sent and noted as delivered afterwards, each in a statement of
//! its own: no transaction waits for a network, and two instances do not send the same. A server that ends in between
//! leaves a row that is sent again when its claim is over, with the same id: at least once.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::notification::Column as C;
use entity::word::DeliveryStatus;
use entity::{appointment, notification, user};
use futures_util::future::join_all;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::adapter::{Message, Undelivered};
use super::super::wording::text;
use crate::app::App;
use crate::auth::post::holds;
use crate::clock::day;
use crate::error::Result;

/// How many are sent side by side.
const BATCH: u64 = 50;
/// How long sending one may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a claim holds: longer than sending takes.
const CLAIM: TimeDelta = TimeDelta::minutes(2);
/// How often it is tried.
pub const ATTEMPTS: i64 = 8;
/// How long what was read is kept.
const KEPT: TimeDelta = TimeDelta::days(180);

/// Delivers what is due, the whistles first; in quiet hours these alone. It stops after a batch of which one failed, so
/// that an adapter that hangs holds up little else.
///
/// # Errors
/// A fault of the database.
pub async fn system_deliver(app: &App) -> Result<u64> {
    let mut count = 0;
    let quiet = app.config.quiet_hours.is_some_and(|hours| hours.hold(app.clock.now()));
    for urgent in [true, false] {
        if quiet && !urgent {
            continue;
        }
        loop {
            let due = system_due(app, urgent).await?;
            let messages: Vec<_> = claim(app, due).await?;
            let sent = join_all(messages.iter().map(|(attempt, message)| send(app, *attempt, message))).await;
            let sent = sent.into_iter().collect::<Result<Vec<bool>>>()?;
            count += sent.iter().filter(|sent| **sent).count() as u64;
            if sent.is_empty() || sent.contains(&false) {
                break;
            }
        }
    }
    Ok(count)
}

async fn system_due(app: &App, urgent: bool) -> Result<Vec<notification::Model>> {
    let due = notification::Entity::find()
        .filter(C::Status.eq(DeliveryStatus::Pending))
        .filter(C::Urgent.eq(urgent))
        .filter(C::NextAt.lte(app.clock.now()));
    Ok(due.order_by_asc(C::NextAt).order_by_asc(C::Id).limit(BATCH).all(&app.db).await?)
}

/// Claims rows one by one; what another instance has claimed, or is for nobody any more, is left out.
async fn claim(app: &App, due: Vec<notification::Model>) -> Result<Vec<(i64, Message)>> {
    let mut messages = vec![];
    for row in due {
        let now = app.clock.now();
        if !system_there(app, &row).await? {
            change(app, row.id, &[(C::Status, Expr::value(DeliveryStatus::Skipped))]).await?;
            continue;
        }
        let attempt = row.attempts + 1;
        let claimed = notification::Entity::update_many()
            .col_expr(C::Attempts, Expr::value(attempt))
            .col_expr(C::NextAt, Expr::value(now + CLAIM))
            .filter(C::Id.eq(row.id))
            .filter(C::Status.eq(DeliveryStatus::Pending))
            .filter(C::Attempts.eq(row.attempts));
        if claimed.exec(&app.db).await?.rows_affected == 1 {
            let said = text(row.kind, row.number.as_deref(), row.due_at);
            messages
                .push((attempt, Message { notification: row.id, recipient: row.user_id, zh: said.zh, en: said.en }));
        }
    }
    Ok(messages)
}

/// Whether the person still has an account, and the post.
async fn system_there(app: &App, row: &notification::Model) -> Result<bool> {
    let person = user::Entity::find_by_id(row.user_id).one(&app.db).await?;
    let post = match row.post_id {
        Some(post) => appointment::Entity::find_by_id(post).one(&app.db).await?,
        None => None,
    };
    let today = day(app.clock.now());
    let held = row.post_id.is_none() || post.is_some_and(|post| holds(&post, today));
    Ok(held && person.is_some_and(|person| person.disabled_at.is_none()))
}

/// Sends one, and notes what became of it; says whether it got through.
async fn send(app: &App, attempt: i64, message: &Message) -> Result<bool> {
    let sent = tokio::time::timeout(PATIENCE, app.adapter.deliver(message)).await.unwrap_or(Err(Undelivered));
    let now = app.clock.now();
    match sent {
        Ok(()) => {
            let delivered = [(C::Status, Expr::value(DeliveryStatus::Delivered)), (C::DeliveredAt, Expr::value(now))];
            change(app, message.notification, &delivered).await?;
        }
        Err(Undelivered) if attempt >= ATTEMPTS => {
            tracing::warn!(adapter = app.adapter.name(), "a notification could not be delivered and is given up");
            change(app, message.notification, &[(C::Status, Expr::value(DeliveryStatus::Failed))]).await?;
        }
        Err(Undelivered) => {
            change(app, message.notification, &[(C::NextAt, Expr::value(next(now, attempt)))]).await?;
        }
    }
    Ok(sent.is_ok())
}

/// When it is tried again: a minute after the first attempt, then twice as long each time.
fn next(now: DateTime<Utc>, attempt: i64) -> DateTime<Utc> {
    now + TimeDelta::minutes(1 << (attempt - 1).clamp(0, ATTEMPTS))
}

async fn change(app: &App, id: Uuid, values: &[(C, Expr)]) -> Result<()> {
    let mut pending =
        notification::Entity::update_many().filter(C::Id.eq(id)).filter(C::Status.eq(DeliveryStatus::Pending));
    for (column, value) in values {
        pending = pending.col_expr(*column, value.clone());
    }
    pending.exec(&app.db).await?;
    Ok(())
}

/// Removes some of what was read long ago.
///
/// # Errors
/// A fault of the database.
pub async fn system_sweep(app: &App) -> Result<u64> {
    let old = notification::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::ReadAt.is_not_null().and(C::ReadAt.lt(app.clock.now() - KEPT)))
        .order_by_asc(C::ReadAt)
        .limit(BATCH);
    let old: Vec<Uuid> = old.into_tuple().all(&app.db).await?;
    if old.is_empty() {
        return Ok(0);
    }
    Ok(notification::Entity::delete_many().filter(C::Id.is_in(old)).exec(&app.db).await?.rows_affected)
}
