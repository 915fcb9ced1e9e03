//! Agreements (调解协议) and what is owed by them.

use chrono::NaiveDate;
use entity::word::{AgreementForm, ConfirmationStatus, MediationKind, ObligationStatus};
use entity::{mediation, mediation_agreement, mediation_obligation};
use sea_orm::sea_query::{Expr, ExprTrait};
use serde_json::Value;

use crate::answer;
use crate::clock;
use crate::id::prefix;
use crate::mediation::transition::confirmation_due;
use crate::policy::Capability;
use crate::policy::rows::mediation as rows;
use crate::policy::rule::{At, any, of};
use crate::read::model::{Column, Fact, Holds, Look, Type, col};
use crate::read::shape::Output;

answer! {
    /// Judicial confirmation (司法确认) of an agreement: the sides ask a court for it together, within 30 days of its effect.
    pub struct JudicialConfirmation {
        /// What became of the request; null where not all sides have asked.
        pub status: Option<ConfirmationStatus>,
        /// The last day on which the sides can ask for it.
        pub due_on: NaiveDate,
        /// How many days are left, 0 on the last; null where it was asked for, or the days are over.
        pub days_left: Option<i64>,
        /// The day the last side asked for it; null before.
        pub requested_on: Option<NaiveDate>,
        /// The day the court decided; null before.
        pub decided_on: Option<NaiveDate>,
    }
}

/// An agreement.
pub fn agreement() -> Type {
    use mediation_agreement::Column as C;
    Type::of(
        mediation_agreement::Entity,
        "MediationAgreement",
        prefix::AGREEMENT,
        Capability::ReadMediations,
        rows::agreements,
        "What the sides of a mediation agreed (调解协议), for them, the mediator, the secretary and the street.",
    )
    .field(col(C::Form).word::<AgreementForm>(), "Written, or oral and entered in the register.")
    .field(col(C::Content), "What was agreed; names nobody: 甲方, 乙方.")
    .field(
        col(C::EffectiveOn),
        "The day it took effect: a written one when the last side signed, an oral one when it was recorded; null before.",
    )
    .derived::<Option<JudicialConfirmation>>(
        "judicialConfirmation",
        [C::EffectiveOn, C::Confirmation, C::RequestedOn, C::DecidedOn].map(Column::of).into(),
        vec![Fact { name: "kind", holds: Holds::Text, sql: kind }],
        confirmation,
        "Judicial confirmation (司法确认); null before its effect, and where it is not a people's mediation.",
    )
    .field(col(C::CreatedAt), "When it was recorded.")
    .many(
        "obligations",
        "MediationObligation",
        mediation_obligation::Column::AgreementId,
        ("dueOn", false),
        "What the sides owe by it, by when it is due.",
    )
    .link("mediation", C::MediationId, "Mediation", "The mediation.")
    .within_parent_scope()
}

fn kind(at: &At) -> Expr {
    let mut select = any(mediation::Entity);
    select
        .clear_selects()
        .expr(of(mediation::Column::Kind))
        .and_where(of(mediation::Column::Id).eq(at.col(mediation_agreement::Column::MediationId)));
    Expr::SubQuery(None, Box::new(select.into()))
}

fn confirmation(look: &Look<'_>) -> Value {
    let peoples = look.cells.word("kind") == Some(MediationKind::Peoples);
    let Some(effective_on) = look.cells.day("effective_on").filter(|_| peoples) else { return Value::Null };
    let due_on = confirmation_due(effective_on);
    let status = look.cells.word("confirmation");
    let left = (due_on - clock::day(look.now)).num_days();
    JudicialConfirmation {
        status,
        due_on,
        days_left: Some(left).filter(|left| status.is_none() && *left >= 0),
        requested_on: look.cells.day("requested_on"),
        decided_on: look.cells.day("decided_on"),
    }
    .json()
}

/// An obligation.
pub fn obligation() -> Type {
    use mediation_obligation::Column as C;
    Type::of(
        mediation_obligation::Entity,
        "MediationObligation",
        prefix::OBLIGATION,
        Capability::ReadMediations,
        rows::obligations,
        "What a side owes by an agreement (协议义务).",
    )
    .field(col(C::Content), "What is owed, and to whom; names nobody.")
    .field(col(C::DueOn).orders(), "The last day for it.")
    .field(col(C::Status).word::<ObligationStatus>(), "Whether it was met.")
    .field(col(C::SettledOn), "The day it was met, or found to be broken; null before.")
    .derived::<bool>(
        "overdue",
        [C::DueOn, C::Status].map(Column::of).into(),
        vec![],
        |look| {
            let open = look.cells.word("status") == Some(ObligationStatus::Open);
            (open && look.cells.day("due_on").is_some_and(|due| due < clock::day(look.now))).into()
        },
        "Whether its last day has passed and it was not met; derived, never stored.",
    )
    .field(col(C::CreatedAt), "When it was recorded.")
    .link("side", C::SideId, "MediationSide", "Who owes it.")
    .within_parent_scope()
    .link("agreement", C::AgreementId, "MediationAgreement", "The agreement.")
    .within_parent_scope()
}
