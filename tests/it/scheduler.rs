//! What happens by itself happens once, whoever is ended in the middle of it.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use chrono::TimeDelta;
use entity::{event, event_stream, problem};
use liufang::event::Kind;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::support::database;
use crate::support::world::{World, noon};

/// A server that is killed (SIGKILL) when it is dropped, also where the test fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(url: &str) -> Killed {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liufang"));
    command.arg("serve").env("DATABASE_URL", url).env("LIUFANG_HTTP_LISTEN", "127.0.0.1:0");
    command.env("LIUFANG_SECRET_KEY", base64::engine::general_purpose::STANDARD.encode(database::SECRET_KEY));
    command.env("LIUFANG_SCHEDULER_EACH_SECONDS", "1").env("LIUFANG_LOG_FILTER", "warn");
    command.stdout(Stdio::null()).stderr(Stdio::inherit()).current_dir(std::env::temp_dir());
    Killed(command.spawn().unwrap())
}

async fn reminders(db: &DatabaseConnection) -> u64 {
    event::Entity::find().filter(event::Column::Kind.eq(Kind::DeadlineReminded.name())).count(db).await.unwrap()
}

/// The events of a world by chance were not written by an act: their streams get the heads that acts go on from.
async fn heads(db: &DatabaseConnection) {
    let all = event::Entity::find().order_by_asc(event::Column::Seq).all(db).await.unwrap();
    let last: BTreeMap<i64, event::Model> = all.into_iter().map(|row| (row.stream, row)).collect();
    for (stream, row) in last {
        let head = event_stream::ActiveModel { stream: Set(stream), seq: Set(row.seq), hash: Set(row.hash) };
        let there = OnConflict::column(event_stream::Column::Stream)
            .update_columns([event_stream::Column::Seq, event_stream::Column::Hash])
            .to_owned();
        event_stream::Entity::insert(head).on_conflict(there).exec_without_returning(db).await.unwrap();
    }
}

/// Waits until there are so many reminders, for a minute at most.
async fn wait_for(db: &DatabaseConnection, count: u64) {
    for _ in 0..2000 {
        if reminders(db).await >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("only {} reminders of {count}", reminders(db).await);
}

both! {
    async fn a_server_that_is_killed_in_the_middle_of_it_loses_and_doubles_nothing(db: Backing) {
        let url = db.url.clone();
        let world = World::new(db, 3, 60).await;
        let db = world.connection().await;
        let before = reminders(&db).await;
        heads(&db).await;
        // All that is open is long overdue, and was never reminded of.
        let long_ago = noon() - TimeDelta::days(60);
        let set = |column: problem::Column, value: sea_orm::Value| (column, Expr::value(value));
        let mut late = problem::Entity::update_many().filter(problem::Column::Open.eq(true));
        for (column, value) in [
            set(problem::Column::DueFrom, long_ago.into()),
            set(problem::Column::DueAt, (long_ago + TimeDelta::days(5)).into()),
            set(problem::Column::DueRule, "HANDLE".into()),
            set(problem::Column::RemindedPercent, 0_i64.into()),
            set(problem::Column::RemindAt, (long_ago + TimeDelta::days(2)).into()),
        ] {
            late = late.col_expr(column, value);
        }
        let open = late.exec(&db).await.unwrap().rows_affected;
        assert!(open > 20, "there is something to do");

        let mut done = before;
        while done + 5 < before + open {
            let both = (serve(&url), serve(&url));
            wait_for(&db, (done + open / 4).min(before + open)).await;
            // While both are at it.
            drop(both);
            done = reminders(&db).await;
        }
        let last = serve(&url);
        wait_for(&db, before + open).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(last);

        assert_eq!(reminders(&db).await, before + open, "each once");
        let told = event::Entity::find().filter(event::Column::Kind.eq(Kind::DeadlineReminded.name()));
        let told: Vec<(Option<Uuid>, serde_json::Value)> =
            told.select_only().columns([event::Column::ProblemId, event::Column::Data]).into_tuple().all(&db).await.unwrap();
        let rows = problem::Entity::find().filter(problem::Column::Open.eq(true)).all(&db).await.unwrap();
        for row in rows {
            let own = told.iter().filter(|(of, _)| *of == Some(row.id)).map(|(_, data)| &data["percent"]);
            // Who catches up reminds by the most that has passed.
            assert_eq!(own.collect::<Vec<_>>(), [&serde_json::json!(150)], "{}", row.number);
            assert_eq!((row.reminded_percent, row.remind_at), (150, None));
        }
    }
}
