//! wip
pub mod act;
pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod error;
pub mod event;
pub mod group;
pub mod id;
pub mod policy;
pub mod read;
pub mod region;
pub mod text;
pub mod vault;
