//! wip
pub mod model;
pub mod run;
pub mod shape;
