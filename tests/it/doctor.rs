//! The doctor finds the first row of a stream that was tampered with, and says what is wrong.

use liufang::doctor::{Break, Wrong, examine};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use uuid::Uuid;

use crate::relay::happen;
use crate::support::communities::World;

const STREAM: i64 = 321_181_402_001;

async fn sick(db: &DatabaseConnection, sql: &str) -> Vec<Break> {
    db.execute_unprepared(sql).await.unwrap();
    examine(db).await.unwrap().breaks
}

fn broken(seq: i64, wrong: Wrong) -> Vec<Break> {
    vec![Break { stream: STREAM, seq, wrong }]
}

both! {
    async fn an_untouched_record_is_whole(db: Backing) {
        let db = db.connect().await;
        assert_eq!(examine(&db).await.unwrap().events, 0);
        happen(&db, STREAM, 1005).await;
        happen(&db, 0, 2).await;
        liufang::relay::relay(&db).await.unwrap();
        let report = examine(&db).await.unwrap();
        assert_eq!((report.streams, report.events, report.breaks), (2, 1007, vec![]));
    }

    async fn a_changed_row_is_named(db: Backing) {
        let db = db.connect().await;
        happen(&db, STREAM, 5).await;
        let found = sick(&db, "UPDATE event SET kind = 'grid.created' WHERE seq = 3").await;
        assert_eq!(found, broken(3, Wrong::Content));
    }

    async fn a_row_that_was_hashed_anew_breaks_the_next(db: Backing) {
        let db = db.connect().await;
        happen(&db, STREAM, 5).await;
        let found = sick(&db, "UPDATE event SET hash = (SELECT e.hash FROM event e WHERE e.seq = 1) WHERE seq = 3").await;
        assert_eq!(found, broken(3, Wrong::Content));
        let found = sick(&db, "UPDATE event SET previous_hash = hash WHERE seq = 2").await;
        assert_eq!(found, broken(2, Wrong::Link));
    }

    async fn a_missing_row_is_named_by_the_one_after_it(db: Backing) {
        let db = db.connect().await;
        happen(&db, STREAM, 5).await;
        happen(&db, 0, 5).await;
        let found = sick(&db, &format!("DELETE FROM event WHERE seq = 2 AND stream = {STREAM}")).await;
        assert_eq!(found, broken(3, Wrong::Gap));
    }

    async fn a_tail_that_was_cut_off_does_not_reach_the_head(db: Backing) {
        let db = db.connect().await;
        happen(&db, STREAM, 5).await;
        assert_eq!(sick(&db, "DELETE FROM event WHERE seq > 3").await, broken(3, Wrong::Head));
        assert_eq!(sick(&db, "DELETE FROM event").await, broken(0, Wrong::Head));
    }

    async fn a_head_that_was_taken_away_is_missed(db: Backing) {
        let db = db.connect().await;
        happen(&db, STREAM, 2).await;
        assert_eq!(sick(&db, "DELETE FROM event_stream").await, broken(2, Wrong::Head));
    }

    async fn an_altered_text_of_what_was_asked_and_decided_is_named(db: Backing) {
        let world = World::make(db, false).await;
        let db = &world.app().db;
        assert_eq!(examine(db).await.unwrap().breaks, []);
        for (table, column) in [
            ("request", "reason"),
            ("request", "decision"),
            ("extension_request", "reason"),
            ("extension_request", "decision"),
            ("suspension", "reason"),
            ("suspension", "decision"),
            ("ledger_entry", "reason"),
            ("supervision", "reason"),
            ("supervision", "end_reason"),
        ] {
            let ids = format!("SELECT id FROM {table} WHERE {column} IS NOT NULL ORDER BY id");
            let ids = db.query_all_raw(Statement::from_string(db.get_database_backend(), ids)).await.unwrap();
            assert!(!ids.is_empty(), "{table}.{column}");
            for id in ids.iter().map(|row| row.try_get::<Uuid>("", "id").unwrap()) {
                let run = async |set: &str| {
                    let sql = format!("UPDATE {table} SET {column} = {set} WHERE id = $1");
                    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [id.into()]);
                    assert_eq!(db.execute_raw(statement).await.unwrap().rows_affected(), 1);
                };
                run(&format!("'改' || {column}")).await;
                let found: Vec<_> = examine(db).await.unwrap().breaks.iter().map(|one| (one.stream, one.wrong)).collect();
                assert_eq!(found, [(STREAM, Wrong::Text)], "{table}.{column} {id}");
                run(&format!("SUBSTR({column}, 2)")).await;
            }
        }
        assert_eq!(examine(db).await.unwrap().breaks, []);
    }
}
