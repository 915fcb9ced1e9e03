//! The mutations.

use crate::read::model::Command;

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    vec![]
}
