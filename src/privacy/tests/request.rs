//! What people ask about their data.

use chrono::TimeDelta;
use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{closed, hold, is_broken, is_whole, places_of, text};
use crate::event::Kind;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, with};
use crate::scheduler;

async fn ask(world: &World, viewer: &Viewer, more: Value) -> Result<String, Value> {
    let input = json!({ "kind": "DELETION", "content": "请删除我王小明的资料", "idempotencyKey": world.key() });
    world.run(viewer, "askAboutMyData", "request", with(input, more)).await
}

async fn see(world: &World, viewer: &Viewer, request: &str) -> Value {
    let query = "query($id: ID!) { subjectRequest(id: $id) { kind status content overdue answer refusal revision person { name } problem { id } } }";
    world.data(viewer, query, json!({ "id": request })).await["subjectRequest"].take()
}

/// An input about a request as it is.
async fn on(world: &World, viewer: &Viewer, request: &str, more: Value) -> Value {
    let seen = see(world, viewer, request).await;
    with(json!({ "subjectRequest": request, "expectedRevision": seen["revision"] }), more)
}

#[tokio::test]
async fn a_deletion_is_answered_once_something_was_erased_for_it() {
    let world = World::new().await;
    let (resident, secretary, street) = (&world.people.resident, &world.people.secretary, &world.people.street);
    let problem = closed(&world).await;
    let request = ask(&world, resident, json!({ "problem": problem })).await.unwrap();
    let answer = async |viewer: &Viewer, more: Value| {
        let input = on(&world, viewer, &request, with(json!({ "answer": "已按您的请求办理。" }), more)).await;
        world.run(viewer, "answerSubjectRequest", "request", input).await
    };
    assert_eq!(answer(secretary, json!({})).await.unwrap_err()["code"], "FORBIDDEN", "nothing was erased");
    let erasing = json!({
        "problem": problem, "basis": "SUBJECT_REQUEST", "subjectRequest": request,
        "expectedRevision": world.revision(&problem).await,
    });
    world.run(street, "eraseData", "problem", erasing).await.unwrap();
    answer(secretary, json!({})).await.unwrap();
    let refusal = answer(secretary, json!({})).await.unwrap_err();
    assert_eq!((&refusal["code"], &refusal["from"]), (&json!("INVALID_TRANSITION"), &json!("ANSWERED")));
    assert_eq!(refusal["allowed"], json!([]));
    let own = "{ viewer { subjectRequests { nodes { id status answer refusal } } } }";
    let seen = world.data(resident, own, json!({})).await;
    let told = json!([{ "id": request, "status": "ANSWERED", "answer": "已按您的请求办理。", "refusal": null }]);
    assert_eq!(seen["viewer"]["subjectRequests"]["nodes"], told);
    is_whole(&world).await;
}

#[tokio::test]
async fn it_can_be_refused_on_a_ground_and_withdrawn_by_who_asked() {
    let world = World::new().await;
    let (resident, secretary, street) = (&world.people.resident, &world.people.secretary, &world.people.street);
    let problem = world.report(resident).await;
    hold(&world, street, &problem, json!({})).await.unwrap();
    let request = ask(&world, resident, json!({ "problem": problem })).await.unwrap();
    let more = json!({ "answer": "问题仍在办理，可向上级投诉。", "refusal": "STILL_HANDLED" });
    let input = on(&world, secretary, &request, more).await;
    let stale = with(input.clone(), json!({ "expectedRevision": "stale" }));
    assert_eq!(world.code(secretary, "answerSubjectRequest", "request", stale).await, "REVISION_CONFLICT");
    world.run(secretary, "answerSubjectRequest", "request", input).await.unwrap();
    let seen = see(&world, resident, &request).await;
    assert_eq!((&seen["status"], &seen["refusal"]), (&json!("REFUSED"), &json!("STILL_HANDLED")));
    let other = ask(&world, resident, json!({ "kind": "ACCESS" })).await.unwrap();
    let input = on(&world, secretary, &other, json!({})).await;
    assert_eq!(world.code(secretary, "withdrawSubjectRequest", "request", input).await, "FORBIDDEN");
    let input = on(&world, resident, &other, json!({})).await;
    world.run(resident, "withdrawSubjectRequest", "request", input.clone()).await.unwrap();
    let again = world.run(resident, "withdrawSubjectRequest", "request", input).await.unwrap_err();
    assert_eq!((&again["code"], &again["from"]), (&json!("INVALID_TRANSITION"), &json!("WITHDRAWN")));
    let own = ask(&world, secretary, json!({ "kind": "EXPLANATION" })).await.unwrap();
    let input = on(&world, secretary, &own, json!({ "answer": "自己答复自己" })).await;
    assert_eq!(world.code(secretary, "answerSubjectRequest", "request", input).await, "FORBIDDEN");
}

#[tokio::test]
async fn nobody_but_the_person_and_who_answers_sees_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = closed(&world).await;
    let about = ask(&world, &people.resident, json!({ "problem": problem })).await.unwrap();
    let plain = ask(&world, &people.resident, json!({})).await.unwrap();
    for viewer in
        [&people.supervisor, &people.police, &people.property, &people.grid_worker, &people.neighbour, &people.foreign]
    {
        for request in [&about, &plain] {
            assert_eq!(see(&world, viewer, request).await, json!(null), "{:?}", viewer.role);
        }
    }
    for viewer in [&people.secretary, &people.street] {
        assert_eq!(see(&world, viewer, &about).await["person"], json!(null), "it would tell who reported");
        assert_ne!(see(&world, viewer, &about).await["content"], json!(null));
    }
    // A problem about the secretary is the street's, and so is what is asked about it.
    let concerned = with(world.complaint(), json!({ "concerns": [world.party(entity::word::PartyKind::PartyBranch)] }));
    let problem = world.run(&people.resident, "reportProblem", "problem", concerned).await.unwrap();
    let about = ask(&world, &people.resident, json!({ "problem": problem })).await.unwrap();
    assert_eq!(see(&world, &people.secretary, &about).await, json!(null));
    assert_eq!(see(&world, &people.street, &about).await["status"], "RECEIVED");
    let again = ask(&world, &people.resident, json!({ "problem": problem })).await.unwrap_err();
    assert_eq!((&again["code"], &again["path"]), (&json!("DUPLICATE"), &json!(["input", "kind"])));
    let unknown = json!({ "problem": "problem_00000000000000000000000000" });
    assert_eq!(ask(&world, &people.resident, unknown).await.unwrap_err()["code"], "NOT_FOUND");
    assert_eq!(ask(&world, &people.street, json!({})).await.unwrap_err()["code"], "REQUIRED", "which community");
    assert_eq!(
        ask(&world, &people.street, json!({ "communityCode": "321181402000" })).await.unwrap_err()["code"],
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn it_is_due_in_fifteen_working_days_and_reminded_of_once() {
    let world = World::new().await;
    let (resident, secretary) = (&world.people.resident, &world.people.secretary);
    let request = ask(&world, resident, json!({})).await.unwrap();
    let row = entity::subject_request::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    // 2 March 2026 is a Monday; three weeks without a holiday follow.
    assert_eq!(crate::clock::day(row.due_at).to_string(), "2026-03-23");
    let overdue = "{ subjectRequests(filter: { overdue: true }) { nodes { id overdue } } }";
    world.app.clock.stop_at(row.due_at);
    scheduler::tick(&world.app).await.unwrap();
    assert_eq!(world.data(secretary, overdue, json!({})).await["subjectRequests"]["nodes"], json!([]));
    world.app.clock.stop_at(row.due_at + TimeDelta::seconds(1));
    for _ in 0..2 {
        scheduler::tick(&world.app).await.unwrap();
    }
    let told = event::Entity::find().filter(event::Column::Kind.eq(Kind::SubjectRequestOverdue.name()));
    assert_eq!(told.count(&world.app.db).await.unwrap(), 1);
    let listed = world.data(secretary, overdue, json!({})).await;
    assert_eq!(listed["subjectRequests"]["nodes"], json!([{ "id": request, "overdue": true }]));
    let others = world.data(resident, overdue, json!({})).await;
    assert_eq!(others["subjectRequests"]["nodes"], json!([]), "who answers none has none");
}

#[tokio::test]
async fn its_words_are_committed_to_and_can_be_redacted() {
    let world = World::new().await;
    let request = ask(&world, &world.people.resident, json!({})).await.unwrap();
    is_whole(&world).await;
    let secretary = &world.people.secretary;
    let asked = text(&world, &request, "content");
    let asked = world.run(secretary, "askForRedaction", "redaction", asked).await.unwrap();
    let input = json!({ "redaction": asked, "approve": true });
    world.run(&world.people.street, "decideRedaction", "redaction", input).await.unwrap();
    assert_eq!(places_of(&world.app.db, "请删除我王小明的资料").await, Vec::<String>::new());
    is_whole(&world).await;
    is_broken(&world, "UPDATE subject_request SET content = '改了'").await;
}
