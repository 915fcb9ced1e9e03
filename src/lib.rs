//! wip
pub mod act;
pub mod app;
pub mod clock;
pub mod config;
pub mod disposition;
pub mod error;
pub mod event;
pub mod gate;
pub mod group;
pub mod id;
pub mod policy;
pub mod problem;
pub mod read;
pub mod region;
pub mod text;
pub mod vault;
pub mod viewer;
