//! Sessions (调解会) and statements (陈述): what is said in a mediation.

use entity::{mediation_attendance, mediation_session, mediation_statement};
use sea_orm::{EntityName, IdenStatic};

use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::mediation as rows;
use crate::read::model::{Join, Type, col};

/// A session.
pub fn session() -> Type {
    use mediation_session::Column as C;
    Type::of(
        mediation_session::Entity,
        "MediationSession",
        prefix::MEDIATION_SESSION,
        Capability::ReadMediations,
        rows::sessions,
        "A session of a mediation (调解会), for the mediator and the sides.",
    )
    .field(col(C::StartsAt).orders(), "When it begins.")
    .field(col(C::Place), "Where.")
    .field(
        col(C::Notes).shown_if(rows::notes),
        "The mediator's own notes (调解笔录草稿); null for everybody but who wrote them.",
    )
    .field(col(C::CreatedAt), "When it was called.")
    .many_by(
        "attendees",
        "MediationSide",
        Join::Through {
            table: mediation_attendance::Entity.table_name().to_owned(),
            ours: IdenStatic::as_str(&mediation_attendance::Column::SessionId),
            theirs: IdenStatic::as_str(&mediation_attendance::Column::SideId),
        },
        ("number", false),
        "The sides that were there; empty before it was recorded.",
    )
    .short()
    .link("mediation", C::MediationId, "Mediation", "The mediation.")
    .within_parent_scope()
}

/// A statement.
pub fn statement() -> Type {
    use mediation_statement::Column as C;
    Type::of(
        mediation_statement::Entity,
        "MediationStatement",
        prefix::STATEMENT,
        Capability::ReadMediations,
        rows::statements,
        "What a side said in a mediation (陈述): for that side and the mediator.",
    )
    .field(col(C::Content), "The words.")
    .field(col(C::CreatedAt).orders(), "When they were said.")
    .link("side", C::SideId, "MediationSide", "The side.")
    .within_parent_scope()
    .link("mediation", C::MediationId, "Mediation", "The mediation.")
    .within_parent_scope()
}
