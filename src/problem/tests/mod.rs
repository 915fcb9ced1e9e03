//! Problems through the door: GraphQL in, on a migrated database, with people in every role.

mod course;
mod random;
mod sight;
pub mod world;
