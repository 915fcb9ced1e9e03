//! Places: regions (行政区划) down to communities, their compounds (小区), grids (网格) and buildings (楼栋), and the
//! organisations (单位) that sit there.

pub mod command;
pub mod read;
pub mod service;

use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

macro_rules! named {
    ($($table:ident $prefix:ident $zh:literal $en:literal;)+) => {
        $(impl Named for entity::$table::Entity {
            const PREFIX: Prefix = prefix::$prefix;
            const WORDS: (&'static str, &'static str) = ($zh, $en);
        })+
    };
}
pub(crate) use named;

named! {
    region REGION "行政区划" "a region";
    compound COMPOUND "小区" "a compound";
    grid GRID "网格" "a grid";
    building BUILDING "楼栋" "a building";
    organisation ORGANISATION "单位" "an organisation";
}

/// What it declares.
#[must_use]
pub fn domain() -> Domain {
    Domain { types: read::types(), extensions: vec![], queries: read::queries(), commands: command::commands() }
}
