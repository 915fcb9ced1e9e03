//! The sides of a mediation (当事人), and who they are as each viewer sees them.

use entity::mediation_side::{self, Column as C};
use entity::word::{ConsentMethod, PersonalState, SideConsent};
use sea_orm::sea_query::{CaseStatement, Expr};
use serde_json::Value;

use crate::answer;
use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::mediation as rows;
use crate::policy::rule::At;
use crate::problem::read::{mask_name, mask_phone};
use crate::read::model::{Fact, Holds, Look, Type, col};
use crate::read::shape::Output;

answer! {
    /// Who a side of a mediation is, as far as the caller may see.
    pub struct MediationPerson {
        /// VISIBLE for oneself, and for the mediator and the other sides once all consented; MASKED for the secretary and
        /// the street; WITHHELD for everybody else.
        pub state: PersonalState,
        /// The name; masked: `王*`.
        pub name: Option<String>,
        /// The phone number, in full for oneself alone; masked: `138****1234`.
        pub phone: Option<String>,
    }
}

/// What is sealed in the side's columns is bound to these names.
pub const NAME: &str = "mediation_side.name";
/// See [`NAME`].
pub const PHONE: &str = "mediation_side.phone";

/// A side.
pub fn side() -> Type {
    Type::of(
        mediation_side::Entity,
        "MediationSide",
        prefix::MEDIATION_SIDE,
        Capability::ReadMediations,
        rows::sides,
        "A side of a mediation (当事人).",
    )
    .field(col(C::Number).orders(), "Its place among the sides, from 1: 甲方, 乙方.")
    .field(
        col(C::Consent).word::<SideConsent>(),
        "Whether it consents to mediate, and to be named to the other sides and the mediator.",
    )
    .field(col(C::ConsentMethod).word::<ConsentMethod>(), "How it said so; null before.")
    .field(col(C::ConsentAt), "When it said so; null before.")
    .field(col(C::SignedOn), "The day it signed the written agreement; null before.")
    .field(col(C::AskedOn).named("confirmationAskedOn"), "The day it asked for judicial confirmation; null before.")
    .derived::<bool>(
        "own",
        vec![],
        vec![Fact { name: "own", holds: Holds::Boolean, sql: |at| rows::one_s_own(at).expr() }],
        |look| look.cells.yes("own").into(),
        "Whether it is the caller.",
    )
    .derived::<MediationPerson>(
        "person",
        vec![],
        facts(),
        person,
        "Who it is, as far as the caller may see. Before all sides consented each knows itself alone.",
    )
    .field(col(C::CreatedAt), "When it was named.")
    .link("mediation", C::MediationId, "Mediation", "The mediation.")
    .within_parent_scope()
}

fn facts() -> Vec<Fact> {
    vec![
        Fact { name: "state", holds: Holds::Text, sql: state },
        Fact { name: "own", holds: Holds::Boolean, sql: |at| rows::one_s_own(at).expr() },
        Fact { name: "name", holds: Holds::Bytes, sql: |at| seen_column(at, C::Name) },
        Fact { name: "phone", holds: Holds::Bytes, sql: |at| seen_column(at, C::Phone) },
    ]
}

fn state(at: &At) -> Expr {
    CaseStatement::new()
        .case((rows::one_s_own(at) | rows::named_to(at)).expr(), Expr::val("VISIBLE"))
        .case(rows::opened_by(at).expr(), Expr::val("MASKED"))
        .finally(Expr::val("WITHHELD"))
        .into()
}

fn seen_column(at: &At, column: C) -> Expr {
    let rule = rows::one_s_own(at) | rows::named_to(at) | rows::opened_by(at);
    CaseStatement::new().case(rule.expr(), at.col(column)).into()
}

/// Opens what the state lets be seen.
fn person(look: &Look<'_>) -> Value {
    let state = look.cells.word("state").unwrap_or(PersonalState::Withheld);
    let open = |name: &str, column: &str| look.vault.open_text(column, &look.cells.bytes(name)?);
    let phone = || {
        let phone = open("phone", PHONE)?;
        Some(if look.cells.yes("own") { phone } else { mask_phone(&phone) })
    };
    let (name, phone) = match state {
        PersonalState::Visible => (open("name", NAME), phone()),
        PersonalState::Masked => (open("name", NAME).map(|name| mask_name(&name)), phone()),
        // A side's name is never erased by itself.
        PersonalState::Withheld | PersonalState::Erased => (None, None),
    };
    MediationPerson { state, name, phone }.json()
}
