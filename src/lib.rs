//! wip
pub mod act;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod event;
pub mod id;
pub mod policy;
pub mod read;
pub mod vault;
