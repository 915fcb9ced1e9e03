//! The commands, by concept.

pub mod guest;
pub mod release;
pub mod visit;
