//! Disposition (处置): what parties are asked to do about a problem (任务) and what they did (处置记录).

pub mod command;
pub mod read;
pub mod service;

use crate::read::model::Domain;

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        types: read::types(),
        extensions: vec![read::of_problem()],
        queries: read::queries(),
        commands: command::commands(),
    }
}
