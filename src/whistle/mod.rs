//! Whistles (吹哨报到): the community calls departments to the spot; they report in (报到), and nobody leaves before it
//! is done.
//!
//! [`transition`] is the state machine, one table; [`facts`] what it looks at; [`limit`] the response clock.

pub mod command;
pub mod facts;
pub mod limit;
pub mod read;
pub mod service;
pub mod transition;

#[cfg(test)]
mod tests;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    whistle WHISTLE "吹哨" "a whistle";
    whistle_call WHISTLE_CALL "吹哨调度" "a call to the spot";
}

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
