//! What everything runs on: the configuration, the database, the clock, the source of ids, the vault, signing in.

use sea_orm::DatabaseConnection;
use tokio::sync::Notify;

use crate::auth::Auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::id::Ids;
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
    /// Told after each commit, so that the relay need not wait.
    pub committed: Notify,
    /// What signing in needs while the server runs.
    pub auth: Auth,
}
