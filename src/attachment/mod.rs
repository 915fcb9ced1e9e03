//! Attachments (附件): photos and documents of a report or a disposition.
//!
//! A file is staged, sent to a short-lived link, looked at and cleaned ([`clean`]), sealed and kept ([`store`]), and then
//! attached to its parent row, whose readers are its readers. A report's file reaches the parties only as a copy that the
//! office releases, under a name of the server's making. It is read by a link that counts for minutes and for one person
//! ([`link`]).

pub mod clean;
pub mod command;
pub mod link;
pub mod read;
pub mod service;
pub mod store;
pub mod transition;

#[cfg(test)]
mod tests;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    attachment ATTACHMENT "附件" "an attachment";
    upload UPLOAD "上传文件" "an upload";
    problem_addition ADDITION "补充情况" "an addition to a report";
    disposition DISPOSITION "处置记录" "a disposition";
}

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        types: vec![read::attachment()],
        extensions: vec![read::of_problem(), read::of_disposition()],
        queries: vec![],
        commands: command::commands(),
    }
}
