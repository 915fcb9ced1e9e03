//! `liufang search`: what texts are found by.

use std::io::IsTerminal;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::tell;
use crate::app::App;
use crate::error::Result;
use crate::search::service;

/// What can be done with the index.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Search {
    /// Make all problems searchable: those from before there was an index too. The server may run meanwhile.
    Reindex {
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
///
/// # Errors
/// A fault of the database.
pub async fn run(app: &App, command: Search) -> Result<()> {
    let Search::Reindex { json } = command;
    let bar = ProgressBar::new(0);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} problems, {eta} left") {
        bar.set_style(style);
    }
    let count = service::reindex(app, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    let count = count.await?;
    bar.finish_and_clear();
    tell(json, &format!("{count} problem(s) can be searched."), &json!({ "problems": count }));
    Ok(())
}
