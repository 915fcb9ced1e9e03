//! Whistles through the door: GraphQL in, on a migrated database, with people in every role.

mod course;
mod raise;
mod sight;
mod triples;
mod world;
