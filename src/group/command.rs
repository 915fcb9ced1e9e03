//! wip
use crate::read::model::Command;
/// wip
#[must_use]
pub fn commands() -> Vec<Command> {
    vec![]
}
