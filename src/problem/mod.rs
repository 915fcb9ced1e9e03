//! Problems (问题): a resident's complaint on its way to a verified closure (结案).
//!
//! [`transition`] is the state machine, one table; [`facts`] what it looks at; [`limit`] its time limits. [`service`]
//! holds the commands up to dispatch and from verification on; what parties do in between is in
//! [`crate::disposition`].

pub mod command;
pub mod facts;
pub mod limit;
pub mod notice;
mod number;
pub mod read;
pub mod service;
pub mod transition;

#[cfg(test)]
pub(crate) mod tests;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    problem PROBLEM "问题" "a problem";
    disposition_task TASK "任务" "a task";
    request REQUEST "申请" "a request";
    extension_request EXTENSION "延期申请" "an extension";
    suspension SUSPENSION "缓办申请" "a suspension";
    supervision SUPERVISION "督办" "supervision";
}

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    let mut queries = read::queries();
    queries.push(limit::read::query());
    let mut commands = command::commands();
    commands.extend(limit::command::commands());
    Domain { types: read::types(), extensions: vec![], queries, commands }
}
