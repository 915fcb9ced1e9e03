//! Access tokens: JWTs by RFC 9068, signed by `EdDSA` and nothing else (RFC 8725).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::Role;
use jsonwebtoken::{Algorithm, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Settings;
use super::key::{self, Ring};
use super::post::Held;
use crate::app::App;
use crate::clock::real_now;
use crate::error::{Error, Result};
use crate::id::{TypeId, parse, prefix};
use crate::policy::scopes_of;

/// The header's `typ` (RFC 9068 §2.1).
const TYPE: &str = "at+jwt";
/// The `client_id` of people's tokens: the server's own sign-in.
const CLIENT: &str = "liufang";
/// How far the clocks of two instances may differ, in seconds.
const LEEWAY: i64 = 5;
/// A longer text is no token of ours.
const MOST_BYTES: usize = 4096;

/// What a token says. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The person, as a `TypeID`.
    pub sub: String,
    /// By what client the person signed in.
    pub client_id: String,
    /// Its id.
    pub jti: Uuid,
    /// When it was issued.
    pub iat: i64,
    /// From when it holds, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Until when it holds.
    pub exp: i64,
    /// Its scopes, parted by spaces.
    pub scope: String,
    /// The post it acts in, as a `TypeID`.
    pub post: String,
    /// The role of that post.
    pub role: Role,
    /// The code of that post's region.
    pub region: String,
    /// The sign-in it descends from.
    pub fam: Uuid,
}

impl Claims {
    fn timely(&self, settings: &Settings, now: i64) -> bool {
        let longest = settings.longest().num_seconds();
        self.exp.saturating_add(LEEWAY) > now
            && self.iat.saturating_sub(LEEWAY) <= now
            && self.nbf.is_none_or(|from| from.saturating_sub(LEEWAY) <= now)
            && (1..=longest).contains(&self.exp.saturating_sub(self.iat))
    }

    /// The person's id.
    pub(super) fn user(&self) -> Option<Uuid> {
        parse(&self.sub, prefix::USER)
    }

    /// The appointment's id.
    pub(super) fn post(&self) -> Option<Uuid> {
        parse(&self.post, prefix::APPOINTMENT)
    }
}

/// A token and when it expires.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The JWT.
    pub token: String,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// Issues a token that acts in `held`, for `lifetime` or as long as is allowed.
///
/// # Errors
/// A fault where there is no key to sign with, or where `lifetime` is longer than this server accepts.
pub(super) async fn issue(app: &App, held: &Held, family: Uuid, lifetime: Option<TimeDelta>) -> Result<Issued> {
    let settings = &app.auth.settings;
    let lifetime = lifetime.unwrap_or_else(|| settings.access());
    if lifetime > settings.longest() {
        return Err(Error::fault("a token of that life is not for this server"));
    }
    let (post, now) = (&held.appointment, real_now());
    let claims = Claims {
        iss: settings.issuer.clone(),
        aud: settings.audience.clone(),
        sub: TypeId(prefix::USER, post.user_id).to_string(),
        client_id: CLIENT.to_owned(),
        jti: app.ids.next(now),
        iat: now.timestamp(),
        nbf: None,
        exp: (now + lifetime).timestamp(),
        scope: scopes_of(post.role).to_string(),
        post: TypeId(prefix::APPOINTMENT, post.id).to_string(),
        role: post.role,
        region: post.region_code.to_string(),
        fam: family,
    };
    let signer = key::signer(app).await?;
    let token = jsonwebtoken::encode(&header(signer.id), &claims, &signer.key)
        .map_err(|error| Error::fault(format!("signing a token: {error}")))?;
    let expires_at = DateTime::from_timestamp(claims.exp, 0).unwrap_or(now);
    Ok(Issued { token, expires_at })
}

pub(super) fn header(kid: Uuid) -> Header {
    Header { typ: Some(TYPE.to_owned()), kid: Some(kid.to_string()), ..Header::new(Algorithm::EdDSA) }
}

/// Tokens whose signature was found right, by hash; what can change is asked for each time.
pub struct Verified(Cache<[u8; 32], Arc<(Uuid, Claims)>>);

const MOST: usize = 10_000;

impl Default for Verified {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

/// Why a token gives no viewer, for our own log; a caller learns nothing of it.
pub(super) enum Reason {
    /// It does not count.
    Bad(&'static str),
    /// It cannot be read whether it counts.
    Unreadable(Error),
}

impl From<&'static str> for Reason {
    fn from(reason: &'static str) -> Self {
        Self::Bad(reason)
    }
}

impl From<Error> for Reason {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}

/// Checks a token's signature, form, issuer, audience and times.
pub(super) async fn verify(app: &App, token: &str) -> Result<Arc<(Uuid, Claims)>, Reason> {
    if token.len() > MOST_BYTES {
        return Err("it is too long".into());
    }
    let hash: [u8; 32] = crate::vault::sha256(&[token.as_bytes()]).try_into().unwrap_or_default();
    let known = app.auth.tokens.0.get(&hash).filter(|known| app.auth.trust.ring().verifier(known.0).is_some());
    let verified = if let Some(known) = known {
        known
    } else {
        let verified = Arc::new(verify_signature(app, token).await?);
        app.auth.tokens.0.insert(hash, verified.clone());
        verified
    };
    let timely = verified.1.timely(&app.auth.settings, real_now().timestamp());
    if timely { Ok(verified) } else { Err("it is not of this time".into()) }
}

async fn verify_signature(app: &App, token: &str) -> Result<(Uuid, Claims), Reason> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| "its header cannot be read")?;
    if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
        return Err("its header is not ours".into());
    }
    let kid = header.kid.and_then(|kid| kid.parse().ok()).ok_or("it names no key")?;
    let trust = &app.auth.trust;
    if trust.ring().verifier(kid).is_none() {
        trust.news(app).await?;
    }
    decode(&trust.ring(), kid, token, &app.auth.settings).map(|claims| (kid, claims))
}

fn decode(ring: &Ring, kid: Uuid, token: &str, settings: &Settings) -> Result<Claims, Reason> {
    let key = ring.verifier(kid).ok_or("its key is unknown")?;
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[&settings.issuer]);
    rules.set_audience(&[&settings.audience]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Times are checked at each use, not only when the signature is: see `Claims::timely`.
    rules.validate_exp = false;
    let data = jsonwebtoken::decode::<Claims>(token, key, &rules).map_err(|_| "its signature or claims do not hold")?;
    Ok(data.claims)
}
