//! One SQL text for both databases.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Column types by the name used in the changes: SQLite's tables are STRICT and hold what the driver binds.
const TYPES: [(&str, &str, &str); 8] = [
    ("{id}", "uuid", "BLOB"),
    ("{text}", "text", "TEXT"),
    ("{int}", "bigint", "INTEGER"),
    ("{bool}", "boolean", "INTEGER"),
    ("{time}", "timestamptz", "TEXT"),
    ("{day}", "date", "TEXT"),
    ("{json}", "jsonb", "TEXT"),
    ("{bytes}", "bytea", "BLOB"),
];

/// Runs each statement of `text` (they end in `;`), its `{types}` put into the words of the database.
///
/// # Errors
/// What the database says of the first statement that fails.
pub async fn run(manager: &SchemaManager<'_>, text: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let mut text = text.replace("{strict}", if sqlite { "STRICT" } else { "" });
    for (name, postgres, lite) in TYPES {
        text = text.replace(name, if sqlite { lite } else { postgres });
    }
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Drops the tables, the last made first.
///
/// # Errors
/// What the database says.
pub async fn drop(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables.iter().rev() {
        manager.get_connection().execute_unprepared(&format!("DROP TABLE \"{table}\"")).await?;
    }
    Ok(())
}

/// A change that makes tables and whose way back drops them.
macro_rules! tables {
    ($(#[doc = $about:literal])+ $tables:expr, $up:expr) => {
        $(#[doc = $about])+
        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::sql::run(manager, $up).await
            }
            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::sql::drop(manager, &$tables).await
            }
        }
    };
}
pub(crate) use tables;
