//! What is due in mediations is reminded of, once: a limit that passed, a time to ask a court for confirmation that runs
//! out, an obligation whose day has come. None of it changes where a mediation stands: that is its mediator's.

use chrono::Days;
use entity::word::{MediationKind, MediationStatus, ObligationStatus};
use entity::{mediation, mediation_agreement, mediation_obligation};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QuerySelect, QueryTrait};
use uuid::Uuid;

use crate::clock;
use crate::event::{Event, Kind};
use crate::job::{Job, Reminder};
use crate::mediation::transition::CONFIRMATION_DAYS;

/// How many days before the last one the sides are reminded that they can ask for judicial confirmation.
const CLOSING_DAYS: u64 = 7;

/// The jobs of this domain.
#[must_use]
pub fn jobs() -> Vec<Job> {
    vec![
        Job {
            name: "remind of mediations over their limit",
            find: |db, now, most| Box::pin(OVERDUE.system_due(db, now, most)),
            run: |act, id| Box::pin(OVERDUE.system_remind(act, id)),
        },
        Job {
            name: "remind of judicial confirmation",
            find: |db, now, most| Box::pin(CLOSING.system_due(db, now, most)),
            run: |act, id| Box::pin(CLOSING.system_remind(act, id)),
        },
        Job {
            name: "remind of obligations",
            find: |db, now, most| Box::pin(OWED.system_due(db, now, most)),
            run: |act, id| Box::pin(OWED.system_remind(act, id)),
        },
    ]
}

const OVERDUE: Reminder<mediation::Entity> = Reminder {
    columns: [mediation::Column::Id, mediation::Column::DueOn, mediation::Column::RemindedAt],
    due: |now| {
        Condition::all()
            .add(mediation::Column::Status.eq(MediationStatus::Mediating))
            .add(mediation::Column::DueOn.lt(clock::day(now)))
    },
    problem: |row| system_problem(row.id),
    event: |row| Event::new(Kind::MediationOverdue, row.community_code, row.id).with("due", &row.due_on),
};

const CLOSING: Reminder<mediation_agreement::Entity> = Reminder {
    columns: [
        mediation_agreement::Column::Id,
        mediation_agreement::Column::EffectiveOn,
        mediation_agreement::Column::RemindedAt,
    ],
    due: |now| {
        use mediation_agreement::Column as A;
        let first = clock::day(now) - Days::new(CONFIRMATION_DAYS);
        Condition::all()
            .add(A::RequestedOn.is_null())
            .add(A::EffectiveOn.between(first, first + Days::new(CLOSING_DAYS)))
            .add(Expr::exists(system_agreed()))
    },
    problem: |row| system_problem(row.mediation_id),
    event: |row| Event::new(Kind::ConfirmationClosing, row.community_code, row.id),
};

const OWED: Reminder<mediation_obligation::Entity> = Reminder {
    columns: [
        mediation_obligation::Column::Id,
        mediation_obligation::Column::DueOn,
        mediation_obligation::Column::RemindedAt,
    ],
    due: |now| {
        Condition::all()
            .add(mediation_obligation::Column::Status.eq(ObligationStatus::Open))
            .add(mediation_obligation::Column::DueOn.lte(clock::day(now)))
    },
    problem: |row| system_problem(row.mediation_id),
    event: |row| Event::new(Kind::ObligationDue, row.community_code, row.id).with("due", &row.due_on),
};

/// The problem of a mediation.
fn system_problem(id: Uuid) -> SelectStatement {
    mediation::Entity::find_by_id(id).select_only().column(mediation::Column::ProblemId).into_query()
}

/// The people's mediation of an agreement, where that stands.
fn system_agreed() -> SelectStatement {
    let standing = [MediationStatus::AgreedWritten, MediationStatus::AgreedOral];
    Query::select()
        .expr(Expr::cust("1"))
        .from(mediation::Entity)
        .and_where(
            Expr::col((mediation::Entity, mediation::Column::Id))
                .eq(Expr::col((mediation_agreement::Entity, mediation_agreement::Column::MediationId))),
        )
        .and_where(mediation::Column::Kind.eq(MediationKind::Peoples))
        .and_where(mediation::Column::Status.is_in(standing))
        .take()
}
