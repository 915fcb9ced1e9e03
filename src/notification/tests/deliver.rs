//! Delivery: once a message in the ordinary run, never none; held back at night but for whistles.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use entity::notification;
use entity::word::DeliveryStatus;
use futures_util::future::BoxFuture;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::notification::adapter::{Adapter, InMemory, Message, Undelivered};
use crate::notification::service::deliver::{ATTEMPTS, system_deliver, system_sweep};
use crate::problem::tests::world::World;

/// One that can be made to fail, for all or for one person.
#[derive(Clone, Default)]
struct Gate {
    shut: Arc<AtomicBool>,
    shut_for: Option<uuid::Uuid>,
    taken: Arc<Mutex<Vec<Message>>>,
}

impl Gate {
    fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

impl Adapter for Gate {
    fn name(&self) -> &'static str {
        "gate"
    }
    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Undelivered>> {
        let fails = self.shut.load(Ordering::Relaxed) || self.shut_for == Some(message.recipient);
        if !fails {
            self.taken.lock().unwrap().push(message.clone());
        }
        Box::pin(std::future::ready(if fails { Err(Undelivered) } else { Ok(()) }))
    }
}

async fn dispatched(world: &World) {
    let problem = world.report(&world.people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.tell().await;
}

async fn pending(world: &World) -> usize {
    world.in_state(DeliveryStatus::Pending).await.len()
}

#[tokio::test]
async fn each_is_delivered_once() {
    let gate = Gate::default();
    let mut world = World::new().await;
    world.app.adapter = Box::new(gate.clone());
    dispatched(&world).await;
    let all = pending(&world).await;
    assert!(all >= 5, "{all}");
    assert_eq!(system_deliver(&world.app).await.unwrap(), all as u64);
    assert_eq!(system_deliver(&world.app).await.unwrap(), 0);
    assert_eq!((gate.count(), pending(&world).await), (all, 0));
    let row = &world.in_state(DeliveryStatus::Delivered).await[0];
    let message = gate.taken.lock().unwrap().iter().find(|taken| taken.notification == row.id).cloned().unwrap();
    assert_eq!(message.recipient, row.user_id);
    assert_eq!(row.delivered_at, Some(world.app.clock.now()));
}

#[tokio::test]
async fn night_holds_back_all_but_whistles() {
    let gate = Gate::default();
    let mut world = World::new().await;
    world.app.adapter = Box::new(gate.clone());
    // 12:00 there; 23:00 is quiet, and so is 3:00.
    world.wait(TimeDelta::hours(11));
    dispatched(&world).await;
    world.whistle().await;
    world.tell().await;
    assert_eq!(world.verbs(&world.people.city).await, ["WHISTLE_CALLED", "TASK_ASSIGNED"], "lists show it at once");
    assert_eq!(system_deliver(&world.app).await.unwrap(), 2, "police and city management are called");
    assert!(gate.taken.lock().unwrap().iter().all(|message| message.zh.starts_with("吹哨")));
    world.wait(TimeDelta::hours(4));
    assert_eq!(system_deliver(&world.app).await.unwrap(), 0);
    let held = pending(&world).await;
    assert!(held >= 5);
    world.wait(TimeDelta::hours(5));
    assert_eq!(system_deliver(&world.app).await.unwrap(), held as u64, "in the morning");

    world.app.config.quiet_hours = None;
    world.wait(TimeDelta::hours(15));
    dispatched(&world).await;
    assert!(system_deliver(&world.app).await.unwrap() > 0, "where there are no such hours");
}

#[tokio::test]
async fn what_failed_is_tried_again_and_given_up_at_last() {
    let gate = Gate::default();
    let mut world = World::new().await;
    world.app.config.quiet_hours = None;
    world.app.adapter = Box::new(gate.clone());
    gate.shut.store(true, Ordering::Relaxed);
    dispatched(&world).await;
    let all = pending(&world).await;
    assert_eq!(system_deliver(&world.app).await.unwrap(), 0);
    gate.shut.store(false, Ordering::Relaxed);
    assert_eq!(system_deliver(&world.app).await.unwrap(), 0, "not at once");
    world.wait(TimeDelta::minutes(1));
    assert_eq!(system_deliver(&world.app).await.unwrap(), all as u64, "when the adapter is well again");
    assert_eq!(gate.count(), all);

    gate.shut.store(true, Ordering::Relaxed);
    world.whistle().await;
    world.tell().await;
    for _ in 0..ATTEMPTS {
        assert_eq!(world.in_state(DeliveryStatus::Failed).await.len(), 0);
        system_deliver(&world.app).await.unwrap();
        world.wait(TimeDelta::hours(3));
    }
    let failed = world.in_state(DeliveryStatus::Failed).await;
    assert_eq!(failed.iter().map(|row| row.attempts).collect::<Vec<_>>(), [ATTEMPTS, ATTEMPTS]);
    assert_eq!(world.verbs(&world.people.police).await[0], "WHISTLE_CALLED", "it is listed all the same");
}

#[tokio::test]
async fn one_that_fails_holds_up_no_other() {
    let mut world = World::new().await;
    let gate = Gate { shut_for: Some(world.people.city.user), ..Gate::default() };
    world.app.adapter = Box::new(gate.clone());
    dispatched(&world).await;
    let all = pending(&world).await;
    assert_eq!(system_deliver(&world.app).await.unwrap(), all as u64 - 1);
    let left = world.in_state(DeliveryStatus::Pending).await;
    assert_eq!(left.iter().map(|row| (row.user_id, row.attempts)).collect::<Vec<_>>(), [(world.people.city.user, 1)]);
}

/// A server that ends after the adapter took a message and before it noted so: the same id comes again.
#[tokio::test]
async fn a_server_that_ends_in_between_sends_the_same_id_again() {
    use notification::Column as C;
    let gate = Gate::default();
    let mut world = World::new().await;
    world.app.adapter = Box::new(gate.clone());
    world.whistle().await;
    world.tell().await;
    system_deliver(&world.app).await.unwrap();
    // As the claim leaves it.
    let claim = world.app.clock.now() + TimeDelta::minutes(2);
    notification::Entity::update_many()
        .col_expr(C::Status, Expr::value(DeliveryStatus::Pending))
        .col_expr(C::DeliveredAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
        .col_expr(C::NextAt, Expr::value(claim))
        .exec(&world.app.db)
        .await
        .unwrap();
    assert_eq!(system_deliver(&world.app).await.unwrap(), 0, "another instance may be at it");
    world.wait(TimeDelta::minutes(2));
    assert_eq!(system_deliver(&world.app).await.unwrap(), 2);
    let mut ids: Vec<_> = gate.taken.lock().unwrap().iter().map(|message| message.notification).collect();
    ids.sort_unstable();
    let pairs: Vec<_> = ids.chunks(2).map(|pair| pair[0] == pair[1]).collect();
    assert_eq!(pairs, [true, true], "each twice, by the same id");
}

#[tokio::test]
async fn who_has_left_is_told_nothing_any_more() {
    let world = World::new().await;
    dispatched(&world).await;
    world.end_post(&world.people.city).await;
    assert_eq!(world.told(&world.people.city).await.len(), 0, "nor reads it");
    system_deliver(&world.app).await.unwrap();
    let skipped = world.in_state(DeliveryStatus::Skipped).await;
    assert_eq!(skipped.iter().map(|row| row.user_id).collect::<Vec<_>>(), [world.people.city.user]);
}

#[tokio::test]
async fn what_happened_long_ago_is_listed_and_not_delivered() {
    let world = World::new().await;
    let problem = world.report(&world.people.resident).await;
    world.accept(&problem).await;
    world.wait(TimeDelta::days(2));
    world.tell().await;
    assert_eq!(pending(&world).await, 0);
    assert_eq!(world.verbs(&world.people.resident).await, ["PROBLEM_ACCEPTED"]);
}

#[tokio::test]
async fn what_was_read_half_a_year_ago_is_removed() {
    let world = World::new().await;
    dispatched(&world).await;
    let count = async || notification::Entity::find().count(&world.app.db).await.unwrap();
    let all = count().await;
    notification::Entity::update_many()
        .col_expr(notification::Column::ReadAt, Expr::value(world.app.clock.now()))
        .filter(notification::Column::UserId.eq(world.people.resident.user))
        .exec(&world.app.db)
        .await
        .unwrap();
    world.wait(TimeDelta::days(180));
    assert_eq!(system_sweep(&world.app).await.unwrap(), 0);
    world.wait(TimeDelta::seconds(1));
    assert_eq!(system_sweep(&world.app).await.unwrap(), 2);
    assert_eq!(count().await, all - 2);
    world.tell().await;
    assert_eq!(count().await, all - 2, "and not made again");
}

#[tokio::test]
async fn the_one_in_memory_keeps_the_last_hundred() {
    let memory = InMemory::default();
    for number in 0..120_u128 {
        let id = uuid::Uuid::from_u128(number);
        let message = Message { notification: id, recipient: id, zh: String::new(), en: String::new() };
        memory.deliver(&message).await.unwrap();
    }
    let kept = memory.taken();
    assert_eq!((kept.len(), kept[0].notification), (100, uuid::Uuid::from_u128(20)));
}
