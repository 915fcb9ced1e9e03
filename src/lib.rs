//! Liufang (六方): six-party linkage groups, served by a role-scoped GraphQL API.
pub mod act;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod event;
pub mod gate;
pub mod group;
pub mod id;
pub mod policy;
pub mod read;
pub mod region;
pub mod text;
pub mod vault;
pub mod viewer;
