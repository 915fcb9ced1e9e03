//! What the record tells, and what it proves.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::world::{World, with};

const TRAIL: &str = "{ auditTrail { nodes { type actorRole actorName actorParty { name } problem { id } } } }";

#[tokio::test]
async fn the_audit_trail_does_not_tell_who_complained_to_whom_it_is_about() {
    let world = World::new().await;
    let people = &world.people;
    // The secretary was with the property company until three months ago.
    world.also(&people.secretary, &people.property, NaiveDate::from_ymd_opt(2025, 12, 1)).await;
    let own = world.run(&people.police, "reportProblem", "problem", world.complaint()).await.unwrap();
    let input = with(world.complaint(), json!({ "reporterName": "李老太", "consent": true }));
    let others = world.run(&people.police, "reportProblem", "problem", input).await.unwrap();
    let add = json!({ "problem": others, "content": "还有", "idempotencyKey": world.key() });
    world.run(&people.police, "addToReport", "addition", add).await.unwrap();
    let free = with(world.complaint(), json!({ "concerns": [] }));
    let free = world.run(&people.police, "reportProblem", "problem", free).await.unwrap();
    let seen = world.data(&people.secretary, TRAIL, json!({})).await;
    for entry in seen["auditTrail"]["nodes"].as_array().unwrap() {
        let told = [&entry["actorRole"], &entry["actorName"], &entry["actorParty"]];
        if entry["problem"]["id"] == json!(free) {
            assert_eq!(told[0], "POLICE");
        } else {
            assert!([&own, &others].contains(&&entry["problem"]["id"].as_str().unwrap().to_owned()));
            assert_eq!(told, [&Value::Null; 3], "{entry}");
        }
    }
    // The street is told; one's own acts one knows.
    let seen = world.data(&people.street, TRAIL, json!({})).await;
    assert!(seen["auditTrail"]["nodes"].as_array().unwrap().iter().all(|entry| entry["actorRole"] == "POLICE"));
    let seen = world.data(&people.police, TRAIL, json!({})).await;
    assert!(seen["auditTrail"]["nodes"].as_array().unwrap().iter().all(|entry| entry["actorRole"] == "POLICE"));
}
