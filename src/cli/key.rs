//! `liufang key`: the key that data is sealed with, and those that sign access tokens.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Subcommand;
use serde_json::json;

use super::tell;
use crate::app::App;
use crate::auth;
use crate::error::Result;
use crate::vault::{self, KEY_BYTES};

/// What can be done with keys.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Key {
    /// Print a new secret key for the configuration; nothing is stored.
    Generate,
    /// Put a new signing key in the place of the present one, which keeps verifying until its last token has expired.
    Rotate {
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Prints a new secret key.
///
/// # Errors
/// A fault, where the machine has no randomness.
pub fn generate() -> Result<()> {
    println!("{}", STANDARD.encode(vault::secret::<KEY_BYTES>()?));
    Ok(())
}

/// Rotates the signing key.
///
/// # Errors
/// A fault of the database, also where another rotation runs at the same time.
pub async fn rotate(app: &App, json: bool) -> Result<()> {
    let key = auth::key::rotate(app).await?;
    tell(json, &format!("The key {key} signs from now on."), &json!({ "key": key }));
    Ok(())
}
