//! Who sees what by a contact release, and for how long.

use chrono::{NaiveDate, TimeDelta};
use entity::word::PartyKind;
use serde_json::{Value, json};

use super::code;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, see, with, without};

const REPORTER: &str = "reporter { state name phone address } allowedActions { action }";

/// A problem of the resident's about nobody, with the property company in the lead and the owners assisting.
async fn led(world: &World) -> String {
    let people = &world.people;
    let input = with(world.complaint(), json!({ "concerns": [] }));
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    world.accept(&problem).await;
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::PropertyManager) },
        "assists": [{ "party": world.party(PartyKind::Owner) }, { "party": world.party(PartyKind::Police) }],
        "reads": [{ "party": world.party(PartyKind::Lawyer) }],
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    problem
}

fn wish(world: &World, problem: &str, party: PartyKind, fields: &[&str]) -> Value {
    json!({
        "problem": problem, "party": world.party(party), "fields": fields, "idempotencyKey": world.key(),
    })
}

async fn release(world: &World, viewer: &Viewer, input: Value) -> Result<String, Value> {
    world.run(viewer, "releaseContact", "release", input).await
}

async fn reporter(world: &World, viewer: &Viewer, problem: &str) -> Value {
    see(world, viewer, problem, REPORTER).await["reporter"].take()
}

fn withheld() -> Value {
    json!({ "state": "WITHHELD", "name": null, "phone": null, "address": null })
}

async fn reveal(world: &World, viewer: &Viewer, problem: &str) -> Value {
    world.wait(TimeDelta::seconds(1));
    let query = "mutation($input: RevealContactInput!) { revealContact(input: $input) {
        contact { name phone address } userErrors { code } } }";
    let input = json!({ "input": { "problem": problem, "purpose": "约时间" } });
    world.data(viewer, query, input).await["revealContact"].take()
}

#[tokio::test]
async fn a_party_sees_what_was_released_and_nothing_else_until_it_ends() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    for viewer in [&people.property, &people.owner, &people.lawyer, &people.other_property] {
        let seen = see(&world, viewer, &problem, REPORTER).await;
        if !seen.is_null() {
            assert_eq!(seen["reporter"], withheld());
            assert!(!seen["allowedActions"].to_string().contains("REVEAL_CONTACT"), "{seen}");
        }
    }
    assert_eq!(reveal(&world, &people.property, &problem).await["userErrors"][0]["code"], "FORBIDDEN");

    let id = release(&world, &people.resident, wish(&world, &problem, PartyKind::PropertyManager, &["PHONE"])).await;
    let id = id.unwrap();
    let seen = see(&world, &people.property, &problem, REPORTER).await;
    let masked = json!({ "state": "MASKED", "name": null, "phone": "139****1111", "address": null });
    assert_eq!(seen["reporter"], masked);
    assert!(seen["allowedActions"].to_string().contains("REVEAL_CONTACT"));
    let told = reveal(&world, &people.property, &problem).await;
    assert_eq!(told["contact"], json!({ "name": null, "phone": "13900001111", "address": null }));
    // The record says what was shown, and the reporter can read it.
    let fields = see(&world, &people.resident, &problem, "disclosures { nodes { fields actorRole purpose } }").await;
    let shown = json!([{ "fields": ["phone"], "actorRole": "PROPERTY_MANAGER", "purpose": "约时间" }]);
    assert_eq!(fields["disclosures"]["nodes"], shown);
    // Nobody else's people see more.
    assert_eq!(reporter(&world, &people.owner, &problem).await, withheld());
    assert_eq!(reporter(&world, &people.lawyer, &problem).await, withheld());
    assert_eq!(reporter(&world, &people.police, &problem).await, withheld(), "not acknowledged");
    assert_eq!(see(&world, &people.other_property, &problem, "id").await, Value::Null);

    world.run(&people.resident, "withdrawContactRelease", "release", json!({ "release": id })).await.unwrap();
    assert_eq!(reporter(&world, &people.property, &problem).await, withheld());
    assert_eq!(reveal(&world, &people.property, &problem).await["userErrors"][0]["code"], "FORBIDDEN");
    let again = world.run(&people.resident, "withdrawContactRelease", "release", json!({ "release": id })).await;
    let error = again.unwrap_err();
    assert_eq!(
        (&error["code"], &error["from"], &error["allowed"]),
        (&json!("INVALID_TRANSITION"), &json!("WITHDRAWN"), &json!([]))
    );
}

#[tokio::test]
async fn a_release_ends_by_itself_after_fourteen_days_at_most() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let until = |days| json!({ "until": (world.app.clock.now() + TimeDelta::days(days)).to_rfc3339() });
    let wish = |days| with(wish(&world, &problem, PartyKind::Owner, &["NAME", "ADDRESS"]), until(days));
    assert_eq!(code(&release(&world, &people.resident, wish(15)).await), "OUT_OF_RANGE");
    assert_eq!(code(&release(&world, &people.resident, wish(-1)).await), "OUT_OF_RANGE");
    let id = release(&world, &people.resident, wish(13)).await.unwrap();
    assert_eq!(code(&release(&world, &people.resident, wish(2)).await), "DUPLICATE");
    let masked = json!({ "state": "MASKED", "name": "测*", "phone": null, "address": null });
    assert_eq!(reporter(&world, &people.owner, &problem).await, masked);
    let told = reveal(&world, &people.owner, &problem).await;
    assert_eq!(told["contact"]["phone"], Value::Null);
    assert_eq!(told["contact"]["address"], "1幢2单元301室");
    // The party sees the release while it holds, the reporter and the office always.
    let list = "contactReleases { nodes { id fields inForce party { kind } organisation { name } } }";
    for (viewer, before, after) in [
        (&people.resident, 1, 1),
        (&people.secretary, 1, 1),
        (&people.owner, 1, 0),
        (&people.property, 0, 0),
        (&people.grid_worker, 0, 0),
    ] {
        let count = |seen: &Value| seen["contactReleases"]["nodes"].as_array().unwrap().len();
        assert_eq!(count(&see(&world, viewer, &problem, list).await), before, "{:?}", viewer.role);
        world.wait(TimeDelta::days(13));
        assert_eq!(count(&see(&world, viewer, &problem, list).await), after, "{:?}", viewer.role);
        world.wait(-TimeDelta::days(13));
    }
    world.wait(TimeDelta::days(13));
    assert_eq!(reporter(&world, &people.owner, &problem).await, withheld());
    let late = world.run(&people.resident, "withdrawContactRelease", "release", json!({ "release": id })).await;
    assert_eq!(late.unwrap_err()["from"], "EXPIRED");
    release(&world, &people.resident, wish(1)).await.unwrap();
    assert_eq!(reporter(&world, &people.owner, &problem).await, masked);
}

#[tokio::test]
async fn only_the_reporter_releases_and_never_to_who_is_complained_of_or_has_no_task() {
    let world = World::new().await;
    let people = &world.people;
    // Complained of, with a task to put things right.
    let about = world.report(&people.resident).await;
    world.accept(&about).await;
    let early = wish(&world, &about, PartyKind::CityManagement, &["NAME"]);
    assert_eq!(code(&release(&world, &people.resident, early).await), "FORBIDDEN", "nobody has a task yet");
    world.dispatch(&about).await;
    let problem = led(&world).await;
    for (viewer, input, expected) in [
        (&people.resident, wish(&world, &about, PartyKind::PropertyManager, &["NAME"]), "FORBIDDEN"),
        (&people.resident, wish(&world, &about, PartyKind::Owner, &["NAME"]), "FORBIDDEN"),
        (&people.resident, wish(&world, &about, PartyKind::Lawyer, &["NAME"]), "FORBIDDEN"),
        (&people.resident, wish(&world, &problem, PartyKind::Owner, &[]), "REQUIRED"),
        (&people.secretary, wish(&world, &problem, PartyKind::Owner, &["NAME"]), "FORBIDDEN"),
        (&people.street, wish(&world, &problem, PartyKind::Owner, &["NAME"]), "FORBIDDEN"),
        (&people.owner, wish(&world, &problem, PartyKind::Owner, &["NAME"]), "FORBIDDEN"),
        (&people.grid_worker, wish(&world, &problem, PartyKind::Owner, &["NAME"]), "FORBIDDEN"),
        (&people.neighbour, wish(&world, &problem, PartyKind::Owner, &["NAME"]), "NOT_FOUND"),
        (&people.foreign, wish(&world, &problem, PartyKind::Owner, &["NAME"]), "NOT_FOUND"),
        (&people.other_property, wish(&world, &problem, PartyKind::Owner, &["NAME"]), "NOT_FOUND"),
    ] {
        let done = release(&world, viewer, input.clone()).await;
        assert_eq!(code(&done), expected, "{:?} {input}", viewer.role);
    }
    let id = release(&world, &people.resident, wish(&world, &problem, PartyKind::Owner, &["NAME"])).await.unwrap();
    for viewer in [&people.secretary, &people.owner] {
        let done = world.run(viewer, "withdrawContactRelease", "release", json!({ "release": id })).await;
        assert_eq!(code(&done), "FORBIDDEN");
    }
    let done = world.run(&people.property, "withdrawContactRelease", "release", json!({ "release": id })).await;
    assert_eq!(code(&done), "NOT_FOUND");
}

#[tokio::test]
async fn a_member_who_was_with_the_party_complained_of_sees_nothing_by_a_release() {
    let world = World::new().await;
    let people = &world.people;
    let about = world.report(&people.resident).await;
    world.accept(&about).await;
    let input = json!({
        "problem": about, "expectedRevision": world.revision(&about).await,
        "lead": { "party": world.party(PartyKind::Lawyer) },
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    let colleague = world.colleague(&people.lawyer).await;
    world.also(&colleague, &people.property, NaiveDate::from_ymd_opt(2025, 12, 1)).await;
    release(&world, &people.resident, wish(&world, &about, PartyKind::Lawyer, &["NAME", "PHONE"])).await.unwrap();
    assert_eq!(reporter(&world, &people.lawyer, &about).await["state"], "MASKED");
    assert_eq!(reporter(&world, &colleague, &about).await, withheld());
    assert_eq!(reveal(&world, &colleague, &about).await["userErrors"][0]["code"], "FORBIDDEN");
    let seen = see(&world, &colleague, &about, "contactReleases { nodes { id } }").await;
    assert_eq!(seen["contactReleases"]["nodes"], json!([]));
}

#[tokio::test]
async fn a_confidential_problem_releases_nothing() {
    let world = World::new().await;
    let people = &world.people;
    let input = with(world.complaint(), json!({ "concerns": [], "confidential": true }));
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    world.accept(&problem).await;
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::Police) },
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    let done = release(&world, &people.resident, wish(&world, &problem, PartyKind::Police, &["NAME"])).await;
    assert_eq!(code(&done), "FORBIDDEN");
}

/// Whoever has the phone number alone must not learn the name by what a text may not hold.
#[tokio::test]
async fn the_name_is_not_told_by_a_refusal_to_who_was_released_the_phone() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    world.acknowledge(&people.property, &problem).await;
    let record = json!({
        "task": world.task(&people.property, &problem).await, "action": "VISIT", "content": "已联系测试11先生",
        "idempotencyKey": world.key(),
    });
    let name: Value = see(&world, &people.resident, &problem, "reporter { name }").await["reporter"]["name"].take();
    let record = with(record, json!({ "content": format!("已联系{}", name.as_str().unwrap()) }));
    release(&world, &people.resident, wish(&world, &problem, PartyKind::PropertyManager, &["PHONE"])).await.unwrap();
    let done = world.run(&people.property, "recordDisposition", "disposition", record.clone()).await;
    assert_eq!(code(&done), "done");
    let other = release(&world, &people.resident, wish(&world, &problem, PartyKind::Owner, &["NAME"])).await;
    other.unwrap();
    world.acknowledge(&people.owner, &problem).await;
    let task = json!({ "task": world.task(&people.owner, &problem).await, "idempotencyKey": world.key() });
    let done = world.run(&people.owner, "recordDisposition", "disposition", with(record, task)).await;
    assert_eq!(code(&done), "PERSONAL_DATA_IN_TEXT");
}

#[tokio::test]
async fn a_key_releases_once() {
    let world = World::new().await;
    let problem = led(&world).await;
    let input = wish(&world, &problem, PartyKind::Owner, &["NAME"]);
    let first = release(&world, &world.people.resident, input.clone()).await.unwrap();
    assert_eq!(release(&world, &world.people.resident, input.clone()).await.unwrap(), first);
    let other = with(without(input, "fields"), json!({ "fields": ["PHONE"] }));
    assert_eq!(code(&release(&world, &world.people.resident, other).await), "IDEMPOTENCY_KEY_REUSED");
}
