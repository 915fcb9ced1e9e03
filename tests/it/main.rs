//! The tests that go through the door: one binary, one file a domain.

#[macro_use]
mod support;

mod audit;
mod command_line;
mod database;
mod doctor;
mod http;
mod relay;
