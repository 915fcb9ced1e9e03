//! The database: SQLite in a file, or PostgreSQL; connected, and brought to the state that this program knows.

use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait,
};

use crate::config;
use crate::error::{Error, Result};

/// How long a writer waits for its turn on SQLite, which has one at a time.
const BUSY: Duration = Duration::from_secs(10);
/// How long a request waits for a free connection before it fails.
const ACQUIRE: Duration = Duration::from_secs(5);
/// The advisory lock (PostgreSQL) under which changes are made, so that instances that start together do not meet.
const MIGRATION_LOCK: i64 = 0x006c_6975_6661_6e67;

/// Connects; a SQLite file that is missing is made.
///
/// # Errors
/// What the driver says; never the address, which may hold a password.
pub async fn connect(database: &config::Database) -> Result<DatabaseConnection> {
    open(database, database.connections, false).await
}

/// Two more connections, opened when they are first used: for short reads that must not wait behind all else.
///
/// # Errors
/// Those of [`connect`].
pub async fn connect_aside(database: &config::Database) -> Result<DatabaseConnection> {
    open(database, 2, true).await
}

async fn open(database: &config::Database, connections: u32, lazy: bool) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(database.url.clone());
    options
        .max_connections(connections)
        .connect_lazy(lazy)
        .acquire_timeout(ACQUIRE)
        // A statement on a dead connection fails and the pool drops it; a round trip before each would cost everyone.
        .test_before_acquire(false)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| {
        options.create_if_missing(true).foreign_keys(true).busy_timeout(BUSY).pragma("journal_mode", "WAL")
    });
    Database::connect(options).await.map_err(|error| Error::fault(format!("the database cannot be reached: {error}")))
}

/// How many changes the database lacks.
///
/// # Errors
/// A fault of the database, also where it has changes that this program does not know.
pub async fn pending(db: &DatabaseConnection) -> Result<usize> {
    Ok(Migrator::get_pending_migrations_read_only(db).await?.len())
}

/// Makes all changes that are lacking.
///
/// # Errors
/// A fault of the database.
pub async fn up(db: &DatabaseConnection) -> Result<()> {
    let lock = lock(db).await?;
    Migrator::up(db, None).await?;
    Ok(lock.commit().await?)
}

/// Takes back the last `steps` changes, with the data they hold.
///
/// # Errors
/// A fault of the database.
pub async fn down(db: &DatabaseConnection, steps: u32) -> Result<()> {
    let lock = lock(db).await?;
    Migrator::down(db, Some(steps)).await?;
    Ok(lock.commit().await?)
}

/// Each change by name, and whether it has been made.
///
/// # Errors
/// A fault of the database.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<(String, bool)>> {
    let applied = Migrator::get_applied_migrations_read_only(db).await?;
    let applied: Vec<String> = applied.iter().map(|change| change.name().to_owned()).collect();
    let all = Migrator::migrations();
    Ok(all.iter().map(|change| (change.name().to_owned(), applied.iter().any(|name| name == change.name()))).collect())
}

/// Brings the database to the state that this program knows, or says what to do: an embedded database is changed at
/// once; PostgreSQL, which several instances share, only by `liufang migrate up`.
///
/// # Errors
/// Where PostgreSQL is behind; a fault of the database.
pub async fn prepare(db: &DatabaseConnection) -> Result<()> {
    let pending = pending(db).await?;
    if pending == 0 {
        return Ok(());
    }
    if db.get_database_backend() == DbBackend::Sqlite {
        return up(db).await;
    }
    Err(Error::fault(format!("the database lacks {pending} change(s): run `liufang migrate up` first")))
}

/// Keeps other instances from making changes until it is committed or dropped.
async fn lock(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let tx = db.begin().await?;
    // SQLite has one writer: a change that another process made in between fails, and says so.
    if db.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    }
    Ok(tx)
}
