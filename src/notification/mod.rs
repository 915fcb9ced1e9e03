//! What waits for people, over all their posts (收件箱), and what they are told of (通知).
//!
//! Both say a number, a kind and a due time, and nothing else: who it is about, what and where is read in the post that
//! it is for. [`table`] says of each event who is told and by what verb; [`service::make`] makes notifications from events,
//! [`service::deliver`] gives them to an [`adapter`], outside [`quiet`] hours.

pub mod adapter;
pub mod command;
pub mod quiet;
pub mod read;
pub mod service;
pub mod table;
pub mod wording;

#[cfg(test)]
mod tests;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    notification NOTIFICATION "通知" "a notification";
}

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        types: read::types(),
        extensions: vec![read::of_viewer()],
        commands: command::commands(),
        ..Domain::default()
    }
}
