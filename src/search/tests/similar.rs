//! Problems that may be the same as another.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{LAMP, Told, accepted, report};
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with};

async fn similar(world: &World, viewer: &Viewer, problem: &str) -> Vec<(String, i64)> {
    let query = "query($id: ID!) { similarProblems(problem: $id) { problem likeness title sameBuilding } }";
    told(&world.data(viewer, query, json!({ "id": problem })).await["similarProblems"])
}

async fn before(world: &World, viewer: &Viewer, text: &str, grid: Option<String>) -> Vec<(String, i64)> {
    let query = "query($text: String!, $grid: ID) {
        similarPublicProblems(text: $text, communityCode: \"321181402001\", grid: $grid) {
            problem likeness title publicSummary sameBuilding } }";
    let data = world.data(viewer, query, json!({ "text": text, "grid": grid })).await;
    for one in data["similarPublicProblems"].as_array().unwrap() {
        assert_eq!((&one["title"], &one["sameBuilding"]), (&Value::Null, &Value::Null));
        assert!(one["publicSummary"].is_string());
    }
    told(&data["similarPublicProblems"])
}

fn told(list: &Value) -> Vec<(String, i64)> {
    let one = |one: &Value| (one["problem"].as_str().unwrap().to_owned(), one["likeness"].as_i64().unwrap());
    list.as_array().unwrap().iter().map(one).collect()
}

const NONE: [(String, i64); 0] = [];

#[tokio::test]
async fn the_office_is_told_of_problems_like_one() {
    let world = World::new().await;
    let people = &world.people;
    let lamp = accepted(&world, &LAMP).await;
    let other = report(&world, &people.neighbour, "楼上有人拉线给电瓶车充电").await;
    let again = report(&world, &people.neighbour, "北门路灯坏了三天没人管").await;
    let found = similar(&world, &people.secretary, &lamp).await;
    assert_eq!(found.iter().map(|(id, _)| id).collect::<Vec<_>>(), [&again]);
    assert_eq!(similar(&world, &people.street, &again).await, [(lamp.clone(), found[0].1)], "likeness goes both ways");
    assert_eq!(similar(&world, &people.secretary, &other).await, NONE);
    // Whoever does not decide on it: a supervisor, another community's office.
    assert_eq!(similar(&world, &people.supervisor, &lamp).await, NONE);
    assert_eq!(similar(&world, &people.foreign, &lamp).await, NONE);
    let answer = world.ask(&people.secretary, "{ similarProblems(problem: \"grid_1\") { problem } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_ID");
    for viewer in [&people.resident, &people.grid_worker, &people.city] {
        let answer = world.ask(viewer, "{ similarProblems(problem: \"\") { problem } }", json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION_FAILED", "it is unknown to them");
    }
}

#[tokio::test]
async fn what_is_far_in_time_or_place_gone_or_confidential_is_not_like_it() {
    let world = World::new().await;
    let people = &world.people;
    let lamp = report(&world, &people.resident, "路灯坏了三天").await;
    let elsewhere =
        json!({ "grid": id(prefix::GRID, world.other_grid), "report": "路灯坏了三天", "idempotencyKey": world.key() });
    world.run(&people.resident, "reportProblem", "problem", elsewhere).await.unwrap();
    let secret = with(world.complaint(), json!({ "report": "路灯坏了三天", "confidential": true, "concerns": [] }));
    let secret = world.run(&people.resident, "reportProblem", "problem", secret).await.unwrap();
    let gone = report(&world, &people.neighbour, "路灯坏了三天").await;
    let input = json!({ "problem": gone, "expectedRevision": world.revision(&gone).await, "reason": "自己修好了" });
    world.run(&people.neighbour, "withdrawProblem", "problem", input).await.unwrap();
    // About the office itself: it goes to the street.
    let above = json!({
        "building": id(prefix::BUILDING, world.building), "report": "路灯坏了三天", "idempotencyKey": world.key(),
        "concerns": [id(prefix::PARTY, people.secretary.party.unwrap())],
    });
    let above = world.run(&people.resident, "reportProblem", "problem", above).await.unwrap();
    assert_eq!(similar(&world, &people.secretary, &lamp).await, NONE);
    assert_eq!(similar(&world, &people.secretary, &secret).await, NONE);
    assert_eq!(similar(&world, &people.street, &lamp).await, [(above.clone(), 100)]);
    assert_eq!(similar(&world, &people.secretary, &above).await, NONE);
    world.wait(TimeDelta::days(29));
    let near = report(&world, &people.neighbour, "路灯坏了三天").await;
    world.wait(TimeDelta::days(2));
    report(&world, &people.neighbour, "路灯坏了三天").await;
    assert_eq!(similar(&world, &people.secretary, &lamp).await, [(near, 100)]);
}

#[tokio::test]
async fn at_most_ten_are_told_and_the_most_alike_first() {
    let world = World::new().await;
    let people = &world.people;
    let lamp = report(&world, &people.resident, "北门路灯坏了三天").await;
    for _ in 0..11 {
        report(&world, &people.neighbour, "路灯坏了要修一下才好").await;
    }
    let same = report(&world, &people.neighbour, "北门路灯坏了三天").await;
    let found = similar(&world, &people.secretary, &lamp).await;
    assert_eq!(found.len(), 10);
    assert_eq!(found[0], (same, 100));
    assert!(found.is_sorted_by(|one, other| one.1 > other.1 || one.1 == other.1 && one.0 >= other.0), "{found:?}");
}

#[tokio::test]
async fn who_is_about_to_report_is_told_of_public_ones_alone() {
    let world = World::new().await;
    let people = &world.people;
    let public = accepted(&world, &LAMP).await;
    accepted(&world, &Told { public: None, ..LAMP }).await;
    let grid = || Some(id(prefix::GRID, world.grid));
    for viewer in [&people.resident, &people.neighbour, &people.helper, &people.grid_worker, &people.secretary] {
        let found = before(&world, viewer, "北门照明坏了", grid()).await;
        assert_eq!(found.iter().map(|(id, _)| id).collect::<Vec<_>>(), [&public], "{:?}", viewer.role);
    }
    assert_eq!(before(&world, &people.neighbour, "北门照明坏了", None).await.len(), 1);
    assert_eq!(before(&world, &people.neighbour, "北门照明坏了", Some(id(prefix::GRID, world.other_grid))).await, NONE);
    assert_eq!(before(&world, &people.neighbour, "路灯坏了三天", grid()).await, NONE, "not by its report");
    assert_eq!(before(&world, &people.neighbour, "设施损坏", grid()).await, NONE, "not by its summary");
    assert_eq!(before(&world, &people.foreign, "北门照明坏了", grid()).await, NONE, "another community's");
    assert_eq!(before(&world, &people.police, "北门照明坏了", grid()).await, NONE, "out of the police's sight");
    world.wait(TimeDelta::days(31));
    assert_eq!(before(&world, &people.neighbour, "北门照明坏了", grid()).await, NONE);
    let query = "query($text: String!) { similarPublicProblems(text: $text, communityCode: \"1\") { problem } }";
    for text in ["灯".repeat(5001), "，".into()] {
        let answer = world.ask(&people.resident, query, json!({ "text": text })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "TEXT_SIZE");
    }
}
