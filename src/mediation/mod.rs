//! Mediation (调解) of a dispute: consent of all sides, sessions, an agreement and its performance.
//!
//! [`transition`] is the state machine, one table; [`facts`] what it looks at; [`dossier`] which documents have to be
//! there. It is confidential: the office that opened it knows the state, the dates and the agreement; what is said there
//! is for the mediator and the side that said it; nobody else knows that there is one (see [`crate::policy::rows::mediation`]).

pub mod command;
pub mod dossier;
pub mod facts;
pub mod read;
pub mod service;
pub mod transition;

#[cfg(test)]
mod tests;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    mediation MEDIATION "调解" "a mediation";
    mediation_side MEDIATION_SIDE "当事人" "a side of a mediation";
    mediation_session MEDIATION_SESSION "调解会" "a session of a mediation";
    mediation_obligation OBLIGATION "协议义务" "an obligation";
}

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        types: read::types(),
        extensions: read::extensions(),
        queries: read::queries(),
        commands: command::commands(),
    }
}
