//! Revisions as clients see them: an opaque text that changes with each change, and tells nothing of how many there were.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use crate::error::{Code, Result, UserError};
use crate::vault::Vault;

/// How much of the keyed hash is shown.
const SHOWN_BYTES: usize = 9;

/// The revision of a row.
#[must_use]
pub fn show(vault: &Vault, id: Uuid, revision: i64) -> String {
    URL_SAFE_NO_PAD.encode(&vault.hash("revision", &format!("{id} {revision}"))[..SHOWN_BYTES])
}

/// Says no unless `expected` is the row's present revision.
///
/// # Errors
/// `REVISION_CONFLICT`, with the present one.
pub fn check(vault: &Vault, id: Uuid, revision: i64, expected: &str) -> Result<()> {
    let current = show(vault, id, revision);
    if current == expected {
        return Ok(());
    }
    Err(UserError::new(Code::RevisionConflict, "expectedRevision", vec![])
        .with("currentRevision", json!(current))
        .into())
}
