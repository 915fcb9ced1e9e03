//! A reporter without account asks about the data that is held of them, and reads the answer by number and code.

use entity::subject_request;
use entity::word::PartyKind;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::guest;
use super::guest::reported;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, with};

async fn ask(world: &World, key: &Value, kind: &str, content: Option<&str>) -> Result<Value, Value> {
    let input = with(key.clone(), json!({ "kind": kind, "content": content }));
    guest(world, "askAboutReportData", input).await
}

/// What the office has to answer, and who asked as it sees it.
async fn waiting(world: &World, viewer: &Viewer) -> Vec<Value> {
    let query =
        "{ subjectRequests(filter: { status: { eq: RECEIVED } }, orderBy: [{ field: ASKED_AT, direction: ASC }]) {
        nodes { id kind content revision person { id } problem { id } } } }";
    let mut seen = world.data(viewer, query, json!({})).await;
    let Value::Array(rows) = seen["subjectRequests"]["nodes"].take() else { panic!("a list") };
    rows
}

async fn answer(world: &World, viewer: &Viewer, request: &Value, more: Value) -> Result<String, Value> {
    let input =
        json!({ "subjectRequest": request["id"], "expectedRevision": request["revision"], "answer": "已办理。" });
    world.run(viewer, "answerSubjectRequest", "request", with(input, more)).await
}

#[tokio::test]
async fn each_kind_is_asked_answered_and_read_by_number_and_code() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, key) = reported(&world).await;
    for kind in ["ACCESS", "CORRECTION", "DELETION", "EXPLANATION"] {
        let seen = ask(&world, &key, kind, Some("关于我的电话")).await.unwrap();
        assert_eq!((&seen["requests"][0]["kind"], &seen["requests"][0]["status"]), (&json!(kind), &json!("RECEIVED")));
        assert!(seen["requests"][0]["dueAt"].as_str().unwrap().starts_with("2026-03-23"), "{seen}");
        world.wait(chrono::TimeDelta::seconds(1));
    }
    let rows = waiting(&world, &people.secretary).await;
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row["person"].is_null() && row["problem"]["id"] == json!(problem)), "{rows:?}");
    for viewer in [&people.police, &people.grid_worker, &people.resident, &people.supervisor, &people.foreign] {
        assert_eq!(waiting(&world, viewer).await, Vec::<Value>::new(), "{:?}", viewer.role);
    }
    answer(&world, &people.secretary, &rows[0], json!({})).await.unwrap();
    answer(&world, &people.street, &rows[1], json!({ "refusal": "NOT_IDENTIFIED" })).await.unwrap();
    let refused = answer(&world, &people.secretary, &rows[2], json!({})).await.unwrap_err();
    assert_eq!(refused["code"], "FORBIDDEN", "nothing was erased for it");
    let seen = guest(&world, "reportStatus", key.clone()).await.unwrap();
    let told: Vec<_> = seen["requests"].as_array().unwrap().iter().rev().collect();
    assert_eq!((&told[0]["status"], &told[0]["answer"]), (&json!("ANSWERED"), &json!("已办理。")));
    assert_eq!((&told[1]["status"], &told[1]["refusal"]), (&json!("REFUSED"), &json!("NOT_IDENTIFIED")));
    assert!(told[0]["answeredAt"].is_string() && told[2]["answeredAt"].is_null());
    assert_eq!(ask(&world, &key, "ACCESS", None).await.unwrap()["requests"].as_array().unwrap().len(), 5, "again");
    assert!(crate::doctor::examine(&world.app.db).await.unwrap().breaks.is_empty());
}

#[tokio::test]
async fn one_of_a_kind_at_a_time_and_the_same_again_does_nothing() {
    let world = World::new().await;
    let (_, key) = reported(&world).await;
    let (_, other) = reported(&world).await;
    ask(&world, &key, "ACCESS", Some("谁看过")).await.unwrap();
    ask(&world, &key, "ACCESS", Some(" 谁看过 ")).await.unwrap();
    let count = async || subject_request::Entity::find().count(&world.app.db).await.unwrap();
    assert_eq!(count().await, 1);
    let refused = ask(&world, &key, "ACCESS", Some("别的")).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["path"]), (&json!("DUPLICATE"), &json!(["input", "kind"])));
    ask(&world, &other, "ACCESS", None).await.unwrap();
    assert_eq!(count().await, 2);
    let long = "字".repeat(2001);
    assert_eq!(ask(&world, &key, "CORRECTION", Some(&long)).await.unwrap_err()["code"], "TOO_LONG");
    let wrong = with(key.clone(), json!({ "code": other["code"] }));
    assert_eq!(ask(&world, &wrong, "CORRECTION", None).await.unwrap_err()["code"], "REPORT_CODE_FAILED");
    assert_eq!(count().await, 2);
    let seen = guest(&world, "reportStatus", other).await.unwrap();
    assert_eq!(seen["requests"].as_array().unwrap().len(), 1, "each report has its own");
}

#[tokio::test]
async fn what_an_account_asks_of_the_same_problem_is_not_told_there_and_a_concerned_convenors_is_the_streets() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, key) = reported(&world).await;
    let own = json!({ "kind": "ACCESS", "problem": problem, "content": "网格员问", "idempotencyKey": world.key() });
    world.run(&people.grid_worker, "askAboutMyData", "request", own).await.unwrap();
    let seen = ask(&world, &key, "ACCESS", None).await.unwrap();
    assert_eq!(seen["requests"].as_array().unwrap().len(), 1);
    assert!(!seen.to_string().contains("网格员问"));

    let about = json!({
        "reporterName": "李老太", "consent": true, "concerns": [world.party(PartyKind::PartyBranch)],
    });
    let query =
        "mutation($input: ReportProblemInput!) { reportProblem(input: $input) { problem { id } reporterCode } }";
    let input = json!({ "input": with(world.complaint(), about) });
    let made = world.data(&people.grid_worker, query, input).await["reportProblem"].take();
    let number = world.row(made["problem"]["id"].as_str().unwrap()).await.number;
    let key = json!({ "number": number, "code": made["reporterCode"] });
    ask(&world, &key, "EXPLANATION", None).await.unwrap();
    let kinds = async |viewer: &Viewer| {
        waiting(&world, viewer).await.into_iter().filter(|row| row["kind"] == "EXPLANATION").count()
    };
    assert_eq!((kinds(&people.secretary).await, kinds(&people.street).await), (0, 1));
}

#[tokio::test]
async fn contact_data_is_put_right_by_number_and_code_and_search_follows() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, key) = reported(&world).await;
    let query = "query($text: String!) { problems(filter: { text: $text }) { nodes { id } } }";
    let found =
        async || world.data(&people.secretary, query, json!({ "text": "王小明" })).await["problems"]["nodes"].take();
    assert_eq!(found().await, json!([{ "id": problem }]), "a name in the words, and nobody's who reported");
    let correct = async |more: Value| guest(&world, "correctReportContact", with(key.clone(), more)).await;
    correct(json!({ "name": "王小明", "phone": "13900001111" })).await.unwrap();
    assert_eq!(found().await, json!([]), "nothing is found by the reporter's name");
    let row = world.row(&problem).await;
    assert_eq!(row.reporter_phone_hash, Some(world.app.vault.hash("phone", "13900001111")));
    correct(json!({ "name": "王小明" })).await.unwrap();
    assert_eq!(world.row(&problem).await.revision, row.revision, "the same again changes nothing");
    for (more, code) in
        [(json!({}), "REQUIRED"), (json!({ "phone": "x" }), "INVALID_VALUE"), (json!({ "address": "" }), "REQUIRED")]
    {
        assert_eq!(correct(more).await.unwrap_err()["code"], code);
    }
    let input = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "涉诉" });
    world.run(&people.street, "setLegalHold", "problem", input).await.unwrap();
    let refusal = correct(json!({ "name": "李老太" })).await.unwrap_err();
    assert_eq!(refusal["code"], "FORBIDDEN");
    assert!(refusal["message"].as_str().unwrap().contains("askAboutReportData"), "{refusal}");
    assert!(crate::doctor::examine(&world.app.db).await.unwrap().breaks.is_empty());
}
