//! The scheduler: does the domains' jobs at their time.
//!
//! One instance does a row's job at a time, under a lock of the database that lasts for that row's transaction. So an
//! instance can be lost in the middle of its work: what it had not committed has not happened, and the next one finds it
//! due still; what it had committed is not due any more.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use uuid::Uuid;

use crate::act::Act;
use crate::app::App;
use crate::attachment::service::sweep;
use crate::error::Result;
use crate::job::Job;
use crate::notification::service as notification;
use crate::problem::service::deadline;
use crate::schema;

/// The advisory lock (PostgreSQL) that the scheduler works under. SQLite has one writer.
const LOCK: i64 = 0x6c69_7566_0073_6368;
/// How many rows of a job are found at once.
const BATCH: u64 = 100;

/// Does what is due, until it is dropped; nothing where the settings say so.
pub async fn run(app: &App) {
    let Some(each) = app.config.schedule else { return std::future::pending().await };
    let mut failing = false;
    loop {
        let done = tick(app).await;
        match &done {
            Err(error) if !failing => tracing::error!(?error, "scheduled work cannot be done"),
            Ok(_) if failing => tracing::info!("scheduled work is done again"),
            Ok(_) | Err(_) => {}
        }
        failing = done.is_err();
        tokio::time::sleep(each).await;
    }
}

/// Reckons deadlines that wait for it anew, removes files that are not kept any more, does all that is due now, tells people
/// of what happened, and says how many rows that were.
///
/// # Errors
/// The first fault; what was done before it stays, and the other jobs are done all the same.
pub async fn tick(app: &App) -> Result<u64> {
    let mut count = 0;
    let mut fault = Box::pin(deadline::reckon_all(app, |_, _| ())).await.err();
    match Box::pin(sweep::system_sweep(app)).await {
        Ok(done) => count += done,
        Err(error) => _ = fault.get_or_insert(error),
    }
    for job in schema::jobs() {
        match all(app, &job).await {
            Ok(done) => count += done,
            Err(error) => {
                tracing::warn!(?error, job = job.name, "a job cannot be done");
                fault.get_or_insert(error);
            }
        }
    }
    match Box::pin(notification::system_round(app)).await {
        Ok(done) => count += done,
        Err(error) => _ = fault.get_or_insert(error),
    }
    fault.map_or(Ok(count), Err)
}

/// Does one job's rows until none is due that can be done: one that fails does not hold up the others.
async fn all(app: &App, job: &Job) -> Result<u64> {
    let mut count = 0;
    loop {
        let before = count;
        let mut fault = None;
        for id in (job.find)(&app.db, app.clock.now(), BATCH).await? {
            match one(app, job, id).await {
                Ok(Some(done)) => count += u64::from(done),
                // Another instance is at it.
                Ok(None) => return Ok(count),
                Err(error) => _ = fault.get_or_insert(error),
            }
        }
        if count == before {
            return fault.map_or(Ok(count), Err);
        }
    }
}

/// Does a job to one row, and says whether there was anything to do; `None` where another instance works.
async fn one(app: &App, job: &Job, id: Uuid) -> Result<Option<bool>> {
    let act = Act::system(app).await?;
    if !alone(&act).await? {
        return Ok(None);
    }
    (job.run)(act, id).await.map(Some)
}

async fn alone(act: &Act<'_>) -> Result<bool> {
    #[derive(FromQueryResult)]
    struct Locked {
        locked: bool,
    }
    if act.tx.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let lock =
        Statement::from_string(DbBackend::Postgres, format!("SELECT pg_try_advisory_xact_lock({LOCK}) AS locked"));
    let locked = Locked::find_by_statement(lock).one(&act.tx).await?;
    Ok(locked.is_some_and(|row| row.locked))
}
