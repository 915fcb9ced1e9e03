//! One command: one transaction with its event.
//!
//! [`Call::begin`] opens it, [`Act::emit`] says what happened, [`Act::commit`] makes the search index right for the
//! problems concerned, writes the events as the last statements and commits. An act that is dropped has not happened.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use entity::idempotency_key;
use entity::word::RegionLevel;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::error::{Code, Error, Language, Result, UserError};
use crate::event::{self, Event};
use crate::policy::Viewer;
use crate::search;

/// Who calls, before it is known whether there is a token.
pub struct Caller<'a> {
    /// The server.
    pub app: &'a App,
    /// Who calls; `None` without a token.
    pub viewer: Option<&'a Viewer>,
    /// In what language.
    pub language: Language,
    /// The network address, for throttling alone.
    pub address: Option<IpAddr>,
}

/// One call of a command by someone who is signed in.
pub struct Call<'a> {
    /// The server.
    pub app: &'a App,
    /// Who calls.
    pub viewer: &'a Viewer,
    /// The mutation's name.
    pub command: &'static str,
    /// SHA-256 of the coerced input.
    pub digest: Vec<u8>,
}

/// A call's transaction.
pub struct Act<'a> {
    /// The server.
    pub app: &'a App,
    /// Who acts.
    pub viewer: &'a Viewer,
    /// The moment it happens at: one for all of its rows.
    pub now: DateTime<Utc>,
    /// The transaction.
    pub tx: DatabaseTransaction,
    events: Vec<Event>,
}

/// What an idempotency key stands for.
pub enum Once<'a> {
    /// It took effect before: the row it made.
    Before(Uuid),
    /// It is new: go on, and give [`Call::commit_once`] the key.
    Now(Box<Act<'a>>),
}

/// How long a key is kept; reports are kept longer, because patrols work offline.
const KEPT: TimeDelta = TimeDelta::hours(24);
const REPORTS_KEPT: TimeDelta = TimeDelta::days(7);

/// A transaction for writing.
///
/// # Errors
/// A fault of the database.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    Ok(db.begin_with_options(options).await?)
}

impl<'a> Call<'a> {
    /// Opens the transaction.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn begin(&self) -> Result<Act<'a>> {
        let tx = begin(&self.app.db).await?;
        Ok(Act { app: self.app, viewer: self.viewer, now: self.app.clock.now(), tx, events: vec![] })
    }

    /// Opens a transaction to look by, which is dropped: it waits for nobody who writes.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn look(&self) -> Result<Act<'a>> {
        let tx = self.app.db.begin().await?;
        Ok(Act { app: self.app, viewer: self.viewer, now: self.app.clock.now(), tx, events: vec![] })
    }

    /// Opens the transaction unless `key` has taken effect.
    ///
    /// # Errors
    /// `IDEMPOTENCY_KEY_REUSED` where it did for another input.
    pub async fn begin_once(&self, key: &str) -> Result<Once<'a>> {
        if key.is_empty() || key.len() > 100 {
            return Err(Error::refused(Code::OutOfRange, "idempotencyKey", vec![1.into(), 100.into()]));
        }
        let act = self.begin().await?;
        if act.tx.get_database_backend() == DbBackend::Postgres {
            // Two calls with one key at once: the second waits for the first, and finds what it did.
            let caller = format!("{} {key}", self.viewer.user);
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            let lock = Statement::from_sql_and_values(DbBackend::Postgres, lock, [caller.into()]);
            act.tx.execute_raw(lock).await?;
        }
        let found = idempotency_key::Entity::find_by_id((self.viewer.user, key.to_owned())).one(&act.tx).await?;
        let Some(found) = found.filter(|found| found.expires_at > act.now) else { return Ok(Once::Now(Box::new(act))) };
        if found.command != self.command || found.digest != self.digest {
            return Err(UserError::new(Code::IdempotencyKeyReused, "idempotencyKey", vec![]).into());
        }
        let id = found.created.as_str().and_then(|id| id.parse().ok());
        id.map(Once::Before).ok_or_else(|| Error::fault("an idempotency key without an id"))
    }

    /// Commits `act` and keeps `key` for the row it made.
    ///
    /// # Errors
    /// A fault of the database; then nothing has happened.
    pub async fn commit_once(&self, act: Act<'a>, key: &str, made: Uuid) -> Result<Uuid> {
        let kept = if self.command == "reportProblem" { REPORTS_KEPT } else { KEPT };
        let row = idempotency_key::ActiveModel {
            caller: Set(self.viewer.user),
            key: Set(key.to_owned()),
            command: Set(self.command.to_owned()),
            digest: Set(self.digest.clone()),
            created: Set(json!(made.to_string())),
            created_at: Set(act.now),
            expires_at: Set(act.now + kept),
        };
        // A key that was kept and has expired may still be there.
        let replace = OnConflict::columns([idempotency_key::Column::Caller, idempotency_key::Column::Key])
            .update_columns([
                idempotency_key::Column::Command,
                idempotency_key::Column::Digest,
                idempotency_key::Column::Created,
                idempotency_key::Column::CreatedAt,
                idempotency_key::Column::ExpiresAt,
            ])
            .to_owned();
        idempotency_key::Entity::insert(row).on_conflict(replace).exec_without_returning(&act.tx).await?;
        act.commit().await?;
        Ok(made)
    }
}

impl<'a> Act<'a> {
    /// An act of the system's own: of the scheduler.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn system(app: &'a App) -> Result<Self> {
        static SYSTEM: LazyLock<Viewer> = LazyLock::new(|| Viewer::operator(0, RegionLevel::City));
        let tx = begin(&app.db).await?;
        Ok(Self { app, viewer: &SYSTEM, now: app.clock.now(), tx, events: vec![] })
    }
}

impl Act<'_> {
    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.app.ids.next(self.now)
    }

    /// Says what happened; it is written at the commit.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Writes the events and commits.
    ///
    /// # Errors
    /// A fault of the database, or of ours where nothing was emitted; then nothing has happened.
    pub async fn commit(self) -> Result<()> {
        if self.events.is_empty() {
            return Err(Error::fault("a command without an event"));
        }
        // Whatever was done to a problem: it is found by its texts as they are now.
        for problem in self.events.iter().filter_map(Event::problem).collect::<BTreeSet<_>>() {
            search::index::keep(&self.tx, &self.app.vault, problem).await?;
        }
        let ended = self.events.iter().any(Event::ends_tokens);
        event::write(&self.tx, &self.app.ids, event::Actor::of(self.viewer), self.now, self.events).await?;
        self.tx.commit().await?;
        if ended {
            self.app.auth.tokens_ended();
        }
        self.app.committed.notify_one();
        Ok(())
    }
}
