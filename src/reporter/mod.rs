//! What reporters (诉求人) decide on themselves: who may see how to reach them ([`service::release`]), whether to meet a
//! party that does not know them ([`visit`]), and what becomes of their report where they have no account
//! ([`service::guest`]).

pub mod command;
pub mod read;
pub mod service;
pub mod visit;

#[cfg(test)]
mod tests;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    contact_release RELEASE "联系方式授权" "a contact release";
    visit_offer VISIT "预约" "an offered visit";
}

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        types: read::types(),
        extensions: vec![read::of_problem()],
        queries: vec![],
        commands: command::commands(),
    }
}
