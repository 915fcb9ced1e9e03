//! wip
pub mod load;
pub mod model;
pub mod revision;
pub mod run;
pub mod shape;
