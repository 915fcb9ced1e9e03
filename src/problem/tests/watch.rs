//! What happens by itself when its time comes.

use chrono::{DateTime, TimeDelta, Utc};
use entity::event;
use entity::word::{ProblemStatus, RegionLevel, RequestKind, SupervisionLevel};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::request::{about, led, on_ledger, suspended};
use super::world::{World, see, with};
use crate::event::Kind;
use crate::scheduler;

/// How often something happened to a problem.
async fn times(world: &World, problem: &str, kind: Kind) -> u64 {
    let of = event::Entity::find().filter(event::Column::ProblemId.eq(world.row(problem).await.id));
    of.filter(event::Column::Kind.eq(kind.name())).count(&world.app.db).await.unwrap()
}

async fn at(world: &World, time: DateTime<Utc>) -> u64 {
    world.app.clock.stop_at(time);
    let done = scheduler::tick(&world.app).await.unwrap();
    assert_eq!(scheduler::tick(&world.app).await.unwrap(), 0, "what is done is not due any more");
    done
}

#[tokio::test]
async fn a_limit_is_reminded_of_at_half_four_fifths_and_all_of_it_and_then_supervision_is_proposed() {
    let world = World::new().await;
    let problem = led(&world).await;
    let due = world.row(&problem).await.due_at.unwrap();
    let mut last = None;
    for reminded in 1..=4 {
        let next = world.row(&problem).await.remind_at.unwrap();
        assert!(last < Some(next), "each comes later");
        assert_eq!(next == due, reminded == 3, "the third is for all of it");
        at(&world, next - TimeDelta::seconds(1)).await;
        assert_eq!(times(&world, &problem, Kind::DeadlineReminded).await, reminded - 1);
        assert_eq!(times(&world, &problem, Kind::SupervisionProposed).await, 0);
        at(&world, next).await;
        assert_eq!(times(&world, &problem, Kind::DeadlineReminded).await, reminded);
        last = Some(next);
    }
    assert_eq!(times(&world, &problem, Kind::SupervisionProposed).await, 1);
    assert_eq!(at(&world, due + TimeDelta::days(30)).await, 0);
}

#[tokio::test]
async fn an_urgent_report_that_nobody_looks_at_goes_to_the_street() {
    let world = World::new().await;
    let input = with(world.complaint(), json!({ "urgent": true }));
    let problem = world.run(&world.people.resident, "reportProblem", "problem", input).await.unwrap();
    let due = world.row(&problem).await.due_at.unwrap();
    at(&world, due - TimeDelta::seconds(1)).await;
    assert_eq!(world.row(&problem).await.handled_by, RegionLevel::Community);
    at(&world, due).await;
    let row = world.row(&problem).await;
    assert_eq!((row.handled_by, row.status), (RegionLevel::Street, ProblemStatus::Reported));
    assert!(row.due_at > Some(due));
    at(&world, due + TimeDelta::hours(3)).await;
    assert_eq!(times(&world, &problem, Kind::ProblemHandedUp).await, 1);
}

#[tokio::test]
async fn what_nobody_decides_lapses() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let due = world.row(&problem).await.due_at.unwrap();
    let task = world.task(&people.city, &problem).await;
    let until = crate::read::shape::format_time(due + TimeDelta::minutes(5));
    let ask = about(&world, &problem, json!({ "task": task, "until": until, "reason": "配件" })).await;
    let extension = world.run(&people.city, "requestExtension", "extension", ask).await.unwrap();
    let ask = about(&world, &problem, json!({ "task": task, "until": "2026-03-20", "reason": "雨季" })).await;
    world.run(&people.city, "requestSuspension", "suspension", ask).await.unwrap();
    let ask = about(&world, &problem, json!({ "problem": problem, "reason": "误报" })).await;
    world.run(&people.street, "requestVoid", "request", ask).await.unwrap();
    let decide = json!({ "extension": extension, "approve": true });
    at(&world, due).await;
    assert_eq!(times(&world, &problem, Kind::ExtensionLapsed).await, 1);
    let decide = about(&world, &problem, decide).await;
    assert_eq!(world.code(&people.street, "decideExtension", "extension", decide).await, "INVALID_TRANSITION");
    assert!(world.pending(&problem, RequestKind::Void).await.is_some());
    at(&world, due + TimeDelta::days(30)).await;
    assert_eq!(times(&world, &problem, Kind::VoidLapsed).await, 1);
    assert_eq!(times(&world, &problem, Kind::SuspensionLapsed).await, 1);
    assert_eq!(world.pending(&problem, RequestKind::Void).await, None);
}

#[tokio::test]
async fn a_pause_ends_on_its_day() {
    let world = World::new().await;
    let (problem, _) = suspended(&world).await;
    let ends = world.row(&problem).await.due_at.unwrap();
    at(&world, ends - TimeDelta::seconds(1)).await;
    assert_eq!(world.row(&problem).await.status, ProblemStatus::Suspended);
    at(&world, ends).await;
    let row = world.row(&problem).await;
    assert_eq!(row.status, ProblemStatus::InProgress);
    assert!(row.due_at > Some(ends), "what was left of the limit runs from now");
    assert_eq!(times(&world, &problem, Kind::ProblemResumed).await, 1);
}

#[tokio::test]
async fn a_review_date_that_passes_raises_supervision_once() {
    let world = World::new().await;
    let problem = on_ledger(&world).await;
    let over = world.row(&problem).await.due_at.unwrap();
    at(&world, over - TimeDelta::seconds(1)).await;
    assert_eq!(world.row(&problem).await.supervision, SupervisionLevel::None);
    at(&world, over).await;
    assert_eq!(world.row(&problem).await.supervision, SupervisionLevel::Normal);
    at(&world, over + TimeDelta::days(9)).await;
    assert_eq!(times(&world, &problem, Kind::LedgerReviewPassed).await, 1);
    assert_eq!(times(&world, &problem, Kind::SupervisionRaised).await, 1);
}

#[tokio::test]
async fn what_is_done_with_goes_to_the_archive_and_comes_back_when_it_is_reopened() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    world.close(&people.secretary, &problem).await;
    let closed = world.row(&problem).await.closed_at.unwrap();
    at(&world, closed + TimeDelta::days(29)).await;
    assert!(see(&world, &people.secretary, &problem, "archivedAt").await["archivedAt"].is_null());
    at(&world, closed + TimeDelta::days(30)).await;
    assert!(see(&world, &people.secretary, &problem, "archivedAt").await["archivedAt"].is_string());
    let input = about(&world, &problem, json!({ "problem": problem, "reason": "又坏了" })).await;
    world.run(&people.secretary, "reopenProblem", "problem", input).await.unwrap();
    assert!(see(&world, &people.secretary, &problem, "archivedAt").await["archivedAt"].is_null());
}

/// How many reminders there were, and whether supervision was proposed.
async fn told(world: &World, problem: &str) -> (u64, u64) {
    (times(world, problem, Kind::DeadlineReminded).await, times(world, problem, Kind::SupervisionProposed).await)
}

#[tokio::test]
async fn whoever_catches_up_reminds_once_by_what_has_passed() {
    let world = World::new().await;
    let problem = led(&world).await;
    let due = world.row(&problem).await.due_at.unwrap();
    at(&world, due + TimeDelta::days(30)).await;
    assert_eq!(told(&world, &problem).await, (1, 1));
    assert_eq!(world.row(&problem).await.reminded_percent, 150);
    // An urgent report goes to the street all the same.
    let input = with(world.complaint(), json!({ "urgent": true }));
    let problem = world.run(&world.people.resident, "reportProblem", "problem", input).await.unwrap();
    let due = world.row(&problem).await.due_at.unwrap();
    at(&world, due + TimeDelta::hours(1)).await;
    assert_eq!(told(&world, &problem).await, (1, 0));
    assert_eq!(world.row(&problem).await.handled_by, RegionLevel::Street);
}

#[tokio::test]
async fn rework_is_reminded_of_by_what_its_lead_has_used_and_not_anew() {
    let world = World::new().await;
    let people = &world.people;
    for (before, reminded) in [(TimeDelta::hours(2), 2), (-TimeDelta::hours(1), 3)] {
        let problem = led(&world).await;
        let due = world.row(&problem).await.due_at.unwrap();
        at(&world, due - TimeDelta::hours(12)).await;
        at(&world, due - before).await;
        let passed = told(&world, &problem).await;
        assert_eq!(passed.1, 0);
        world.record(&people.city, &problem).await;
        world.submit(&people.property, &problem).await;
        world.submit(&people.city, &problem).await;
        world.wait(TimeDelta::hours(1));
        let input = about(&world, &problem, json!({ "problem": problem, "reason": "再看" })).await;
        world.run(&people.secretary, "reworkProblem", "problem", input).await.unwrap();
        scheduler::tick(&world.app).await.unwrap();
        assert_eq!(told(&world, &problem).await, passed);
        let row = world.row(&problem).await;
        assert_eq!(row.reminded_percent, [0, 50, 80, 100][reminded]);
        let next = if reminded == 2 { row.due_at } else { row.remind_at };
        assert_eq!(row.remind_at, next, "the next one is for all of it");
        assert!(row.remind_at > Some(world.app.clock.now()));
    }
}

#[tokio::test]
async fn ten_minutes_that_a_pause_left_are_not_a_limit_of_their_own() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let due = world.row(&problem).await.due_at.unwrap();
    at(&world, due - TimeDelta::minutes(10)).await;
    let ask = json!({ "task": world.task(&people.city, &problem).await, "until": "2026-03-20", "reason": "雨季" });
    let asked = world.run(&people.city, "requestSuspension", "suspension", about(&world, &problem, ask).await);
    let decide = json!({ "suspension": asked.await.unwrap(), "approve": true });
    let decide = about(&world, &problem, decide).await;
    world.run(&people.secretary, "decideSuspension", "suspension", decide).await.unwrap();
    at(&world, due + TimeDelta::days(4)).await;
    let passed = told(&world, &problem).await;
    let input = about(&world, &problem, json!({ "problem": problem })).await;
    world.run(&people.city, "resumeProblem", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.reminded_percent, row.remind_at), (80, row.due_at));
    at(&world, row.due_at.unwrap() + TimeDelta::minutes(20)).await;
    assert_eq!(told(&world, &problem).await, (passed.0 + 1, 0));
}

#[tokio::test]
async fn an_extension_repeats_no_reminder() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let due = world.row(&problem).await.due_at.unwrap();
    at(&world, due - TimeDelta::hours(24)).await;
    let until = crate::read::shape::format_time(due + TimeDelta::days(1));
    let ask = json!({ "task": world.task(&people.city, &problem).await, "until": until, "reason": "配件" });
    let ask = about(&world, &problem, ask).await;
    let extension = world.run(&people.city, "requestExtension", "extension", ask).await.unwrap();
    // Three hours of forty are left, and eight are granted beside them.
    at(&world, due - TimeDelta::hours(3)).await;
    let passed = told(&world, &problem).await;
    let decide = about(&world, &problem, json!({ "extension": extension, "approve": true })).await;
    world.run(&people.street, "decideExtension", "extension", decide).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!(row.reminded_percent, 50, "of the longer one less has passed");
    assert!(row.remind_at > Some(world.app.clock.now()) && row.remind_at < row.due_at);
    scheduler::tick(&world.app).await.unwrap();
    assert_eq!(told(&world, &problem).await, passed);
    // A pause after it keeps the start all the same.
    let start = row.due_from;
    let ask = json!({ "task": world.task(&people.city, &problem).await, "until": "2026-03-20", "reason": "雨季" });
    let asked = world.run(&people.city, "requestSuspension", "suspension", about(&world, &problem, ask).await);
    let decide = json!({ "suspension": asked.await.unwrap(), "approve": true });
    let decide = about(&world, &problem, decide).await;
    world.run(&people.secretary, "decideSuspension", "suspension", decide).await.unwrap();
    world.wait(TimeDelta::days(1));
    let input = about(&world, &problem, json!({ "problem": problem })).await;
    world.run(&people.city, "resumeProblem", "problem", input).await.unwrap();
    let again = world.row(&problem).await;
    assert_eq!((again.due_at.unwrap() - row.due_at.unwrap()), again.due_from.unwrap() - start.unwrap());
    assert_eq!(again.reminded_percent, 50);
}
