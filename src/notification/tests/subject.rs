//! Requests about one's data: who answers is told and has them in the inbox, who asked is told of the answer.

use chrono::TimeDelta;
use entity::word::PartyKind;
use serde_json::{Value, json};

use crate::id::prefix;
use crate::policy::{Capability, Viewer};
use crate::problem::tests::world::{World, id, with};
use crate::scheduler;

async fn ask(world: &World, viewer: &Viewer, more: Value) -> String {
    let input = with(json!({ "kind": "ACCESS", "idempotencyKey": world.key() }), more);
    world.run(viewer, "askAboutMyData", "request", input).await.unwrap()
}

async fn revision(world: &World, viewer: &Viewer, request: &str) -> Value {
    let query = "query($id: ID!) { subjectRequest(id: $id) { revision } }";
    world.data(viewer, query, json!({ "id": request })).await["subjectRequest"]["revision"].take()
}

async fn answer(world: &World, viewer: &Viewer, request: &str, more: Value) {
    let revision = revision(world, viewer, request).await;
    let input = json!({ "subjectRequest": request, "expectedRevision": revision, "answer": "电梯一案的资料如下" });
    world.run(viewer, "answerSubjectRequest", "request", with(input, more)).await.unwrap();
}

/// The open requests that a post answers, as the list of it has them.
async fn answered_by(world: &World, viewer: &Viewer) -> usize {
    let query = "{ subjectRequests(filter: { status: { eq: RECEIVED } }) { totalCount { value } } }";
    let seen = world.data(viewer, query, json!({})).await;
    usize::try_from(seen["subjectRequests"]["totalCount"]["value"].as_u64().unwrap()).unwrap()
}

#[tokio::test]
async fn the_office_is_told_that_a_decision_is_wanted_and_the_person_of_the_answer() {
    let world = World::new().await;
    let people = &world.people;
    let request = ask(&world, &people.resident, json!({})).await;
    world.tell().await;
    let told = world.told(&people.secretary).await;
    assert_eq!((&told[0]["kind"], &told[0]["number"]), (&json!("DECISION_WANTED"), &Value::Null), "it has no number");
    assert_eq!(told[0]["post"]["id"], json!(id(prefix::APPOINTMENT, people.secretary.post)));
    let said = told[0]["text"]["zh"].as_str().unwrap();
    assert!(said.starts_with("有申请待审批，时限 2026-03-23"), "{said}");
    for viewer in [&people.street, &people.resident, &people.supervisor, &people.grid_worker, &people.neighbour] {
        assert_eq!(world.verbs(viewer).await, Vec::<String>::new(), "{:?}", viewer.role);
    }
    answer(&world, &people.secretary, &request, json!({})).await;
    world.tell().await;
    let told = world.told(&people.resident).await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["kind"], &told[0]["number"]), (&json!("DECIDED"), &Value::Null));
    assert_eq!((&told[0]["post"], &told[0]["dueAt"]), (&Value::Null, &Value::Null));
    assert_eq!(world.verbs(&people.secretary).await, ["DECISION_WANTED"], "nobody is told of their own answer");
    assert!(!format!("{told:?}").contains("电梯"));

    let problem = world.report(&people.resident).await;
    let about = ask(&world, &people.resident, json!({ "problem": problem })).await;
    world.tell().await;
    let number = json!(world.row(&problem).await.number);
    assert_eq!(world.told(&people.secretary).await[0]["number"], number);
    answer(&world, &people.street, &about, json!({ "refusal": "STILL_HANDLED" })).await;
    world.tell().await;
    let told = world.told(&people.resident).await;
    assert_eq!((&told[0]["kind"], &told[0]["number"]), (&json!("DECIDED"), &number), "a refusal is an answer");
}

#[tokio::test]
async fn nobody_is_asked_to_answer_oneself_and_a_concerned_convenors_are_the_streets() {
    let world = World::new().await;
    let people = &world.people;
    ask(&world, &people.secretary, json!({})).await;
    world.tell().await;
    assert_eq!(world.verbs(&people.secretary).await, Vec::<String>::new());
    assert_eq!(world.verbs(&people.street).await, ["DECISION_WANTED"], "the street, where nobody else may");
    let about = with(world.complaint(), json!({ "concerns": [world.party(PartyKind::PartyBranch)] }));
    let problem = world.run(&people.resident, "reportProblem", "problem", about).await.unwrap();
    ask(&world, &people.resident, json!({ "problem": problem })).await;
    world.tell().await;
    assert_eq!(world.verbs(&people.secretary).await, Vec::<String>::new());
    assert_eq!(world.verbs(&people.street).await[0], "DECISION_WANTED");
    assert_eq!(world.told(&people.street).await[0]["number"], json!(world.row(&problem).await.number));
}

#[tokio::test]
async fn what_is_late_or_withdrawn_is_told_to_who_answers_and_an_ended_post_of_nothing() {
    let world = World::new().await;
    let people = &world.people;
    let request = ask(&world, &people.resident, json!({})).await;
    world.tell().await;
    world.wait(TimeDelta::days(30));
    scheduler::tick(&world.app).await.unwrap();
    world.tell().await;
    let verbs = world.verbs(&people.secretary).await;
    assert!(verbs.contains(&"TASK_OVERDUE".to_owned()), "{verbs:?}");
    let other = ask(&world, &people.resident, json!({ "kind": "EXPLANATION" })).await;
    let input =
        json!({ "subjectRequest": other, "expectedRevision": revision(&world, &people.resident, &other).await });
    world.run(&people.resident, "withdrawSubjectRequest", "request", input).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.secretary).await[0], "TASK_ENDED");
    assert_eq!(world.told(&people.secretary).await[0]["dueAt"], Value::Null, "nothing is due any more");
    let count = world.told(&people.resident).await.len();
    answer(&world, &people.street, &request, json!({})).await;
    world.end_post(&people.secretary).await;
    ask(&world, &people.neighbour, json!({ "communityCode": "321181402001" })).await;
    world.tell().await;
    assert_eq!(
        world.told(&people.secretary).await,
        Vec::<Value>::new(),
        "an ended post's are gone, and no new one came"
    );
    assert_eq!(world.verbs(&people.street).await, ["DECISION_WANTED"], "the post is vacant");
    assert_eq!(world.told(&people.resident).await.len(), count + 1);
}

#[tokio::test]
async fn it_waits_in_the_inbox_of_each_post_that_answers_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let request = ask(&world, &people.resident, json!({ "problem": problem })).await;
    ask(&world, &people.resident, json!({})).await;
    ask(&world, &people.secretary, json!({ "kind": "CORRECTION" })).await;
    ask(&world, &people.neighbour, json!({})).await;
    let about = with(world.complaint(), json!({ "concerns": [world.party(PartyKind::PartyBranch)] }));
    let above = world.run(&people.resident, "reportProblem", "problem", about).await.unwrap();
    ask(&world, &people.resident, json!({ "problem": above })).await;
    let worker = world.also_worker(&people.secretary, world.grid).await;
    for (viewer, count) in [
        (&people.secretary, 3),
        (&people.street, 5),
        (&people.supervisor, 0),
        (&people.resident, 0),
        (&people.neighbour, 0),
        (&people.police, 0),
        (&people.grid_worker, 0),
        (&people.foreign, 0),
    ] {
        let rows = world.inbox(viewer).await;
        assert_eq!(rows.len(), count, "{:?}", viewer.role);
        assert!(rows.iter().all(|row| row["kind"] == "SUBJECT_REQUEST" && row["dueAt"].is_string()), "{rows:?}");
        let answers = Capability::AnswerSubjectRequest.held(viewer.role, viewer.scopes);
        assert_eq!(rows.len(), if answers { answered_by(&world, viewer).await } else { 0 }, "{:?}", viewer.role);
    }
    let rows = world.inbox(&people.secretary).await;
    let mut numbers: Vec<_> = rows.iter().map(|row| row["number"].clone()).collect();
    numbers.sort_by_key(Value::to_string);
    assert_eq!(numbers, [json!(world.row(&problem).await.number), Value::Null, Value::Null]);
    assert_eq!(world.inbox(&worker).await.len(), 3, "in whichever post the token acts");
    assert!(rows.iter().all(|row| row["post"]["id"] == json!(id(prefix::APPOINTMENT, people.secretary.post))));
    answer(&world, &people.secretary, &request, json!({})).await;
    assert_eq!(world.inbox(&people.secretary).await.len(), 2, "what is answered is gone");
}
