//! What everything runs on: the configuration, the database, the clock, the source of ids, the vault, signing in.

use sea_orm::DatabaseConnection;
use tokio::sync::Notify;

use crate::attachment::store::Files;
use crate::auth::Auth;
use crate::calendar::kept::Calendars;
use crate::clock::{Clock, OFFSET};
use crate::config::Config;
use crate::db;
use crate::error::{Error, Result};
use crate::id::Ids;
use crate::notification::adapter::{Adapter, InMemory};
use crate::vault::Vault;

/// One running server (or one run of the command line).
pub struct App {
    /// The settings.
    pub config: Config,
    /// The database: SQLite or PostgreSQL, migrated.
    pub db: DatabaseConnection,
    /// What time it is in the domain.
    pub clock: Clock,
    /// Where new ids come from.
    pub ids: Ids,
    /// What seals and opens contact data and keys.
    pub vault: Vault,
    /// The working calendar, as it was last read.
    pub calendars: Calendars,
    /// Told after each commit, so that the relay need not wait.
    pub committed: Notify,
    /// What signing in needs while the server runs.
    pub auth: Auth,
    /// Where files are kept.
    pub files: Files,
    /// What takes notifications to people.
    pub adapter: Box<dyn Adapter>,
}

impl App {
    /// Connects to the database and brings it up to date, and takes the secret key.
    ///
    /// # Errors
    /// Where there is no secret key, the database cannot be reached or is behind; argon2 refuses its figures.
    pub async fn start(config: Config) -> Result<Self> {
        let key = config.secret_key.ok_or_else(|| {
            Error::fault(
                "secret_key is not set. `liufang key generate` prints one: put it into LIUFANG_SECRET_KEY or as \
                 secret_key into liufang.toml, and keep it, for what it seals cannot be read without it",
            )
        })?;
        OFFSET.settle(config.utc_offset)?;
        let db = db::connect(&config.database).await?;
        db::prepare(&db).await?;
        Ok(Self {
            auth: Auth::new(config.auth.clone())?.reading_aside(db::connect_aside(&config.database).await?),
            db,
            clock: Clock::default(),
            ids: Ids::default(),
            vault: Vault::new(&key),
            calendars: Calendars::default(),
            committed: Notify::new(),
            files: Files::of(&config)?,
            adapter: Box::new(InMemory::default()),
            config,
        })
    }
    /// Closes all connections to the database.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn close(&self) -> Result<()> {
        self.auth.close().await?;
        Ok(self.db.close_by_ref().await?)
    }
}
