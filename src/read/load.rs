//! The only door to rows for commands: what the viewer may not read is not there.
//!
//! A row rule names the viewer's facts by place (see [`crate::policy::rule`]); here they are put in before the statement
//! is run. [`load`] takes one row to change it, [`refer`] one to name it, [`scoped`] any select that starts from the
//! viewer's rows.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoCondition, LockType, Order, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QueryTrait, Select, Statement, Value,
};
use uuid::Uuid;

use crate::act::Act;
use crate::error::{Error, Result};
use crate::policy::Viewer;
use crate::policy::rule::{At, Known, Rule};

/// Which rows of a table a viewer may read.
pub type RowRule = fn(&At) -> Rule;

/// The row `id` of a table if `rows` lets the viewer read it, locked until the act ends.
///
/// # Errors
/// A fault of the database.
pub async fn load<E: EntityTrait>(act: &Act<'_>, rows: RowRule, id: Uuid) -> Result<Option<E::Model>> {
    scoped::<E>(act.viewer, act.now, rows).with_id(id).locked().one(&act.tx).await
}

/// The same, where there must be one.
///
/// # Errors
/// `NOT_FOUND` at `path`, whether it is missing or out of sight.
pub async fn need<E: EntityTrait>(act: &Act<'_>, rows: RowRule, id: Uuid, path: &str) -> Result<E::Model> {
    load::<E>(act, rows, id).await?.ok_or_else(|| Error::not_found(path))
}

/// The row `id` of a table that is named and left as it is, and so not locked: it is never deleted, and foreign keys keep
/// it there. A command that needs it unchanged holds what it belongs to: the group.
///
/// # Errors
/// `NOT_FOUND` at `path`, whether it is missing or out of sight.
pub async fn refer<E: EntityTrait>(act: &Act<'_>, rows: RowRule, id: Uuid, path: &str) -> Result<E::Model> {
    let found = scoped::<E>(act.viewer, act.now, rows).with_id(id).one(&act.tx).await?;
    found.ok_or_else(|| Error::not_found(path))
}

/// A select of the rows that `rows` lets `viewer` read at `now`, to be narrowed.
#[must_use]
pub fn scoped<E: EntityTrait>(viewer: &Viewer, now: DateTime<Utc>, rows: RowRule) -> Scoped<E> {
    let at = At { role: viewer.role, level: viewer.level, table: Alias::new(E::default().table_name()) };
    let facts = Known::ALL.map(|known| viewer.known(known, now));
    Scoped { select: E::find().filter(rows(&at).expr()), facts, locked: false }
}

/// A select under a row rule.
pub struct Scoped<E: EntityTrait> {
    select: Select<E>,
    facts: [Value; Known::ALL.len()],
    locked: bool,
}

impl<E: EntityTrait> Scoped<E> {
    /// Only the rows for which `condition` holds.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(condition);
        self
    }

    /// Only those of this id.
    #[must_use]
    pub fn with_id(self, id: Uuid) -> Self {
        let table = Alias::new(E::default().table_name());
        self.filter(Expr::col((table, Alias::new("id"))).eq(id))
    }

    /// In the order of `column`; after it by key, so that equal ones have an order too.
    #[must_use]
    pub fn ordered<C: ColumnTrait>(mut self, column: C) -> Self {
        self.select = self.select.order_by(column, Order::Asc);
        for key in E::PrimaryKey::iter() {
            self.select = self.select.order_by(key.into_column(), Order::Asc);
        }
        self
    }

    /// Locked until the transaction ends, for all but foreign keys to it: keys never change. (SQLite has one writer, who
    /// needs no row locks.)
    #[must_use]
    pub fn locked(mut self) -> Self {
        self.locked = true;
        self
    }

    /// The first row.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn one<C: ConnectionTrait>(self, db: &C) -> Result<Option<E::Model>> {
        let statement = self.statement(db.get_database_backend(), |select| {
            select.limit(1);
        });
        Ok(E::find().from_raw_sql(statement).one(db).await?)
    }

    /// All rows.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn all<C: ConnectionTrait>(self, db: &C) -> Result<Vec<E::Model>> {
        let statement = self.statement(db.get_database_backend(), |_| {});
        Ok(E::find().from_raw_sql(statement).all(db).await?)
    }

    /// How many there are.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn count<C: ConnectionTrait>(self, db: &C) -> Result<i64> {
        #[derive(FromQueryResult)]
        struct Counted {
            rows: i64,
        }
        let counted = self.ask::<Counted, C>(db, |select| {
            select.clear_selects().expr_as(Expr::cust("COUNT(*)"), Alias::new("rows"));
        });
        Ok(counted.await?.first().map_or(0, |counted| counted.rows))
    }

    /// Whether there is any.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn any<C: ConnectionTrait>(self, db: &C) -> Result<bool> {
        Ok(self.one(db).await?.is_some())
    }

    /// What `shape` makes of the select: other columns, joins, groups.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn ask<M: FromQueryResult, C: ConnectionTrait>(
        self,
        db: &C,
        shape: impl FnOnce(&mut SelectStatement),
    ) -> Result<Vec<M>> {
        let statement = self.statement(db.get_database_backend(), shape);
        Ok(M::find_by_statement(statement).all(db).await?)
    }

    fn statement(self, backend: DbBackend, shape: impl FnOnce(&mut SelectStatement)) -> Statement {
        let mut select = self.select.into_query();
        shape(&mut select);
        if self.locked && backend == DbBackend::Postgres {
            select.lock(LockType::NoKeyUpdate);
        }
        let mut statement = backend.build(&select);
        for value in statement.values.iter_mut().flat_map(|values| values.0.iter_mut()) {
            if let Value::Unsigned(Some(place)) = value
                && let Some(fact) = usize::try_from(*place).ok().and_then(|place| self.facts.get(place))
            {
                *value = fact.clone();
            }
        }
        statement
    }
}
