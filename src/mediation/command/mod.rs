//! The mutations on mediations: [`office`] for who opens them, [`side`] for what sides do or the mediator does for one
//! without an account, [`mediator`] for the rest.

pub mod mediator;
pub mod office;
pub mod side;

use crate::read::model::Command;

const MEDIATION: (&str, &str) = ("mediation", "Mediation");

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    [office::commands(), side::commands(), mediator::commands()].into_iter().flatten().collect()
}
