//! What happens when its time comes, without anybody's command: one job, one row at a time, one transaction with its event.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, LockType, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::act::Act;
use crate::error::Result;
use crate::event::Event;

/// An answer to come.
pub type Coming<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Finds rows whose time has come by a moment: so many at most, the longest due first.
pub type Find = for<'a> fn(&'a DatabaseConnection, DateTime<Utc>, u64) -> Coming<'a, Vec<Uuid>>;

/// Does it to one row and commits the act, if its time has still come: what was found may have been done meanwhile. Then it
/// drops the act, nothing has happened, and the answer is false.
pub type Do = for<'a> fn(Act<'a>, Uuid) -> Coming<'a, bool>;

/// One thing that happens by itself.
#[derive(Clone, Copy)]
pub struct Job {
    /// Its name, for the log.
    pub name: &'static str,
    /// Finds what is due.
    pub find: Find,
    /// Does it.
    pub run: Do,
}

/// A kind of reminder: rows of one table that are reminded of once, with an event.
pub struct Reminder<E: EntityTrait> {
    /// The key of a row, by when it is due, and when it was reminded of.
    pub columns: [E::Column; 3],
    /// Which rows are due at a moment, whether they were reminded of or not.
    pub due: fn(DateTime<Utc>) -> Condition,
    /// Which problem one belongs to, where it does.
    pub problem: fn(&E::Model) -> SelectStatement,
    /// What is said of one.
    pub event: fn(&E::Model) -> Event,
}

impl<E> Reminder<E>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    /// What is due and was not reminded of, the longest due first.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn system_due(self, db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
        let [id, due, told] = self.columns;
        let select = E::find()
            .select_only()
            .column(id)
            .filter((self.due)(now))
            .filter(told.is_null())
            .order_by_asc(due)
            .order_by_asc(id)
            .limit(most);
        Ok(select.into_tuple().all(db).await?)
    }

    /// Reminds of one row, if it is due still.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn system_remind(self, mut act: Act<'_>, row: Uuid) -> Result<bool> {
        let [id, _, told] = self.columns;
        let select =
            E::find().filter(id.eq(row)).filter((self.due)(act.now)).filter(told.is_null()).lock(LockType::NoKeyUpdate);
        let Some(found) = select.one(&act.tx).await? else { return Ok(false) };
        E::update_many().col_expr(told, Expr::value(act.now)).filter(id.eq(row)).exec(&act.tx).await?;
        let problem = act.tx.query_one(&(self.problem)(&found)).await?;
        let problem: Option<Uuid> = problem.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        act.emit((self.event)(&found).on(problem));
        act.commit().await?;
        Ok(true)
    }
}
