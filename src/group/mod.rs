//! Linkage groups (联动小组): their parties (一方) and seats (席位), and the posts (任职) of people.

pub mod command;
pub mod read;
pub mod service;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

crate::region::named! {
    linkage_group GROUP "联动小组" "a linkage group";
    party PARTY "一方" "a party";
    party_seat SEAT "席位" "a seat";
    appointment APPOINTMENT "任职" "an appointment";
    user USER "人员" "a person";
}

/// What it declares.
#[must_use]
pub fn domain() -> Domain {
    Domain { types: read::types(), extensions: vec![], queries: read::queries(), commands: command::commands() }
}

#[cfg(test)]
mod tests;
