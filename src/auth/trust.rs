//! What makes a token count beyond its signature: the keys, and what was revoked.
//!
//! Both are read together, at most a second ago, or no token counts: it fails closed. Revocations are read by what is
//! new, with an overlap for slow transactions and unequal clocks, and whole once a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{idempotency_key, refresh_token, revocation, signing_key};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::key::{LEFT_OVER, Ring};
use crate::app::App;
use crate::clock::real_now;
use crate::error::{Error, Result};

/// How long what was read counts: a revocation is everywhere within it.
const FRESH: Duration = Duration::from_secs(1);
/// How long a reading may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// After how long an unknown `kid` is reason to read anew.
const NEWS: Duration = Duration::from_millis(100);
/// How often all revocations are read, not just the new ones.
const WHOLE_EACH: Duration = Duration::from_mins(1);
/// How late a revocation may become visible: the longest transaction and the clocks' difference.
const OVERLAP: TimeDelta = TimeDelta::seconds(30);
/// The longest life of any access token (the demo's).
pub(super) const LONGEST: TimeDelta = TimeDelta::hours(12);

/// The keys and the revocations as they were last read.
#[derive(Default)]
pub struct Trust {
    ring: RwLock<Arc<Ring>>,
    revoked: RwLock<HashMap<Uuid, DateTime<Utc>>>,
    mark: Mutex<Mark>,
    reading: tokio::sync::Mutex<()>,
}

/// When was read, and what.
#[derive(Clone, Copy, Default)]
struct Mark {
    read_at: Option<Instant>,
    whole_at: Option<Instant>,
    since: DateTime<Utc>,
    /// When the last reading that failed began.
    failed: Option<Instant>,
    /// Raised by each [`Trust::expire`]: a reading that began before does not count.
    asked: u64,
}

impl Trust {
    /// What was read no longer counts.
    pub(super) fn expire(&self) {
        let mut mark = self.mark();
        mark.asked += 1;
        mark.read_at = None;
    }

    /// Reads anew unless what was read still counts.
    pub(super) async fn fresh(&self, app: &App) -> Result<()> {
        self.newer_than(app, FRESH).await
    }

    /// Reads anew for an unknown `kid`, but not at every one.
    pub(super) async fn news(&self, app: &App) -> Result<()> {
        self.newer_than(app, NEWS).await
    }

    async fn newer_than(&self, app: &App, age: Duration) -> Result<()> {
        if self.is_newer_than(age) {
            return Ok(());
        }
        let asked = Instant::now();
        let reading = self.reading.lock().await;
        // Another may have read while this one waited, or failed to: nobody waits for more than two readings.
        if self.is_newer_than(age) {
            return Ok(());
        }
        if self.mark().failed.is_some_and(|began| began > asked) {
            return Err(Error::fault("keys and revocations could not be read just now"));
        }
        self.read_in_turn(app, reading).await
    }

    /// Reads anew.
    pub(super) async fn read(&self, app: &App) -> Result<()> {
        let reading = self.reading.lock().await;
        self.read_in_turn(app, reading).await
    }

    async fn read_in_turn(&self, app: &App, _reading: tokio::sync::MutexGuard<'_, ()>) -> Result<()> {
        let began = Instant::now();
        let read = in_time(self.read_now(app)).await;
        if read.is_err() {
            self.mark().failed = Some(began);
        }
        read
    }

    async fn read_now(&self, app: &App) -> Result<()> {
        let (mut mark, began, now) = (*self.mark(), Instant::now(), real_now());
        let whole = mark.whole_at.is_none_or(|at| at.elapsed() > WHOLE_EACH);
        let since = if whole { DateTime::UNIX_EPOCH } else { mark.since - OVERLAP };
        let rows = revocation::Entity::find()
            .filter(revocation::Column::RevokedAt.gte(since))
            .filter(revocation::Column::Until.gt(now))
            .all(app.auth.db(app))
            .await?;
        let ring = Ring::read(app, &self.ring()).await?;
        let mut revoked = self.revoked.write().unwrap_or_else(PoisonError::into_inner);
        if whole {
            revoked.clear();
            mark.whole_at = Some(began);
        }
        revoked.extend(rows.into_iter().map(|row| (row.subject, row.until)));
        drop(revoked);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        let mut kept = self.mark();
        (kept.whole_at, kept.since) = (mark.whole_at, now);
        kept.read_at = (kept.asked == mark.asked).then_some(began);
        Ok(())
    }

    fn is_newer_than(&self, age: Duration) -> bool {
        self.mark().read_at.is_some_and(|at| at.elapsed() < age)
    }

    /// The keys.
    pub(super) fn ring(&self) -> Arc<Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether any of `subjects` (a token, its family, its post) was revoked.
    pub(super) fn any_revoked(&self, subjects: &[Uuid]) -> bool {
        let revoked = self.revoked.read().unwrap_or_else(PoisonError::into_inner);
        subjects.iter().any(|subject| revoked.contains_key(subject))
    }

    fn mark(&self) -> MutexGuard<'_, Mark> {
        self.mark.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a reading that a caller waits for gives, unless it takes too long.
pub(super) async fn in_time<T>(reading: impl Future<Output = Result<T>>) -> Result<T> {
    let read = tokio::time::timeout(PATIENCE, reading).await;
    read.unwrap_or_else(|_| Err(Error::fault("keys, revocations or a post took too long to read")))
}

/// Whether any of `subjects` has been revoked, as the transaction sees it: for what a command gives out.
pub(super) async fn system_any_revoked(tx: &DatabaseTransaction, subjects: [Uuid; 3]) -> Result<bool> {
    let found = revocation::Entity::find().filter(revocation::Column::Subject.is_in(subjects));
    Ok(found.one(tx).await?.is_some())
}

/// Ends what `subject` names (a family, a post, one token) until the last token concerned has expired anyhow.
pub(super) async fn revoke(tx: &DatabaseTransaction, subject: Uuid) -> Result<()> {
    let now = real_now();
    let until = now + LONGEST + LEFT_OVER;
    let row = revocation::ActiveModel { subject: Set(subject), revoked_at: Set(now), until: Set(until) };
    let again = OnConflict::column(revocation::Column::Subject)
        .update_columns([revocation::Column::RevokedAt, revocation::Column::Until])
        .to_owned();
    revocation::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends a sign-in: its access tokens and its refresh tokens.
pub(super) async fn revoke_family(tx: &DatabaseTransaction, family: Uuid) -> Result<()> {
    revoke(tx, family).await?;
    end_refresh_tokens(tx, refresh_token::Column::Family, family, real_now()).await
}

/// Marks refresh tokens as ended, by family or by post.
pub(super) async fn end_refresh_tokens(
    tx: &DatabaseTransaction,
    column: refresh_token::Column,
    value: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::RevokedAt, Expr::value(now))
        .filter(column.eq(value))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a person's sign-ins, all or all but one.
pub(super) async fn revoke_sign_ins(tx: &DatabaseTransaction, user: Uuid, but: Option<Uuid>) -> Result<()> {
    let open = refresh_token::Entity::find()
        .filter(refresh_token::Column::UserId.eq(user))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .all(tx)
        .await?;
    let families: std::collections::BTreeSet<Uuid> = open.into_iter().map(|token| token.family).collect();
    for family in families.into_iter().filter(|family| Some(*family) != but) {
        revoke_family(tx, family).await?;
    }
    Ok(())
}

/// Deletes what nobody needs any more: revocations, refresh tokens, public keys; what idempotency keys stood for, whose
/// time is the domain's.
pub(super) async fn sweep(app: &App) -> Result<()> {
    let now = real_now();
    let over = idempotency_key::Column::ExpiresAt.lte(app.clock.now());
    idempotency_key::Entity::delete_many().filter(over).exec(&app.db).await?;
    revocation::Entity::delete_many().filter(revocation::Column::Until.lt(now)).exec(&app.db).await?;
    let expired = refresh_token::Column::ExpiresAt.lt(now - TimeDelta::days(1));
    refresh_token::Entity::delete_many().filter(expired).exec(&app.db).await?;
    let retired = signing_key::Column::RetiredAt.lt(now - LONGEST - LEFT_OVER);
    signing_key::Entity::delete_many().filter(retired).exec(&app.db).await?;
    Ok(())
}
