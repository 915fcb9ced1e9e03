//! What can be read of mediations.

mod agreement;
mod mediation;
mod session;
mod side;

use entity::mediation::Column as C;

use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::mediation as rows;
use crate::read::model::{By, Extension, Join, Query, Type};

pub use mediation::{AllowedMediationAction, DossierItem};
pub use side::{MediationPerson, NAME, PHONE};

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![
        mediation::mediation(),
        side::side(),
        session::session(),
        session::statement(),
        agreement::agreement(),
        agreement::obligation(),
    ]
}

/// What is added to other domains' types.
#[must_use]
pub fn extensions() -> Vec<Extension> {
    vec![
        Extension::of("Problem")
            .many(
                "mediations",
                "Mediation",
                C::ProblemId,
                ("openedAt", true),
                "Mediations of the dispute (调解), the newest first: for the secretary and the street, the mediator and the sides; empty for everybody else, whether or not there are any.",
            )
            .needs(Capability::ReadMediations),
        Extension::of("Viewer")
            .many_by(
                "mediations",
                "Mediation",
                Join::Viewer,
                ("openedAt", true),
                "Mediations in which the person mediates, in the post acted in, or is a side; the newest first.",
            )
            .only(rows::inside)
            .needs(Capability::ReadMediations),
    ]
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    vec![
        Query::one(
            "mediation",
            Capability::ReadMediations,
            "Mediation",
            vec![By::id(prefix::MEDIATION)],
            "One mediation (调解), by its id; null where there is none or it is out of sight.",
        ),
        Query::many(
            "mediations",
            Capability::ReadMediations,
            "Mediation",
            ("openedAt", true),
            "Mediations in sight, the newest first.",
        ),
    ]
}
