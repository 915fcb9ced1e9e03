//! Secrets that are given out once and kept as a hash: refresh tokens, invitations.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Result;
use crate::vault;

/// What a secret is for: its first letters, by which people and scanners know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A refresh token.
    Refresh,
    /// An invitation.
    Invitation,
}

impl Purpose {
    const fn letters(self) -> &'static str {
        match self {
            Self::Refresh => "lfr_",
            Self::Invitation => "lfi_",
        }
    }
}

const BYTES: usize = 32;

/// A new secret: the text to give out and the hash to keep.
///
/// # Errors
/// A fault, where the machine has no randomness.
pub fn new(purpose: Purpose) -> Result<(String, Vec<u8>)> {
    let text = format!("{}{}", purpose.letters(), URL_SAFE_NO_PAD.encode(vault::secret::<BYTES>()?));
    let hash = vault::sha256(&[text.as_bytes()]);
    Ok((text, hash))
}

/// The hash that a secret is kept by; `None` for what cannot be one. 256 random bits need no slow hash.
#[must_use]
pub fn hash(purpose: Purpose, text: &str) -> Option<Vec<u8>> {
    let body = text.strip_prefix(purpose.letters())?;
    let bytes = URL_SAFE_NO_PAD.decode(body).ok()?;
    (bytes.len() == BYTES).then(|| vault::sha256(&[text.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_hash_and_for_its_purpose_only() {
        let (text, kept) = new(Purpose::Refresh).unwrap();
        assert!(text.starts_with("lfr_") && text.len() == 47);
        assert_eq!(hash(Purpose::Refresh, &text), Some(kept));
        assert_eq!(hash(Purpose::Invitation, &text), None);
        for other in ["", "lfr_", "lfr_AAAA", "lfr_!", &text[..46]] {
            assert_eq!(hash(Purpose::Refresh, other), None, "{other}");
        }
        assert_ne!(new(Purpose::Refresh).unwrap().0, text);
    }
}
