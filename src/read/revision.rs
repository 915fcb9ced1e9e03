//! Revisions: what an update says it has seen. A counter inside, an opaque text outside, so that nobody counts what
//! happened to a row.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use crate::error::{Code, Result, UserError};
use crate::id::{Prefix, TypeId};
use crate::vault::Vault;

/// So many bytes of the hash are shown: 12 characters.
const SHOWN_BYTES: usize = 9;

/// The revision of a row as clients see it.
#[must_use]
pub fn show(vault: &Vault, prefix: Prefix, id: Uuid, revision: i64) -> String {
    let hash = vault.hash("revision", &format!("{} {revision}", TypeId(prefix, id)));
    BASE64_URL_SAFE_NO_PAD.encode(&hash[..SHOWN_BYTES])
}

/// Holds a row that is about to change to what the caller has seen of it.
///
/// # Errors
/// `REVISION_CONFLICT` with `currentRevision`.
pub fn check(vault: &Vault, prefix: Prefix, id: Uuid, current: i64, expected: &str) -> Result<()> {
    let current = show(vault, prefix, id, current);
    if current == expected {
        return Ok(());
    }
    let conflict = UserError::new(Code::RevisionConflict, "expectedRevision", vec![]);
    Err(conflict.with("currentRevision", json!(current)).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::id::prefix;

    #[test]
    fn a_stale_revision_is_refused_with_the_present_one() {
        let vault = Vault::new(&[7; 32]);
        let id = Uuid::from_u128(1);
        let seen = show(&vault, prefix::GROUP, id, 1);
        assert_eq!(seen.len(), 12);
        assert!(check(&vault, prefix::GROUP, id, 1, &seen).is_ok());
        let Err(Error::Refused(errors)) = check(&vault, prefix::GROUP, id, 2, &seen) else {
            panic!("a stale revision was taken")
        };
        assert_eq!(errors[0].complaint.code, Code::RevisionConflict);
        assert_eq!(errors[0].more["currentRevision"], json!(show(&vault, prefix::GROUP, id, 2)));
    }

    #[test]
    fn revisions_of_different_rows_have_nothing_in_common() {
        let vault = Vault::new(&[7; 32]);
        let one = show(&vault, prefix::GROUP, Uuid::from_u128(1), 1);
        assert_ne!(one, show(&vault, prefix::GROUP, Uuid::from_u128(2), 1));
        assert_ne!(one, show(&vault, prefix::PARTY, Uuid::from_u128(1), 1));
    }
}
