//! The keys that sign access tokens (Ed25519): made at the first start, in the database, their private halves sealed.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::signing_key;
use jsonwebtoken::{DecodingKey, EncodingKey};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{commit, secret_column};
use crate::app::App;
use crate::clock::real_now;
use crate::error::{Error, Result};
use crate::event::{Actor, Event, Kind};
use crate::{act, event};

/// The keys as they were read: one that signs, all that verify.
#[derive(Default)]
pub struct Ring {
    signer: Option<Arc<Signer>>,
    verifiers: BTreeMap<Uuid, Verifier>,
}

/// The key that signs.
pub(super) struct Signer {
    /// Its `kid`.
    pub(super) id: Uuid,
    /// Its private half.
    pub(super) key: EncodingKey,
}

struct Verifier {
    key: DecodingKey,
    public: Vec<u8>,
}

/// The most keys that are held at a time.
const MOST: u64 = 100;

impl Ring {
    /// Reads the keys that may still verify a token; the signer that is held already is not opened again.
    pub(super) async fn read(app: &App, before: &Self) -> Result<Self> {
        let gone = real_now() - app.auth.settings.longest() - LEFT_OVER;
        let still = signing_key::Column::RetiredAt.is_null().or(signing_key::Column::RetiredAt.gt(gone));
        let select =
            signing_key::Entity::find().filter(still).order_by_desc(signing_key::Column::CreatedAt).limit(MOST);
        let mut ring = Self::default();
        for row in select.all(app.auth.db(app)).await? {
            if row.retired_at.is_none() {
                let held = before.signer.as_ref().filter(|signer| signer.id == row.id).cloned();
                ring.signer = Some(held.map_or_else(|| open(app, &row), Ok)?);
            }
            let key = DecodingKey::from_ed_der(&row.public_key);
            ring.verifiers.insert(row.id, Verifier { key, public: row.public_key });
        }
        Ok(ring)
    }

    pub(super) fn verifier(&self, id: Uuid) -> Option<&DecodingKey> {
        self.verifiers.get(&id).map(|verifier| &verifier.key)
    }
}

/// How long after its last token a key still verifies: other instances may sign with it until they have read of the new.
pub(super) const LEFT_OVER: TimeDelta = TimeDelta::minutes(1);

fn open(app: &App, row: &signing_key::Model) -> Result<Arc<Signer>> {
    let sealed = row.private_key.as_deref().unwrap_or_default();
    let plain = app.vault.open(secret_column::PRIVATE_KEY, sealed).ok_or_else(|| {
        Error::fault("the signing key in the database was sealed under another key than the configured one")
    })?;
    Ok(Arc::new(Signer { id: row.id, key: EncodingKey::from_ed_der(&plain) }))
}

/// The key that signs; made where there is none.
///
/// # Errors
/// A fault of the database, or a sealed key that the configured one does not open.
pub(super) async fn signer(app: &App) -> Result<Arc<Signer>> {
    app.auth.trust.fresh(app).await?;
    if let Some(signer) = app.auth.trust.ring().signer.clone() {
        return Ok(signer);
    }
    match generate(app)?.insert(&app.db).await.map_err(|error| (error.sql_err(), error)) {
        // Another instance was first.
        Ok(_) | Err((Some(SqlErr::UniqueConstraintViolation(_)), _)) => {}
        Err((_, error)) => return Err(error.into()),
    }
    app.auth.trust.expire();
    app.auth.trust.fresh(app).await?;
    app.auth.trust.ring().signer.clone().ok_or_else(|| Error::fault("a signing key that was just made is not there"))
}

fn generate(app: &App) -> Result<signing_key::ActiveModel> {
    let fault = |_| Error::fault("a key could not be made");
    let pair = Ed25519KeyPair::generate().map_err(fault)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(fault)?;
    let now = real_now();
    Ok(signing_key::ActiveModel {
        id: Set(app.ids.next(now)),
        public_key: Set(pair.public_key().as_ref().to_vec()),
        private_key: Set(Some(app.vault.seal(secret_column::PRIVATE_KEY, private.as_ref())?)),
        created_at: Set(now),
        retired_at: Set(None),
    })
}

/// Puts a new key in the place of the one that signs; gives its `kid`. The old one verifies until its last token has
/// expired, and its private half is erased.
///
/// # Errors
/// A fault of the database, also where another rotation runs at the same time.
pub async fn rotate(app: &App) -> Result<Uuid> {
    let tx = act::begin(&app.db).await?;
    retire(&tx, real_now()).await?;
    let made = generate(app)?.insert(&tx).await?;
    commit(app, tx, Actor::system(), vec![Event::new(Kind::KeyRotated, event::INSTALLATION, made.id)]).await?;
    Ok(made.id)
}

async fn retire(tx: &sea_orm::DatabaseTransaction, now: DateTime<Utc>) -> Result<()> {
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::RetiredAt, Expr::value(now))
        .col_expr(signing_key::Column::PrivateKey, Expr::value(Option::<Vec<u8>>::None))
        .filter(signing_key::Column::RetiredAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The public keys as a JWK set (RFC 7517, RFC 8037), for `/.well-known/jwks.json`.
///
/// # Errors
/// A fault of the database.
pub async fn jwks(app: &App) -> Result<Value> {
    signer(app).await?;
    let ring = app.auth.trust.ring();
    let keys: Vec<_> = ring
        .verifiers
        .iter()
        .map(|(id, key)| {
            let x = URL_SAFE_NO_PAD.encode(&key.public);
            json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id.to_string(), "x": x })
        })
        .collect();
    Ok(json!({ "keys": keys }))
}
