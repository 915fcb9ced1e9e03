//! Contact data and private keys at rest: encrypted by column (AES-256-GCM), with a keyed hash for equality.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hkdf, hmac, rand};

use crate::error::{Error, Result};

/// Seals and opens what only the server may read. The key comes from the configuration.
pub struct Vault {
    seal: RandomizedNonceKey,
    hash: hmac::Key,
    link: hmac::Key,
}

/// The first byte of what is sealed: by which scheme.
const SCHEME: u8 = 1;
const NONCE_BYTES: usize = 12;
/// The length of the configured key.
pub const KEY_BYTES: usize = 32;

impl Vault {
    /// A vault under `key`: three keys are derived from it (HKDF, RFC 5869): for sealing, for hashing, and for signing links.
    #[must_use]
    pub fn new(key: &[u8; KEY_BYTES]) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"liufang").extract(key);
        let derive = |purpose: &[u8]| {
            let mut bytes = [0; KEY_BYTES];
            let info = [purpose];
            if let Ok(okm) = root.expand(&info, hkdf::HKDF_SHA256) {
                okm.fill(&mut bytes).unwrap_or_else(|_| unreachable!("the length is that of the algorithm"));
            }
            bytes
        };
        let seal = RandomizedNonceKey::new(&AES_256_GCM, &derive(b"seal")).unwrap_or_else(|_| unreachable!("32 bytes"));
        let key = |purpose: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, &derive(purpose));
        Self { seal, hash: key(b"hash"), link: key(b"link") }
    }

    /// Seals `plain` for one column; the column's name is bound in, so that a value cannot be moved to another.
    ///
    /// # Errors
    /// A fault, where the machine has no randomness.
    pub fn seal(&self, column: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut body = plain.to_vec();
        let nonce = self
            .seal
            .seal_in_place_append_tag(Aad::from(column.as_bytes()), &mut body)
            .map_err(|_| Error::fault("sealing failed"))?;
        Ok([&[SCHEME][..], nonce.as_ref(), &body].concat())
    }

    /// Opens what [`Self::seal`] made for the same column; `None` if it was not made under this key.
    #[must_use]
    pub fn open(&self, column: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.strip_prefix(&[SCHEME])?.split_at_checked(NONCE_BYTES)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut body = body.to_vec();
        let plain = self.seal.open_in_place(nonce, Aad::from(column.as_bytes()), &mut body).ok()?;
        Some(plain.to_vec())
    }

    /// Opens a text.
    #[must_use]
    pub fn open_text(&self, column: &str, sealed: &[u8]) -> Option<String> {
        String::from_utf8(self.open(column, sealed)?).ok()
    }

    /// A hash by which equal values can be found without being read.
    #[must_use]
    pub fn hash(&self, purpose: &str, value: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.hash);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(value.as_bytes());
        context.sign().as_ref().to_vec()
    }

    /// The tag of a capability link (HMAC-SHA256): whoever shows what it says has it from here.
    #[must_use]
    pub fn sign_link(&self, says: &[u8]) -> Vec<u8> {
        hmac::sign(&self.link, says).as_ref().to_vec()
    }

    /// Whether a tag is that of what a link says; takes the same time whatever it is.
    #[must_use]
    pub fn is_link(&self, says: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.link, says, tag).is_ok()
    }
}

/// Random bytes that nobody can guess: secrets of tokens and links, keys.
///
/// # Errors
/// A fault, where the machine has no randomness.
pub fn secret<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| Error::fault("no randomness"))?;
    Ok(bytes)
}

/// SHA-256 over `parts` in order.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_own_column_and_key_only() {
        let vault = Vault::new(&[7; KEY_BYTES]);
        let sealed = vault.seal("problem.reporter_name", "王小明".as_bytes()).unwrap();
        assert_eq!(vault.open_text("problem.reporter_name", &sealed).as_deref(), Some("王小明"));
        assert_eq!(vault.open("problem.reporter_phone", &sealed), None);
        assert_eq!(Vault::new(&[8; KEY_BYTES]).open("problem.reporter_name", &sealed), None);
        assert_eq!(vault.open("problem.reporter_name", &sealed[..5]), None);
        assert_ne!(vault.seal("a", b"x").unwrap(), vault.seal("a", b"x").unwrap());
    }

    #[test]
    fn equal_values_hash_alike_for_one_purpose() {
        let vault = Vault::new(&[7; KEY_BYTES]);
        assert_eq!(vault.hash("phone", "138"), vault.hash("phone", "138"));
        assert_ne!(vault.hash("phone", "138"), vault.hash("name", "138"));
    }
}
