//! The tests that go through the door: one binary, one file a domain.

#![expect(clippy::unwrap_used, reason = "a test ends at what it did not expect")]

#[macro_use]
mod support;

mod attachment;
mod audit;
mod auth;
mod bounds;
mod command_line;
mod database;
mod demo;
mod differential;
mod doctor;
mod explain;
mod http;
mod leak;
mod matrix;
mod plans;
mod readme;
mod relay;
mod rooms;
mod scheduler;
mod schema;
mod search;
mod statements;
mod values;
