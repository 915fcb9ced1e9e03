//! `liufang doctor`: is the record whole?

use clap::Args;
use serde_json::{Value, json};

use super::tell;
use crate::config::Config;
use crate::db;
use crate::doctor::{self, Break, Report};
use crate::error::Result;

/// How it is told.
#[derive(Args, Clone, Copy, Debug)]
pub struct Doctor {
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Examines the database and prints what was found; true where all is well.
///
/// # Errors
/// A fault of the database.
pub async fn run(config: &Config, asked: Doctor) -> Result<bool> {
    let db = db::connect(&config.database).await?;
    let report = doctor::examine(&db).await?;
    tell(asked.json, &sentence(&report), &value(&report));
    Ok(report.breaks.is_empty())
}

fn sentence(report: &Report) -> String {
    let Report { streams, events, breaks } = report;
    if breaks.is_empty() {
        return format!(
            "The hash chains of {streams} stream(s) with {events} event(s) hold, and the texts are what they say."
        );
    }
    let line = |found: &Break| format!("stream {}, row {}: {}", found.stream, found.seq, found.wrong.about());
    let lines: Vec<String> = breaks.iter().map(line).collect();
    format!("{} of {streams} stream(s) are broken:\n{}", breaks.len(), lines.join("\n"))
}

fn value(report: &Report) -> Value {
    let of = |found: &Break| json!({ "stream": found.stream, "seq": found.seq, "wrong": found.wrong.code() });
    let breaks: Vec<Value> = report.breaks.iter().map(of).collect();
    json!({ "streams": report.streams, "events": report.events, "breaks": breaks })
}
