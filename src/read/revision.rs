//! Revisions as clients see them: an opaque text that changes with each change, and tells nothing of how many there were.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use crate::error::{Code, Error, Result, UserError};
use crate::vault::Vault;

/// How much of the keyed hash is shown.
const SHOWN_BYTES: usize = 9;

/// The revision of a row.
#[must_use]
pub fn show(vault: &Vault, id: Uuid, revision: i64) -> String {
    URL_SAFE_NO_PAD.encode(&vault.hash("revision", &format!("{id} {revision}"))[..SHOWN_BYTES])
}

/// The same of a row (id, revision) that may not be there yet: what is there must have been seen, and what is not there
/// cannot have been.
///
/// # Errors
/// `REVISION_CONFLICT`, `NOT_FOUND` at `expectedRevision`.
pub fn check_found(vault: &Vault, found: Option<(Uuid, i64)>, expected: Option<&str>) -> Result<()> {
    match (found, expected) {
        (Some((id, revision)), expected) => check(vault, id, revision, expected.unwrap_or_default()),
        (None, Some(_)) => Err(Error::not_found("expectedRevision")),
        (None, None) => Ok(()),
    }
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
