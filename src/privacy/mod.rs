//! Personal data and its end (个人信息保护): redactions of texts, erasure, retention, legal hold, and what people ask about
//! their data (Personal Information Protection Law, art. 44–50).
//!
//! Which texts can be redacted is one table, [`crate::event::text::TEXTS`], the one that the doctor proves them by.

pub mod command;
pub mod read;
pub mod retention;
pub mod service;
pub mod transition;

#[cfg(test)]
mod tests;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    redaction REDACTION "删除记录" "a redaction";
    subject_request SUBJECT_REQUEST "个人信息权利请求" "a request about one's data";
}

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        types: read::types(),
        extensions: vec![read::of_problem(), read::of_viewer()],
        queries: read::queries(),
        commands: command::commands(),
    }
}
