//! The command line's subcommands: what an operator does, which the API never offers.

pub mod calendar;
pub mod doctor;
pub mod key;
pub mod migrate;
pub mod region;
pub mod schema;
pub mod search;
pub mod user;

/// Prints what was done: a sentence for people, or one line of JSON for programs.
pub(crate) fn tell(json: bool, sentence: &str, value: &serde_json::Value) {
    if json {
        println!("{value}");
    } else {
        println!("{sentence}");
    }
}
