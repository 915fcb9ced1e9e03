//! Search (检索): problems found by words in their texts, and problems that are like one another.
//!
//! [`index`] keeps what texts are found by (see [`crate::text::word`]): whatever command is told of a problem's event, the
//! index is right when it commits ([`crate::act`]). Each audience has a document of its own, so that a text that a viewer
//! may not read cannot be found ([`crate::policy::rows::search`]); confidential problems have none. [`read`] is what
//! clients ask: the filter `text` of problems, `Problem.snippet`, and hints at duplicates ([`similar`]).

pub mod index;
pub mod read;
pub mod service;
pub mod similar;
mod snippet;

#[cfg(test)]
mod tests;

use crate::read::model::Domain;

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain { types: vec![], extensions: vec![read::of_problem()], queries: read::queries(), commands: vec![] }
}
