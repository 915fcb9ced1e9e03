//! Who is told of what.

use chrono::TimeDelta;
use entity::word::PartyKind;
use entity::{notification, notification_cursor};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::id::{TypeId, prefix};
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with};
use crate::scheduler;

#[tokio::test]
async fn a_problem_on_its_way_tells_each_what_concerns_them_and_nobody_of_their_own_acts() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.tell().await;
    assert_eq!(world.verbs(&people.secretary).await, ["TRIAGE_WANTED"]);
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.tell().await;
    assert_eq!(world.verbs(&people.resident).await, ["PROBLEM_ADVANCED", "PROBLEM_ACCEPTED"]);
    for viewer in [&people.city, &people.property, &people.lawyer] {
        assert_eq!(world.verbs(viewer).await, ["TASK_ASSIGNED"], "{:?}", viewer.role);
    }
    assert_eq!(world.verbs(&people.secretary).await, ["TRIAGE_WANTED"], "it did the rest itself");

    let row = world.row(&problem).await;
    let told = world.told(&people.city).await;
    assert_eq!(told[0]["number"], json!(row.number));
    assert_eq!(told[0]["post"]["id"], json!(id(prefix::APPOINTMENT, people.city.post)));
    assert_eq!(told[0]["readAt"], Value::Null);
    let task = crate::id::parse(&world.task(&people.city, &problem).await, prefix::TASK).unwrap();
    let task = entity::disposition_task::Entity::find_by_id(task).one(&world.app.db).await.unwrap().unwrap();
    let due = task.due_at.unwrap().with_timezone(&crate::clock::OFFSET).format("%Y-%m-%d %H:%M").to_string();
    assert_eq!(told[0]["text"]["zh"], json!(format!("{} 有新任务，时限 {due}", row.number)));
    assert_eq!(told[0]["text"]["en"], json!(format!("{}: there is a new task; due {due}", row.number)));

    for viewer in [&people.city, &people.property] {
        world.acknowledge(viewer, &problem).await;
    }
    world.record(&people.property, &problem).await;
    world.submit(&people.property, &problem).await;
    world.tell().await;
    assert_eq!(world.verbs(&people.grid_worker).await, Vec::<String>::new(), "the lead is not done");
    world.submit(&people.city, &problem).await;
    world.tell().await;
    assert_eq!(world.verbs(&people.grid_worker).await, ["VERIFICATION_WANTED"]);
    assert_eq!(world.verbs(&people.secretary).await, ["VERIFICATION_WANTED", "TRIAGE_WANTED"]);
    world.close(&people.grid_worker, &problem).await;
    world.tell().await;
    assert_eq!(world.verbs(&people.resident).await[0], "PROBLEM_CLOSED");
    assert_eq!(world.told(&people.resident).await[0]["post"], Value::Null, "it is for the person who reported");
    for viewer in [&people.street, &people.police, &people.other_property, &people.neighbour, &people.foreign] {
        assert_eq!(world.verbs(viewer).await, Vec::<String>::new(), "{:?}", viewer.role);
    }
}

#[tokio::test]
async fn who_asks_is_told_of_the_decision_and_who_decides_that_one_is_wanted() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.tell().await;
    let asked = json!({
        "task": world.task(&people.city, &problem).await, "expectedRevision": world.revision(&problem).await,
        "reason": "不属本单位职责",
    });
    let request = world.run(&people.city, "requestReturn", "request", asked).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.secretary).await[0], "DECISION_WANTED");
    assert_eq!(world.verbs(&people.city).await, ["TASK_ASSIGNED"]);
    assert_eq!(world.verbs(&people.property).await, ["TASK_ASSIGNED"]);
    let decided = json!({
        "request": request, "expectedRevision": world.revision(&problem).await, "approve": false, "reason": "请继续办理",
    });
    world.run(&people.secretary, "decideReturn", "request", decided).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.city).await, ["DECIDED", "TASK_ASSIGNED"]);
}

#[tokio::test]
async fn limits_are_reminded_of_to_who_answers_for_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.acknowledge(&people.city, &problem).await;
    world.tell().await;
    for days in [3, 60] {
        world.wait(TimeDelta::days(days));
        scheduler::tick(&world.app).await.unwrap();
        world.tell().await;
    }
    let verbs = world.verbs(&people.city).await;
    assert!(verbs.contains(&"TASK_DUE_SOON".to_owned()) && verbs.contains(&"TASK_OVERDUE".to_owned()), "{verbs:?}");
    let verbs = world.verbs(&people.property).await;
    assert!(!verbs.contains(&"TASK_OVERDUE".to_owned()), "it does not lead: {verbs:?}");
}

#[tokio::test]
async fn who_is_complained_of_is_told_of_no_confidential_problem_and_asked_for_no_decision() {
    let world = World::new().await;
    let people = &world.people;
    // Who holds another post in the company complained of decides on nothing here.
    let other = world.colleague(&people.property).await;
    let secret = with(world.complaint(), json!({ "confidential": true }));
    let problem = world.run(&people.resident, "reportProblem", "problem", secret).await.unwrap();
    world.accept(&problem).await;
    world.tell().await;
    for viewer in [&people.property, &other, &people.grid_worker, &people.supervisor] {
        assert_eq!(world.verbs(viewer).await, Vec::<String>::new(), "{:?}", viewer.role);
    }
    assert_eq!(world.verbs(&people.secretary).await, ["TRIAGE_WANTED"]);

    let world = World::new().await;
    let people = &world.people;
    world.also(&people.secretary, &people.property, None).await;
    world.report(&people.resident).await;
    world.tell().await;
    assert_eq!(
        world.verbs(&people.secretary).await,
        Vec::<String>::new(),
        "the person is complained of in another post"
    );
}

#[tokio::test]
async fn a_concerned_convenors_problem_is_for_the_street() {
    let world = World::new().await;
    let people = &world.people;
    let about = with(world.complaint(), json!({ "concerns": [world.party(PartyKind::PartyBranch)] }));
    world.run(&people.resident, "reportProblem", "problem", about).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.secretary).await, Vec::<String>::new());
    assert_eq!(world.verbs(&people.street).await[0], "TRIAGE_WANTED");
}

#[tokio::test]
async fn a_whistle_tells_those_it_calls() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.whistle().await;
    world.tell().await;
    for viewer in [&people.police, &people.city] {
        let told = world.told(viewer).await;
        assert_eq!((&told[0]["kind"], &told[0]["number"]), (&json!("WHISTLE_CALLED"), &Value::Null));
        assert!(told[0]["text"]["zh"].as_str().unwrap().starts_with("吹哨，请到场报到，时限 2026-"), "{told:?}");
    }
    for viewer in [&people.lawyer, &people.secretary, &people.foreign] {
        assert_eq!(world.verbs(viewer).await, Vec::<String>::new(), "{:?}", viewer.role);
    }
    world.wait(TimeDelta::minutes(31));
    scheduler::tick(&world.app).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.police).await[0], "WHISTLE_UNANSWERED");
    assert_eq!(world.verbs(&people.secretary).await, ["WHISTLE_UNANSWERED", "WHISTLE_UNANSWERED"], "of each call");
    let row = {
        let id = crate::id::parse(&whistle, prefix::WHISTLE).unwrap();
        entity::whistle::Entity::find_by_id(id).one(&world.app.db).await.unwrap().unwrap()
    };
    let cancel = json!({
        "whistle": whistle, "reason": "误报",
        "expectedRevision": crate::read::revision::show(&world.app.vault, row.id, row.revision),
    });
    world.run(&people.secretary, "cancelWhistle", "whistle", cancel).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.city).await[0], "WHISTLE_ENDED");
}

#[tokio::test]
async fn a_whistle_of_the_streets_is_the_streets_when_nobody_comes() {
    let world = World::new().await;
    let people = &world.people;
    let about = with(world.complaint(), json!({ "concerns": [world.party(PartyKind::PartyBranch)] }));
    let problem = world.run(&people.resident, "reportProblem", "problem", about).await.unwrap();
    let input = json!({
        "problem": problem, "grounds": "PUBLIC_SAFETY", "summary": "请到场处置。", "idempotencyKey": world.key(),
        "calls": [{ "party": world.party(PartyKind::Police) }],
    });
    world.run(&people.street, "raiseWhistle", "whistle", input).await.unwrap();
    world.wait(TimeDelta::minutes(31));
    scheduler::tick(&world.app).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.street).await[0], "WHISTLE_UNANSWERED");
    assert_eq!(world.verbs(&people.secretary).await, Vec::<String>::new());
    let trail = "{ auditTrail(first: 100) { nodes { type } } }";
    let unanswered = json!({ "type": "whistle.unanswered" });
    let seen = world.data(&people.street, trail, json!({})).await;
    assert!(seen["auditTrail"]["nodes"].as_array().unwrap().contains(&unanswered), "{seen}");
    let seen = world.data(&people.secretary, trail, json!({})).await;
    assert!(!seen["auditTrail"]["nodes"].as_array().unwrap().contains(&unanswered), "who is complained of: {seen}");
}

#[tokio::test]
async fn an_appeal_is_for_the_street() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let reason = async |reason: &str| json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": reason });
    world.run(&people.secretary, "declineProblem", "problem", reason("不属本组职责").await).await.unwrap();
    world.tell().await;
    world.run(&people.resident, "appealProblem", "problem", reason("确属小区公共部位").await).await.unwrap();
    world.tell().await;
    assert_eq!(world.verbs(&people.street).await, ["TRIAGE_WANTED"]);
    assert_eq!(world.verbs(&people.secretary).await, ["TRIAGE_WANTED"], "of the report, and not again");
}

#[tokio::test]
async fn who_follows_another_report_hears_how_it_goes_and_nothing_of_its_reporter() {
    let world = World::new().await;
    let people = &world.people;
    let (first, second, third) =
        (world.report(&people.neighbour).await, world.report(&people.owner).await, world.handled().await);
    for (problem, into) in [(&first, &second), (&second, &third)] {
        let revision = world.revision(problem).await;
        let input = json!({ "problem": problem, "expectedRevision": revision, "into": into, "reason": "同一件事" });
        world.run(&people.secretary, "mergeProblem", "problem", input).await.unwrap();
    }
    let asked = json!({ "problem": third, "expectedRevision": world.revision(&third).await, "reason": "已自行解决" });
    let request = world.run(&people.resident, "requestWithdrawal", "request", asked).await.unwrap();
    let revision = world.revision(&third).await;
    let refused = json!({ "request": request, "expectedRevision": revision, "approve": false, "reason": "尚需核实" });
    world.run(&people.secretary, "decideWithdrawal", "request", refused).await.unwrap();
    world.close(&people.secretary, &third).await;
    world.tell().await;
    for viewer in [&people.neighbour, &people.owner] {
        let verbs = world.verbs(viewer).await;
        assert_eq!(verbs[0], "PROBLEM_CLOSED", "at the end of the way: {verbs:?}");
        assert!(!verbs.contains(&"DECIDED".to_owned()), "{verbs:?}");
    }
    assert!(world.verbs(&people.resident).await.contains(&"DECIDED".to_owned()));
}

#[tokio::test]
async fn what_was_made_is_not_made_again() {
    let world = World::new().await;
    world.handled().await;
    world.whistle().await;
    world.tell().await;
    let count = notification::Entity::find().count(&world.app.db).await.unwrap();
    assert!(count > 8, "{count}");
    // As if the server had ended before it noted how far it had come.
    let start = notification_cursor::ActiveModel { id: Unchanged(1), position: Set(0) };
    notification_cursor::Entity::update(start).exec(&world.app.db).await.unwrap();
    world.tell().await;
    // Those who verify are told while it is awaited, the others as the tasks are now: the same, once.
    assert_eq!(notification::Entity::find().count(&world.app.db).await.unwrap(), count);
}

async fn mark(world: &World, viewer: &Viewer, input: Value) -> Value {
    let query = "mutation($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { marked userErrors { code path } } }";
    let mut answer = world.ask(viewer, query, json!({ "input": input })).await;
    if answer.get("errors").is_some() {
        answer["errors"][0].take()
    } else {
        answer["data"]["markNotificationsRead"].take()
    }
}

#[tokio::test]
async fn read_is_marked_once_and_for_oneself() {
    let world = World::new().await;
    let people = &world.people;
    world.handled().await;
    world.tell().await;
    let told = world.told(&people.resident).await;
    assert!(told.len() >= 2);
    let newest = told[0]["id"].clone();
    let done = |count: usize| json!({ "marked": count, "userErrors": [] });
    assert_eq!(mark(&world, &people.resident, json!({ "ids": [newest] })).await, done(1));
    assert_eq!(mark(&world, &people.resident, json!({ "ids": [newest] })).await, done(0), "twice does no harm");
    let unread = "{ viewer { notifications(filter: { unread: true }) { nodes { id } totalCount { value } } } }";
    let seen = world.data(&people.resident, unread, json!({})).await;
    assert_eq!(seen["viewer"]["notifications"]["totalCount"]["value"], json!(told.len() - 1));
    assert!(!seen.to_string().contains(newest.as_str().unwrap()));

    // Another's, and one that is not there, are the same.
    let missing = TypeId(prefix::NOTIFICATION, uuid::Uuid::from_u128(7)).to_string();
    let refused = json!({ "marked": null, "userErrors": [{ "code": "NOT_FOUND", "path": ["input", "ids", "0"] }] });
    assert_eq!(mark(&world, &people.secretary, json!({ "ids": [newest] })).await, refused);
    assert_eq!(mark(&world, &people.secretary, json!({ "ids": [missing] })).await, refused);
    let wrong = json!({ "ids": [id(prefix::PROBLEM, uuid::Uuid::from_u128(7))] });
    assert_eq!(mark(&world, &people.secretary, wrong).await["userErrors"][0]["code"], "INVALID_ID");
    assert_eq!(mark(&world, &people.secretary, json!({ "ids": [] })).await["userErrors"][0]["code"], "OUT_OF_RANGE");
    for input in [json!({}), json!({ "ids": [newest], "upTo": "2026-03-02T12:00:00+08:00" })] {
        assert!(mark(&world, &people.resident, input).await["extensions"]["code"].is_string(), "exactly one");
    }

    let oldest = told.last().unwrap();
    assert_eq!(mark(&world, &people.resident, json!({ "upTo": oldest["createdAt"] })).await, done(1));
    assert_eq!(mark(&world, &people.resident, json!({ "upTo": told[0]["createdAt"] })).await, done(told.len() - 2));
    assert_eq!(mark(&world, &people.resident, json!({ "upTo": told[0]["createdAt"] })).await, done(0));
    assert!(world.told(&people.resident).await.iter().all(|row| row["readAt"].is_string()));
    assert!(world.told(&people.city).await.iter().all(|row| row["readAt"].is_null()), "others' stay unread");
}
