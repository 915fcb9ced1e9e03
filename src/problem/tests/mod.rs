//! Problems through the door: GraphQL in, on a migrated database, with people in every role.

mod after;
mod course;
mod judge;
mod moved;
mod race;
mod random;
mod record;
mod report;
mod seek;
mod sight;
pub mod world;
