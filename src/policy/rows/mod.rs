//! Row rules: which rows of a type a viewer may read, and which of their texts.

pub mod mediation;
pub mod place;
pub mod post;
pub mod problem;
pub mod record;
