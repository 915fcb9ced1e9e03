//! Who knows of a mediation, and what of it.

use serde_json::{Value, json};

use super::{Stage, Story, dispute};
use crate::policy::Viewer;
use crate::problem::tests::world::World;

const ALL: &str = "status kind matter openedAt dueOn overdue endedAt form remedies problemSummary dossierComplete
    mediator { id } agreement { content obligations { nodes { content } } } sides { nodes { number } }
    sessions { nodes { place notes attendees { number } } } statements { nodes { content side { number } } } problem { id }";

/// A mediation with something of everything, agreed.
async fn whole<'a>(world: &'a World, problem: &str) -> Story<'a> {
    let people = &world.people;
    let story = Story::open(world, problem).await.to(Stage::Mediating).await;
    let said = story.creation(json!({ "content": "甲方说：我没有错，301室，13812341234" }));
    story.act(&people.resident, "addStatement", said).await;
    let said = story.creation(json!({ "side": story.sides().await[1], "content": "乙方说：赔我" }));
    story.act(&people.lawyer, "addStatement", said).await;
    let notes =
        json!({ "session": story.session().await, "attendees": story.sides().await, "notes": "笔录：双方争吵" });
    story.act(&people.lawyer, "recordMediationSession", notes).await;
    let input = story.agreement("ORAL").await;
    story.act(&people.lawyer, "recordAgreement", input).await;
    story
}

fn holds(seen: &Value, words: &[&str]) -> Vec<bool> {
    let text = seen.to_string();
    words.iter().map(|word| text.contains(word)).collect()
}

const WORDS: [&str; 5] = ["甲方说", "乙方说", "笔录", "社区调解室", "赔偿800元"];

#[tokio::test]
async fn notes_are_the_mediators_statements_the_sides_own_and_the_office_reads_the_agreement() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = whole(&world, &problem).await;
    for (viewer, expected) in [
        (&people.lawyer, [true, true, true, true, true]),
        (&people.resident, [true, false, false, true, true]),
        (&people.secretary, [false, false, false, false, true]),
        (&people.street, [false, false, false, false, true]),
    ] {
        let seen = story.see(viewer, ALL).await;
        assert_eq!(holds(&seen, &WORDS), expected, "{:?} {seen}", viewer.role);
        assert_eq!(seen["problem"].is_null(), viewer.user == people.lawyer.user, "{:?}", viewer.role);
        let briefed = viewer.user != people.resident.user;
        assert_eq!(seen["problemSummary"].is_null(), !briefed, "{:?}", viewer.role);
        assert_eq!(seen["dossierComplete"].is_null(), viewer.user != people.lawyer.user, "{:?}", viewer.role);
    }
    // Another mediator reads what the sides said, and not the notes of the one before.
    let input = story
        .input(json!({ "mediator": crate::id::TypeId(crate::id::prefix::APPOINTMENT, people.police.post).to_string() }))
        .await;
    story.act(&people.secretary, "appointMediator", input).await;
    let seen = story.see(&people.police, ALL).await;
    assert_eq!(holds(&seen, &WORDS), [true, true, false, true, true]);
    let notes = json!({ "session": story_session(&story, &people.police).await, "attendees": [], "notes": "改写" });
    assert_eq!(world.code(&people.police, "recordMediationSession", "session", notes).await, "INVALID_VALUE");
    let seen = story.see(&people.lawyer, ALL).await;
    assert_eq!(seen, Value::Null);
}

async fn story_session(story: &Story<'_>, viewer: &Viewer) -> String {
    let seen = story.see(viewer, "sessions { nodes { id } }").await;
    seen["sessions"]["nodes"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_else_knows_that_there_is_one() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(entity::word::PartyKind::CityManagement) },
        "assists": [{ "party": world.party(entity::word::PartyKind::PropertyManager) }],
        "reads": [{ "party": world.party(entity::word::PartyKind::Police) }],
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    let story = whole(&world, &problem).await;
    let query = "query($id: ID!, $mediation: ID!) {
        node(id: $mediation) { id } mediations { totalCount { value } } viewer { mediations { nodes { id } } }
        problem(id: $id) { mediations { nodes { id } } timeline(first: 100) { nodes { type } } }
        auditTrail(first: 100) { nodes { type subject } } }";
    let variables = || json!({ "id": problem, "mediation": story.mediation });
    for viewer in [
        &people.supervisor,
        &people.police,
        &people.city,
        &people.property,
        &people.owner,
        &people.grid_worker,
        &people.helper,
        &people.neighbour,
        &people.foreign,
    ] {
        let seen = world.data(viewer, query, variables()).await;
        assert_eq!(seen["mediations"]["totalCount"]["value"], 0, "{:?}", viewer.role);
        assert!(!seen.to_string().contains("mediation."), "{:?} {seen}", viewer.role);
        assert!(!seen.to_string().contains("mediation_"), "{:?} {seen}", viewer.role);
    }
    // The office knows what happened to it, by whose role, and not what was said there.
    let seen = world.data(&people.secretary, query, variables()).await;
    let text = seen["problem"].to_string();
    assert!(text.contains("mediation.opened") && text.contains("mediation.agreed"), "{text}");
    for hidden in ["statementAdded", "sessionCalled", "sessionRecorded", "dossierChecked"] {
        assert!(!seen.to_string().contains(hidden), "{hidden} {seen}");
    }
    let names = world
        .data(
            &people.secretary,
            "query($id: ID!) { problem(id: $id) { timeline(first: 100) { nodes { type actorName } } } }",
            variables_of(&problem),
        )
        .await;
    for entry in names["problem"]["timeline"]["nodes"].as_array().unwrap() {
        let of_mediation = entry["type"].as_str().unwrap().starts_with("mediation.");
        assert!(!of_mediation || entry["actorName"].is_null(), "{entry}");
    }
    // The side and the mediator find it without looking for it.
    for viewer in [&people.resident, &people.lawyer] {
        let own = world
            .data(viewer, "{ viewer { mediations { nodes { id } } } mediations { nodes { id } } }", json!({}))
            .await;
        assert_eq!(own["viewer"]["mediations"]["nodes"], json!([{ "id": story.mediation }]), "{:?}", viewer.role);
        assert_eq!(own["mediations"]["nodes"], json!([{ "id": story.mediation }]), "{:?}", viewer.role);
    }
    let seen = world.data(&people.resident, query, variables()).await;
    assert!(!seen["problem"]["timeline"].to_string().contains("mediation."), "{seen}");
}

fn variables_of(problem: &str) -> Value {
    json!({ "id": problem })
}

#[tokio::test]
async fn who_is_complained_of_opens_no_mediation_and_knows_of_none() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await;
    // The secretary's other post is with the property company, which is complained of in another problem.
    world.also(&people.secretary, &people.property, None).await;
    let about = world.report(&people.resident).await;
    let acceptance = world.acceptance(&about).await;
    world.run(&people.street, "acceptProblem", "problem", acceptance).await.unwrap();
    let input = super::opening(&world, &about);
    assert_eq!(world.code(&people.secretary, "openMediation", "mediation", input.clone()).await, "FORBIDDEN");
    let opened = world.run(&people.street, "openMediation", "mediation", input).await.unwrap();
    let list = "{ mediations { nodes { id } } }";
    let seen = world.data(&people.secretary, list, json!({})).await;
    assert_eq!(seen["mediations"]["nodes"], json!([{ "id": story.mediation }]));
    let seen = world.data(&people.street, list, json!({})).await;
    assert_eq!(seen["mediations"]["nodes"], json!([{ "id": opened }, { "id": story.mediation }]));
}
