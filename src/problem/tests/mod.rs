//! Problems through the door: GraphQL in, on a migrated database, with people in every role.

mod course;
pub mod world;
