//! The inbox and notifications through the door, on a migrated database, with people in every role.

mod deliver;
mod inbox;
mod leak;
mod subject;
mod told;
mod world;
