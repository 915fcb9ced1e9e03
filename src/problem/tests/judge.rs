//! Who may verify, and what has to be done before.

use entity::word::PartyKind;
use serde_json::json;

use super::world::{World, id};
use crate::id::prefix;
use crate::policy::Viewer;

/// A problem that the grid does for the Party branch, in progress, with its task.
async fn given_to_the_grid(world: &World) -> (String, String) {
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::PartyBranch), "grid": id(prefix::GRID, world.grid) },
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    let task = world.task(&people.secretary, &problem).await;
    let input = json!({ "task": task, "expectedRevision": world.revision(&problem).await });
    world.run(&people.grid_worker, "acknowledgeTask", "task", input).await.unwrap();
    (problem, task)
}

async fn record_and_submit(world: &World, problem: &str, task: &str, submitter: &Viewer) {
    let act = json!({ "task": task, "action": "CLEAN", "content": "已清理", "idempotencyKey": world.key() });
    world.run(&world.people.grid_worker, "recordDisposition", "disposition", act).await.unwrap();
    let input = json!({ "task": task, "expectedRevision": world.revision(problem).await, "feedback": "已清理" });
    world.run(submitter, "submitFeedback", "task", input).await.unwrap();
}

#[tokio::test]
async fn who_submitted_does_not_verify_not_even_after_rework_by_another() {
    let world = World::new().await;
    let people = &world.people;
    let mut colleagues = vec![];
    for _ in 0..3 {
        colleagues.push(world.colleague(&people.grid_worker).await);
    }
    let (problem, task) = given_to_the_grid(&world).await;
    record_and_submit(&world, &problem, &task, &colleagues[0]).await;
    let close = world.closing(&problem).await;
    assert_eq!(world.code(&colleagues[0], "closeProblem", "problem", close).await, "FORBIDDEN");
    let rework =
        json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "仍有垃圾" });
    world.run(&people.street, "reworkProblem", "problem", rework).await.unwrap();
    record_and_submit(&world, &problem, &task, &colleagues[1]).await;
    for colleague in &colleagues[..2] {
        let close = world.closing(&problem).await;
        assert_eq!(world.code(colleague, "closeProblem", "problem", close).await, "FORBIDDEN");
    }
    world.close(&colleagues[2], &problem).await;
}

#[tokio::test]
async fn what_was_done_before_a_reopening_or_rework_does_not_count_again() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    let submit = || async {
        let input = json!({
            "task": world.task(&people.city, &problem).await, "expectedRevision": world.revision(&problem).await,
            "feedback": "已修复",
        });
        world.code(&people.city, "submitFeedback", "task", input).await
    };
    let again = || async {
        json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "又坏了" })
    };
    world.run(&people.secretary, "reworkProblem", "problem", again().await).await.unwrap();
    assert_eq!(submit().await, "FORBIDDEN");
    world.record(&people.city, &problem).await;
    assert!(submit().await.starts_with("done"));
    world.close(&people.secretary, &problem).await;
    world.run(&people.resident, "reopenProblem", "problem", again().await).await.unwrap();
    world.acknowledge(&people.city, &problem).await;
    assert_eq!(submit().await, "FORBIDDEN");
    world.record(&people.city, &problem).await;
    assert!(submit().await.starts_with("done"));
}
