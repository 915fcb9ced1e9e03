//! Passwords: argon2id in a bounded pool, and what a password must be.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::Settings;
use crate::error::{Code, Error, Result};
use crate::vault;

/// Hashes passwords, a few at once, so that signing in cannot take the machine's memory and processors.
pub struct Pool {
    argon2: Argon2<'static>,
    /// A hash that no password has, of the same cost: what is checked where there is no other.
    nobody: String,
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
    #[cfg(test)]
    pub(super) checked: std::sync::atomic::AtomicUsize,
}

impl Pool {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let params = Params::new(settings.memory_kib, settings.iterations, 1, None)
            .map_err(|error| Error::fault(format!("argon2: {error}")))?;
        Ok(Self {
            nobody: nobody(&params)?,
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            running: Arc::new(Semaphore::new(settings.pool.max(1))),
            places: Arc::new(Semaphore::new(settings.pool.max(1) + settings.queue)),
            #[cfg(test)]
            checked: std::sync::atomic::AtomicUsize::new(0),
        })
    }

    /// The hash of `password`, as a PHC string.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS` where too many wait.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        let salt = vault::secret::<16>()?;
        let hashed = self.run(move |argon2| argon2.hash_password_with_salt(password.as_bytes(), &salt)).await?;
        hashed.map(|hash| hash.to_string()).map_err(|error| Error::fault(format!("argon2: {error}")))
    }

    /// Whether `password` is the one of `hash`; with no hash the same work is done and the answer is no.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS` where too many wait.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let password = password.to_owned();
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        #[cfg(test)]
        self.checked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let right = self.run(move |argon2| argon2.verify_password(password.as_bytes(), hash.as_str()).is_ok()).await?;
        Ok(right && known)
    }

    /// Whether `hash` was made with other figures than today's.
    #[must_use]
    pub fn outdated(&self, hash: &str) -> bool {
        let today = ParamsString::try_from(self.argon2.params()).ok();
        PasswordHash::new(hash).ok().map(|hash| hash.params) != today
    }

    /// Does slow work in turn. The place is given up when the work is done, not when its caller has gone.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Argon2<'_>) -> T + Send + 'static) -> Result<T> {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            return Err(Error::request(Code::TooManyRequests, vec![1.into()]));
        };
        let turn =
            self.running.clone().acquire_owned().await.map_err(|_| Error::fault("the password pool is closed"))?;
        let argon2 = self.argon2.clone();
        let done = tokio::task::spawn_blocking(move || {
            let answer = work(&argon2);
            drop((turn, place));
            answer
        });
        done.await.map_err(|_| Error::fault("hashing a password panicked"))
    }
}

/// A hash made of randomness: checking a password against it costs what it always costs, and never succeeds.
fn nobody(params: &Params) -> Result<String> {
    let fault = |error: argon2::password_hash::phc::Error| Error::fault(format!("argon2: {error}"));
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(|error| Error::fault(format!("argon2: {error}")))?,
        salt: Some(Salt::new(&vault::secret::<16>()?).map_err(fault)?),
        hash: Some(Output::new(&vault::secret::<32>()?).map_err(fault)?),
    };
    Ok(hash.to_string())
}

/// How long a password is, in characters.
const SHORTEST: usize = 12;
const LONGEST: usize = 128;

/// Passwords of that length that are tried first; the keyboard's rows, runs and repeats are found by [`patterned`].
const COMMON: &[&str] = &[
    "adminadminadmin",
    "administrator",
    "administrator1",
    "changemeplease",
    "correcthorsebatterystaple",
    "iloveyou1234",
    "letmeinletmein",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "passw0rd1234",
    "p@ssw0rd1234",
    "qwerty123456",
    "qwertyuiop123",
    "welcome12345",
    "woaini1314520",
    "woaini5201314",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "123456abcdef",
    "abc123456789",
    "abcd12345678",
    "a123456789012",
    "liufangliufang",
    "danyangdanyang",
];

/// Holds a new password to the rules: 12 to 128 characters, not the user name, not one that is tried first; nothing about
/// kinds of characters (NIST SP 800-63B-4 §3.1.1.2).
///
/// # Errors
/// `WEAK_PASSWORD` at `path`.
pub fn check(password: &str, username: &str, path: &str) -> Result<()> {
    let lower = password.to_lowercase();
    let length = password.chars().count();
    let weak = !(SHORTEST..=LONGEST).contains(&length)
        || lower == username.to_lowercase()
        || COMMON.contains(&lower.as_str())
        || patterned(&lower);
    if weak { Err(Error::refused(Code::WeakPassword, path, vec![SHORTEST.into(), LONGEST.into()])) } else { Ok(()) }
}

/// Whether a text is a repeat of up to four characters, or one run along the alphabet, the figures or a keyboard's row.
fn patterned(text: &str) -> bool {
    const ROWS: [&str; 5] = ["01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let letters: Vec<char> = text.chars().collect();
    let repeats = (1..=4).any(|period| letters.iter().zip(letters.iter().skip(period)).all(|(a, b)| a == b));
    let follows = |pair: &[char]| {
        let there: String = pair.iter().collect();
        let back: String = pair.iter().rev().collect();
        ROWS.iter().any(|row| row.contains(&there) || row.contains(&back))
    };
    let breaks = letters.windows(2).filter(|pair| !follows(pair)).count();
    repeats || breaks <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Settings {
        Settings { memory_kib: 8, iterations: 1, ..Settings::default() }
    }

    #[tokio::test]
    async fn a_password_is_its_own_and_nobody_has_the_other() {
        let pool = Pool::new(&cheap()).unwrap();
        let hash = pool.hash("corner shop, blue door").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(pool.verify("corner shop, blue door", Some(&hash)).await.unwrap());
        assert!(!pool.verify("corner shop, red door", Some(&hash)).await.unwrap());
        assert!(!pool.verify("corner shop, blue door", None).await.unwrap());
        assert!(!pool.verify("corner shop, blue door", Some("!")).await.unwrap());
        assert_ne!(pool.hash("corner shop, blue door").await.unwrap(), hash);
    }

    #[tokio::test]
    async fn nobody_costs_what_a_person_costs() {
        let pool = Pool::new(&cheap()).unwrap();
        let (nobody, hash) = (PasswordHash::new(&pool.nobody).unwrap(), pool.hash("a password").await.unwrap());
        let hash = PasswordHash::new(&hash).unwrap();
        assert_eq!((&nobody.params, nobody.version, nobody.algorithm), (&hash.params, hash.version, hash.algorithm));
        assert_eq!(nobody.hash.map(|hash| hash.len()), hash.hash.map(|hash| hash.len()));
    }

    #[tokio::test]
    async fn a_hash_of_other_figures_is_outdated() {
        let pool = Pool::new(&cheap()).unwrap();
        let other = Pool::new(&Settings { iterations: 2, ..cheap() }).unwrap();
        let hash = pool.hash("corner shop, blue door").await.unwrap();
        assert!(!pool.outdated(&hash));
        assert!(other.outdated(&hash));
        assert!(other.verify("corner shop, blue door", Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn too_many_at_once_are_refused() {
        let pool = Pool::new(&Settings { pool: 1, queue: 1, ..cheap() }).unwrap();
        let turn = pool.running.clone().acquire_owned().await.unwrap();
        let verify = || Box::pin(pool.verify("x", None));
        let (mut first, mut second) = (verify(), verify());
        for waiting in [first.as_mut(), second.as_mut()] {
            assert!(tokio::time::timeout(std::time::Duration::ZERO, waiting).await.is_err());
        }
        let refused = pool.verify("x", None).await;
        assert!(matches!(refused, Err(Error::Request(complaint)) if complaint.code == Code::TooManyRequests));
        drop(turn);
        assert!(!first.await.unwrap() && !second.await.unwrap());
    }

    #[test]
    fn a_password_is_long_and_not_what_is_tried_first() {
        for good in ["corner shop, blue door", "六方联动小组在楼下开会吗我去", "x7!kd9wq2LmP", "12 bananas on Tuesday"]
        {
            assert!(check(good, "zhang.san", "password").is_ok(), "{good}");
        }
        let long = "ab c".repeat(40);
        for weak in [
            "",
            "short",
            "elevenchars",
            "Zhang.San.Danyang",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "Password1234",
            "qwertyuiopasdf",
            "abcdefghijklm",
            "210987654321",
            &long,
        ] {
            assert!(check(weak, "zhang.san.danyang", "password").is_err(), "{weak}");
        }
    }
}
