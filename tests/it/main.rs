//! The tests that go through the door: one binary, one file a domain.

#![expect(clippy::unwrap_used, reason = "a test ends at what it did not expect")]

#[macro_use]
mod support;

mod audit;
mod command_line;
mod database;
mod doctor;
mod http;
mod leak;
mod matrix;
mod relay;
mod rooms;
mod schema;
