//! The course of a problem: each command's way, and what it refuses.

use chrono::TimeDelta;
use serde_json::json;

use super::world::World;

#[tokio::test]
async fn a_problem_goes_from_report_to_a_verified_closure() {
    let world = World::new().await;
    let problem = world.handled().await;
    world.close(&world.people.secretary, &problem).await;
    let query = "query($id: ID!) { problem(id: $id) { status open outcome reply title overdue tasks { nodes { role status } } dispositions { nodes { content reply internalNote quantity { value unit precision } } } timeline { nodes { type text actorRole actorName } } } }";
    let seen = world.data(&world.people.secretary, query, json!({ "id": problem })).await;
    println!("{seen:#}");
    assert_eq!(seen["problem"]["status"], "CLOSED");
    world.wait(TimeDelta::days(1));
}
