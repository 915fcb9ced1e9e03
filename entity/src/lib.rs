//! The tables of Liufang as `SeaORM` entities, one file each, and the closed vocabularies in [`word`].
//!
//! Nothing here knows of GraphQL: what a client may see of a table is declared in the server's `read.rs` files.

pub mod word;

pub mod appointment;
pub mod attachment;
pub mod building;
pub mod calendar_day;
pub mod calendar_hours;
pub mod calendar_state;
pub mod calendar_year;
pub mod clock_segment;
pub mod closure;
pub mod compound;
pub mod contact_release;
pub mod deadline_backlog;
pub mod disclosure;
pub mod disposition;
pub mod disposition_task;
pub mod event;
pub mod event_stream;
pub mod extension_request;
pub mod follow_up;
pub mod grid;
pub mod idempotency_key;
pub mod invitation;
pub mod ledger_entry;
pub mod linkage_group;
pub mod merged_task;
pub mod organisation;
pub mod party;
pub mod party_seat;
pub mod problem;
pub mod problem_addition;
pub mod problem_concern;
pub mod problem_merge;
pub mod problem_text;
pub mod rating;
pub mod refresh_token;
pub mod region;
pub mod reporter_code;
pub mod request;
pub mod revocation;
pub mod seat_compound;
pub mod signing_key;
pub mod supervision;
pub mod suspension;
pub mod time_limit;
pub mod upload;
pub mod user;
pub mod visit_offer;
pub mod whistle;
pub mod whistle_call;
