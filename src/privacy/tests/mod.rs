//! Personal data and its end, through the door, in the world of the problems' tests.

mod correct;
mod erase;
mod redact;
mod request;
mod table;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use super::service::take::system_home;
use crate::act::Act;
use crate::doctor;
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with};

/// An input that takes a text out of the record.
pub fn text(world: &World, subject: &str, field: &str) -> Value {
    json!({ "subject": subject, "field": field, "basis": "MISTAKEN_PUBLICATION", "idempotencyKey": world.key() })
}

pub async fn redact(world: &World, viewer: &Viewer, subject: &str, field: &str) -> Result<String, Value> {
    let input = with(text(world, subject, field), json!({ "expectedRevision": seen(world, subject, field).await }));
    world.run(viewer, "redactText", "redaction", input).await
}

/// The revision of the problem whose record a text is part of, if there is such a text and problem.
pub async fn seen(world: &World, subject: &str, field: &str) -> Option<String> {
    let (of, row) = crate::id::split(subject)?;
    let known = crate::event::text::text(of, field)?;
    let act = Act::system(&world.app).await.unwrap();
    let home = system_home(&act, known, row).await.unwrap();
    drop(act);
    Some(world.revision(&id(prefix::PROBLEM, home?.problem_id?)).await)
}

/// The whole record verifies.
pub async fn is_whole(world: &World) {
    assert_eq!(doctor::examine(&world.app.db).await.unwrap().breaks, vec![]);
}

/// What the doctor finds after something was changed by hand.
pub async fn is_broken(world: &World, sql: &str) {
    world.app.db.execute_unprepared(sql).await.unwrap();
    assert!(!doctor::examine(&world.app.db).await.unwrap().breaks.is_empty(), "{sql}");
}

/// The columns of the database, as text, in which some words stand.
pub async fn places_of(db: &DatabaseConnection, words: &str) -> Vec<String> {
    let backend = db.get_database_backend();
    let (columns, found) = if backend == DbBackend::Postgres {
        (
            "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT COUNT(*) AS n FROM {t} WHERE POSITION($1 IN CAST({c} AS text)) > 0",
        )
    } else {
        (
            "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'",
            "SELECT COUNT(*) AS n FROM {t} WHERE INSTR(CAST({c} AS TEXT), ?) > 0",
        )
    };
    let mut places = vec![];
    for row in db.query_all_raw(Statement::from_string(backend, columns)).await.unwrap() {
        let (table, column): (String, String) = (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap());
        if table.starts_with("problem_text_index") || table == "seaql_migrations" {
            continue;
        }
        let sql = found.replace("{t}", &format!("\"{table}\"")).replace("{c}", &format!("\"{column}\""));
        let row =
            db.query_one_raw(Statement::from_sql_and_values(backend, sql, [words.into()])).await.unwrap().unwrap();
        if row.try_get::<i64>("", "n").unwrap() > 0 {
            places.push(format!("{table}.{column}"));
        }
    }
    // No database promises an order of its catalogue.
    places.sort();
    places
}

pub async fn hold(world: &World, viewer: &Viewer, problem: &str, more: Value) -> Result<String, Value> {
    let revision = world.revision(problem).await;
    let input = json!({ "problem": problem, "expectedRevision": revision, "reason": "涉诉，法院要求保留证据。" });
    world.run(viewer, "setLegalHold", "problem", with(input, more)).await
}

pub async fn lift(world: &World, viewer: &Viewer, problem: &str) -> Result<String, Value> {
    let revision = world.revision(problem).await;
    let input = json!({ "problem": problem, "expectedRevision": revision });
    world.run(viewer, "liftLegalHold", "problem", input).await
}

/// A problem that was closed.
pub async fn closed(world: &World) -> String {
    let problem = world.handled().await;
    world.close(&world.people.grid_worker, &problem).await;
    problem
}
