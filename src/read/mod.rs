#![doc = include_str!("README.md")]

pub mod check;
pub mod coerce;
pub mod dialect;
pub mod door;
pub mod load;
pub mod model;
pub mod plan;
pub mod revision;
pub mod run;
pub mod schema;
pub mod shape;

#[cfg(test)]
mod tests;
