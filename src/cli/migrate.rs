//! `liufang migrate`: the changes of the database.

use clap::Subcommand;
use serde_json::{Value, json};

use super::tell;
use crate::config::Config;
use crate::db;
use crate::error::Result;

/// What can be done with changes of the database.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Migrate {
    /// Make all changes that are lacking.
    Up,
    /// Take back the last changes, with the data they hold.
    Down {
        /// How many.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        /// Do it: the data of the tables that go is lost.
        #[arg(long, required = true)]
        lose_data: bool,
    },
    /// Print each change and whether it has been made.
    Status {
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
///
/// # Errors
/// A fault of the database.
pub async fn run(config: &Config, command: Migrate) -> Result<()> {
    let db = db::connect(&config.database).await?;
    match command {
        Migrate::Up => {
            let pending = db::pending(&db).await?;
            db::up(&db).await?;
            println!("{pending} change(s) made.");
        }
        Migrate::Down { steps, lose_data: _ } => {
            db::down(&db, steps).await?;
            println!("{} change(s) are lacking now.", db::pending(&db).await?);
        }
        Migrate::Status { json } => {
            let changes = db::status(&db).await?;
            let line = |(name, made): &(String, bool)| format!("{} {name}", if *made { "made   " } else { "lacking" });
            let lines: Vec<String> = changes.iter().map(line).collect();
            let made: Vec<Value> = changes.iter().map(|(name, made)| json!({ "name": name, "made": made })).collect();
            tell(json, &lines.join("\n"), &json!({ "changes": made }));
        }
    }
    Ok(())
}
