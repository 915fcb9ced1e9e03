//! What is due in mediations is reminded of, once: a limit that passed, a time to ask a court for confirmation that runs
//! out, an obligation whose day has come. None of it changes where a mediation stands: that is its mediator's.

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::word::{MediationKind, MediationStatus, ObligationStatus};
use entity::{mediation, mediation_agreement, mediation_obligation};
use sea_orm::sea_query::{Expr, LockType, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::act::Act;
use crate::clock;
use crate::error::Result;
use crate::event::{Event, Kind};
use crate::job::Job;
use crate::mediation::transition::CONFIRMATION_DAYS;

/// How many days before the last one the sides are reminded that they can ask for judicial confirmation.
const CLOSING_DAYS: u64 = 7;

/// The jobs of this domain.
#[must_use]
pub fn jobs() -> Vec<Job> {
    vec![
        Job {
            name: "remind of mediations over their limit",
            find: |db, now, most| Box::pin(system_due(db, OVERDUE, now, most)),
            run: |act, id| Box::pin(system_remind(act, OVERDUE, id)),
        },
        Job {
            name: "remind of judicial confirmation",
            find: |db, now, most| Box::pin(system_due(db, CLOSING, now, most)),
            run: |act, id| Box::pin(system_remind(act, CLOSING, id)),
        },
        Job {
            name: "remind of obligations",
            find: |db, now, most| Box::pin(system_due(db, OWED, now, most)),
            run: |act, id| Box::pin(system_remind(act, OWED, id)),
        },
    ]
}

/// One kind of reminder: rows of one table.
struct Reminder<E: EntityTrait> {
    /// The key of a row, the day by which it is due, and when it was reminded of.
    columns: [E::Column; 3],
    /// Which rows are due on a day, whether they were reminded of or not.
    due: fn(NaiveDate) -> Condition,
    /// What is said of one.
    event: fn(&E::Model) -> Event,
}

const OVERDUE: Reminder<mediation::Entity> = Reminder {
    columns: [mediation::Column::Id, mediation::Column::DueOn, mediation::Column::RemindedAt],
    due: |today| {
        Condition::all()
            .add(mediation::Column::Status.eq(MediationStatus::Mediating))
            .add(mediation::Column::DueOn.lt(today))
    },
    event: |row| {
        Event::new(Kind::MediationOverdue, row.community_code, row.id).on(row.problem_id).with("due", &row.due_on)
    },
};

const CLOSING: Reminder<mediation_agreement::Entity> = Reminder {
    columns: [
        mediation_agreement::Column::Id,
        mediation_agreement::Column::EffectiveOn,
        mediation_agreement::Column::RemindedAt,
    ],
    due: |today| {
        use mediation_agreement::Column as A;
        let first = today - Days::new(CONFIRMATION_DAYS);
        Condition::all()
            .add(A::RequestedOn.is_null())
            .add(A::EffectiveOn.between(first, first + Days::new(CLOSING_DAYS)))
            .add(A::MediationId.in_subquery(system_agreed()))
    },
    event: |row| Event::new(Kind::ConfirmationClosing, row.community_code, row.id),
};

const OWED: Reminder<mediation_obligation::Entity> = Reminder {
    columns: [
        mediation_obligation::Column::Id,
        mediation_obligation::Column::DueOn,
        mediation_obligation::Column::RemindedAt,
    ],
    due: |today| {
        Condition::all()
            .add(mediation_obligation::Column::Status.eq(ObligationStatus::Open))
            .add(mediation_obligation::Column::DueOn.lte(today))
    },
    event: |row| Event::new(Kind::ObligationDue, row.community_code, row.id).with("due", &row.due_on),
};

/// People's mediations whose agreement stands.
fn system_agreed() -> SelectStatement {
    let standing = [MediationStatus::AgreedWritten, MediationStatus::AgreedOral];
    Query::select()
        .column(mediation::Column::Id)
        .from(mediation::Entity)
        .and_where(mediation::Column::Kind.eq(MediationKind::Peoples))
        .and_where(mediation::Column::Status.is_in(standing))
        .take()
}

/// What is due and was not reminded of, the longest due first.
async fn system_due<E: EntityTrait>(
    db: &DatabaseConnection,
    reminder: Reminder<E>,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<Uuid>> {
    let [id, day, told] = reminder.columns;
    let select = E::find()
        .select_only()
        .column(id)
        .filter((reminder.due)(clock::day(now)))
        .filter(told.is_null())
        .order_by_asc(day)
        .order_by_asc(id)
        .limit(most);
    Ok(select.into_tuple().all(db).await?)
}

/// Reminds of one row, if it is due still.
async fn system_remind<E>(mut act: Act<'_>, reminder: Reminder<E>, row: Uuid) -> Result<bool>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let [id, _, told] = reminder.columns;
    let select = E::find()
        .filter(id.eq(row))
        .filter((reminder.due)(clock::day(act.now)))
        .filter(told.is_null())
        .lock(LockType::NoKeyUpdate);
    let Some(found) = select.one(&act.tx).await? else { return Ok(false) };
    E::update_many().col_expr(told, Expr::value(act.now)).filter(id.eq(row)).exec(&act.tx).await?;
    act.emit((reminder.event)(&found));
    act.commit().await?;
    Ok(true)
}
