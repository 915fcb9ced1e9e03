//! The tables of Liufang as `SeaORM` entities, one file each, and the closed vocabularies in [`word`].
//!
//! Nothing here knows of GraphQL: what a client may see of a table is declared in the server's `read.rs` files.

pub mod word;

pub mod appointment;
pub mod building;
pub mod closure;
pub mod compound;
pub mod disclosure;
pub mod disposition;
pub mod disposition_task;
pub mod event;
pub mod event_stream;
pub mod follow_up;
pub mod grid;
pub mod idempotency_key;
pub mod invitation;
pub mod linkage_group;
pub mod mediation;
pub mod mediation_agreement;
pub mod mediation_attendance;
pub mod mediation_exclusion;
pub mod mediation_obligation;
pub mod mediation_session;
pub mod mediation_side;
pub mod mediation_statement;
pub mod organisation;
pub mod party;
pub mod party_seat;
pub mod problem;
pub mod problem_addition;
pub mod problem_concern;
pub mod rating;
pub mod refresh_token;
pub mod region;
pub mod revocation;
pub mod seat_compound;
pub mod signing_key;
pub mod user;
