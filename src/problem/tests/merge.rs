//! Mergers and their undoing.

use entity::word::ProblemStatus;
use serde_json::{Value, json};

use super::request::led;
use super::world::{World, see, with};

async fn merge(world: &World, problem: &str, into: &str) -> Result<String, Value> {
    let input = json!({ "problem": problem, "expectedRevision": world.revision(problem).await, "into": into, "reason": "同一件事" });
    world.run(&world.people.secretary, "mergeProblem", "problem", input).await
}

async fn unmerge(world: &World, problem: &str) -> Result<String, Value> {
    let input = json!({ "problem": problem, "expectedRevision": world.revision(problem).await });
    world.run(&world.people.secretary, "unmergeProblem", "problem", input).await
}

#[tokio::test]
async fn a_follower_reads_its_own_report_and_the_others_public_state_and_rates_alone() {
    let world = World::new().await;
    let people = &world.people;
    let target = world.handled().await;
    let own = world.report(&people.neighbour).await;
    merge(&world, &own, &target).await.unwrap();
    let fields = "status report followed { status outcome reply closedAt } mergedInto { id } merged(first: 2) { nodes { id } } reporterCount";
    let seen = see(&world, &people.neighbour, &own, fields).await;
    assert_eq!(
        seen["followed"],
        json!({ "status": "AWAITING_VERIFICATION", "outcome": null, "reply": "电梯已修好", "closedAt": null })
    );
    assert!(seen["report"].is_string() && seen["mergedInto"].is_null() && seen["reporterCount"].is_null());
    assert!(see(&world, &people.neighbour, &target, "id").await.is_null(), "the other report is another's");
    let seen = see(&world, &people.secretary, &target, fields).await;
    assert_eq!((&seen["merged"]["nodes"][0]["id"], &seen["reporterCount"]), (&json!(own), &json!(2)));
    assert_eq!(see(&world, &people.secretary, &own, "mergedInto { id }").await["mergedInto"]["id"], json!(target));
    for (viewer, reason) in [(&people.secretary, json!("同一件事")), (&people.neighbour, Value::Null)] {
        assert_eq!(see(&world, viewer, &own, "mergeReason").await["mergeReason"], reason);
    }
    let rate = || json!({ "problem": own, "satisfaction": "SATISFIED", "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.neighbour, "rateProblem", "rating", rate()).await, "INVALID_TRANSITION");
    world.close(&people.secretary, &target).await;
    assert_eq!(
        see(&world, &people.neighbour, &own, "followed { status outcome }").await["followed"],
        json!({ "status": "CLOSED", "outcome": "SOLVED" })
    );
    world.run(&people.neighbour, "rateProblem", "rating", rate()).await.unwrap();
    assert_eq!(world.code(&people.neighbour, "rateProblem", "rating", rate()).await, "FORBIDDEN");
    let rate = json!({ "problem": target, "satisfaction": "NEUTRAL", "idempotencyKey": world.key() });
    world.run(&people.resident, "rateProblem", "rating", rate).await.unwrap();
}

#[tokio::test]
async fn undoing_a_merger_leads_back_to_where_it_stood_with_its_tasks() {
    let world = World::new().await;
    let people = &world.people;
    let (first, second, third) = (led(&world).await, led(&world).await, world.report(&people.neighbour).await);
    let before = world.row(&first).await;
    merge(&world, &third, &first).await.unwrap();
    merge(&world, &first, &second).await.unwrap();
    let row = world.row(&first).await;
    assert_eq!((row.status, row.lead_task_id), (ProblemStatus::Merged, None));
    assert!(world.lead(&first).await.is_none());
    assert_eq!(world.row(&third).await.follows_id, Some(world.row(&second).await.id), "the end of the way is followed");
    assert_eq!(world.row(&second).await.reporter_count, 3);
    world.wait(chrono::TimeDelta::days(2));
    unmerge(&world, &first).await.unwrap();
    let row = world.row(&first).await;
    assert_eq!((row.status, row.lead_task_id), (ProblemStatus::InProgress, before.lead_task_id));
    assert!(row.due_at > before.due_at, "the time apart does not count");
    assert_eq!(world.row(&third).await.follows_id, Some(row.id));
    assert_eq!(world.row(&second).await.reporter_count, 1);
    world.record(&people.city, &first).await;
}

#[tokio::test]
async fn what_does_not_fit_is_not_merged() {
    let world = World::new().await;
    let people = &world.people;
    let (one, closed) = (world.report(&people.resident).await, world.handled().await);
    world.close(&people.secretary, &closed).await;
    let hidden = with(world.complaint(), json!({ "confidential": true }));
    let hidden = world.run(&people.resident, "reportProblem", "problem", hidden).await.unwrap();
    for into in [&one, &closed, &hidden] {
        assert_eq!(merge(&world, &one, into).await.unwrap_err()["code"], "INVALID_VALUE");
    }
    assert_eq!(merge(&world, &hidden, &one).await.unwrap_err()["code"], "INVALID_VALUE");
    let (a, b) = (world.report(&people.resident).await, world.report(&people.resident).await);
    merge(&world, &a, &b).await.unwrap();
    assert_eq!(merge(&world, &b, &a).await.unwrap_err()["code"], "INVALID_VALUE", "no circle");
    world.wait(chrono::TimeDelta::days(31));
    assert_eq!(unmerge(&world, &a).await.unwrap_err()["code"], "FORBIDDEN");
}
