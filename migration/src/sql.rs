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

/// Runs each statement of `text` (they end in `;`), its `{types}` put into the words of the database. What stands in
/// `{sqlite …}` or `{postgres …}` is for that one alone. So two tables can name each other: SQLite looks up a name when it
/// is used, PostgreSQL wants the other table to be there.
///
/// # Errors
/// What the database says of the first statement that fails.
pub async fn run(manager: &SchemaManager<'_>, text: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let mut text = text.replace("{strict}", if sqlite { "STRICT" } else { "" });
    for (name, postgres, lite) in TYPES {
        text = text.replace(name, if sqlite { lite } else { postgres });
    }
    let text = only(&only(&text, "{sqlite ", sqlite), "{postgres ", !sqlite);
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// `text` with what stands between `open` and `}`, or without.
fn only(text: &str, open: &str, keep: bool) -> String {
    let mut parts = text.split(open);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inner, rest) = part.split_once('}').unwrap_or((part, ""));
        all.push_str(if keep { inner } else { "" });
        all.push_str(rest);
    }
    all
}

/// Drops the tables, whichever of them name each other.
///
/// # Errors
/// What the database says.
pub async fn drop(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let names: Vec<String> = tables.iter().rev().map(|table| format!("\"{table}\"")).collect();
    if manager.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared(&format!("DROP TABLE {}", names.join(", "))).await?;
        return Ok(());
    }
    // A table is emptied before it goes; that nothing is left that names a row of it is looked at when all are gone.
    db.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
    for name in names {
        db.execute_unprepared(&format!("DROP TABLE {name}")).await?;
    }
    Ok(())
}

/// A change that makes tables and whose way back drops them; either all of it is made or nothing.
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
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
pub(crate) use tables;

/// A change of tables that are there, and its way back, each in SQL; either all of it is made or nothing.
macro_rules! change {
    ($(#[doc = $about:literal])+ $up:expr, $down:expr) => {
        $(#[doc = $about])+
        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::sql::run(manager, $up).await
            }
            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::sql::run(manager, $down).await
            }
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
pub(crate) use change;
