//! `liufang key`: the keys that sign access tokens.

use clap::Subcommand;
use serde_json::json;

use super::tell;
use crate::app::App;
use crate::auth;
use crate::error::Result;

/// What can be done with signing keys.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Put a new signing key in the place of the present one, which keeps verifying until its last token has expired.
    Rotate {
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
///
/// # Errors
/// A fault of the database, also where another rotation runs at the same time.
pub async fn run(app: &App, command: Key) -> Result<()> {
    match command {
        Key::Rotate { json } => {
            let key = auth::key::rotate(app).await?;
            tell(json, &format!("The key {key} signs from now on."), &json!({ "key": key }));
        }
    }
    Ok(())
}
