//! The relay gives positions without a gap, however many of it run.

use chrono::{DateTime, Utc};
use entity::event as row;
use liufang::act;
use liufang::event::{self, Actor, Event, Kind};
use liufang::id::Ids;
use liufang::relay::relay;
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use uuid::Uuid;

use crate::support::{Server, town};

/// Commits `count` events in a stream, each in a transaction of its own.
pub async fn happen(db: &DatabaseConnection, stream: i64, count: u32) {
    let ids = Ids::default();
    for second in 0..count {
        let now = moment(second);
        let tx = act::begin(db).await.unwrap();
        let event = Event::new(Kind::RegionCreated, stream, Uuid::from_u128(second.into())).with("at", &now);
        event::write(&tx, &ids, Actor::system(), now, vec![event]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn moment(second: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_784_000_000 + i64::from(second), 123_456_000).unwrap()
}

async fn events(db: &DatabaseConnection) -> Vec<row::Model> {
    row::Entity::find().order_by_asc(row::Column::Position).all(db).await.unwrap()
}

#[track_caller]
fn holds(events: &[row::Model], count: usize) {
    let positions: Vec<_> = events.iter().map(|event| event.position.unwrap()).collect();
    assert_eq!(positions, (1..=i64::try_from(count).unwrap()).collect::<Vec<_>>());
    for stream in events.iter().map(|event| event.stream) {
        let seqs: Vec<_> = events.iter().filter(|event| event.stream == stream).map(|event| event.seq).collect();
        assert!(seqs.is_sorted(), "{stream}: {seqs:?}");
    }
}

both! {
    async fn two_relays_never_give_the_same_position_or_a_gap(db: Backing) {
        let (one, two, writers) = (db.connect().await, db.connect().await, db.connect().await);
        let streams = [321_181_402_001, 321_181_402_002, 321_181_402_000, 0];
        let writing: Vec<_> = streams
            .into_iter()
            .map(|stream| {
                let db = writers.clone();
                tokio::spawn(async move { happen(&db, stream, 25).await })
            })
            .collect();
        // Both relay without a pause until everything has been written, and once more after it.
        let relaying = |db: DatabaseConnection, writing: Vec<tokio::task::JoinHandle<()>>| async move {
            let mut count = 0;
            while writing.iter().any(|writer| !writer.is_finished()) {
                count += relay(&db).await.unwrap();
                tokio::task::yield_now().await;
            }
            count + relay(&db).await.unwrap()
        };
        let half = writing.len() / 2;
        let mut writing = writing;
        let rest = writing.split_off(half);
        let (first, second) = tokio::join!(relaying(one.clone(), writing), relaying(two, rest));
        let last = relay(&one).await.unwrap();
        assert_eq!(first + second + last, 100);
        holds(&events(&one).await, 100);
    }

    async fn what_is_left_of_many_is_numbered_in_batches(db: Backing) {
        let db = db.connect().await;
        happen(&db, 7001, 230).await;
        happen(&db, 7002, 230).await;
        assert_eq!(relay(&db).await.unwrap(), 460);
        assert_eq!(relay(&db).await.unwrap(), 0);
        holds(&events(&db).await, 460);
    }

    async fn a_server_relays_what_is_committed(db: Backing) {
        let app = db.app().await;
        town::secretary(&app).await;
        let mut server = Server::start(app).await;
        happen(&server.inside.app.db, town::COMMUNITY, 3).await;
        server.inside.app.committed.notify_one();
        server.stop().await.unwrap();
        let events = events(&db.connect().await).await;
        holds(&events, events.len());
    }
}
