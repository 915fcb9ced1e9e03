//! Problems through the door: GraphQL in, on a migrated database, with people in every role.

mod after;
mod course;
mod judge;
mod left;
mod merge;
mod moved;
mod race;
mod random;
mod record;
mod report;
mod request;
mod seek;
mod sight;
mod triples;
mod watch;
pub mod world;
