//! Who sees which whistle, and what of it.

use entity::word::PartyKind;
use serde_json::{Value, json};

use super::world::look;
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, noon, see, with};

async fn listed(world: &World, viewer: &Viewer) -> Vec<String> {
    let seen = world.data(viewer, "{ whistles { nodes { id } } }", json!({})).await;
    let nodes = seen["whistles"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_region_reads_it_and_the_called_and_nobody_else() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    for viewer in [
        &people.secretary,
        &people.street,
        &people.supervisor,
        &people.grid_worker,
        &people.police,
        &people.city,
        &people.property,
    ] {
        assert_eq!(listed(&world, viewer).await, std::slice::from_ref(&whistle), "{:?}", viewer.role);
        assert_eq!(
            look(&world, viewer, &whistle, "id calls { nodes { id } }").await["calls"]["nodes"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
    }
    for viewer in [&people.lawyer, &people.owner, &people.other_property, &people.other_grid_worker, &people.foreign] {
        assert_eq!(listed(&world, viewer).await, Vec::<String>::new(), "{:?}", viewer.role);
        assert_eq!(look(&world, viewer, &whistle, "id").await, Value::Null);
        let call = id(prefix::WHISTLE_CALL, world.calls(&whistle).await[0].id);
        let node = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        assert_eq!(
            world.data(viewer, node, json!({ "ids": [whistle, call] })).await["nodes"],
            json!([null, null]),
            "{:?}",
            viewer.role
        );
    }
    for viewer in [&people.resident, &people.helper] {
        let answer = world.ask(viewer, "{ whistles { nodes { id } } }", json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn missing_and_foreign_whistles_are_the_same() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    let call = id(prefix::WHISTLE_CALL, world.call(&people.police, &whistle).await.id);
    let nobodys = |prefix| id(prefix, world.app.ids.next(noon()));
    let (whistles, calls) = ([whistle, nobodys(prefix::WHISTLE)], [call, nobodys(prefix::WHISTLE_CALL)]);
    for (viewer, name, field, more) in [
        (&people.foreign, "closeWhistle", "whistle", json!({ "expectedRevision": "x" })),
        (&people.foreign, "cancelWhistle", "whistle", json!({ "expectedRevision": "x", "reason": "误" })),
        (
            &people.foreign,
            "callParty",
            "whistle",
            json!({ "party": world.party(PartyKind::Police), "idempotencyKey": "k" }),
        ),
        (&people.foreign, "excuseCall", "call", json!({ "expectedRevision": "x", "reason": "误" })),
        (&people.lawyer, "reportIn", "call", json!({ "expectedRevision": "x", "place": "门口" })),
        (&people.lawyer, "recordWhistleDone", "call", json!({ "expectedRevision": "x", "note": "好" })),
    ] {
        let shown = if name == "callParty" { "call" } else { field };
        let mut answers = vec![];
        for id in if field == "whistle" { &whistles } else { &calls } {
            answers.push(world.run(viewer, name, shown, with(more.clone(), json!({ field: id }))).await.unwrap_err());
        }
        assert_eq!(answers[0]["code"], "NOT_FOUND", "{name}");
        assert_eq!(answers[0], answers[1], "{name}");
    }
    // One that is called answers for itself alone.
    let others = json!({ "call": calls[0], "expectedRevision": "x", "place": "门口" });
    assert_eq!(world.code(&people.city, "reportIn", "call", others).await, "FORBIDDEN");
}

#[tokio::test]
async fn the_feed_holds_what_is_open_of_the_own_organisation() {
    let world = World::new().await;
    let people = &world.people;
    let first = world.blow(&people.secretary, json!({})).await;
    let second = world.blow(&people.street, json!({})).await;
    let feed = async |viewer: &Viewer| {
        let query = "{ viewer { whistleCalls { nodes { status whistle { id } } } } }";
        let seen = world.data(viewer, query, json!({})).await;
        let nodes = seen["viewer"]["whistleCalls"]["nodes"].as_array().unwrap();
        nodes.iter().map(|call| call["whistle"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(feed(&people.police).await, [second.clone(), first.clone()], "the newest first");
    assert_eq!(feed(&people.lawyer).await, Vec::<String>::new());
    world.come(&people.police, &second).await;
    assert_eq!(feed(&people.police).await.len(), 2, "until its part is done");
    world.do_part(&people.police, &second).await;
    assert_eq!(feed(&people.police).await, [first]);
    let filter =
        json!({ "filter": { "party": { "eq": world.party(PartyKind::Police) }, "status": { "eq": "RESPONDING" } } });
    let list = "query($filter: WhistleFilter) { whistles(filter: $filter) { nodes { id } } }";
    let found = world.data(&people.police, list, filter).await;
    assert_eq!(found["whistles"]["nodes"], json!([{ "id": second }]));
    for (filter, count) in [
        (json!({ "party": { "notIn": [world.party(PartyKind::Lawyer)] } }), 2),
        (json!({ "party": { "eq": world.party(PartyKind::Lawyer) } }), 0),
        (json!({ "grounds": { "in": ["EMERGENCY"] } }), 0),
        (json!({ "grounds": { "in": [] } }), 0),
        (json!({ "open": true, "group": { "eq": id(prefix::GROUP, people.secretary.group.unwrap()) } }), 2),
        (json!({ "raisedAt": { "to": "2026-03-02T12:00:00+08:00" } }), 0),
    ] {
        let found = world.data(&people.secretary, list, json!({ "filter": filter })).await;
        assert_eq!(found["whistles"]["nodes"].as_array().unwrap().len(), count, "{filter}");
    }
}

#[tokio::test]
async fn who_is_complained_of_may_be_called_and_learns_nothing_of_who_complained() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let whistle = world.blow(&people.grid_worker, json!({ "problem": problem })).await;
    let everything = "grounds summary place raisedByRole raisedBy { name } allowedActions { action allowed } \
        problem { report reporter { state name } timeline { nodes { type actorName actorRole } } } calls { nodes { status } }";
    let seen = look(&world, &people.property, &whistle, everything).await;
    // Nothing was released to it yet.
    assert_eq!((&seen["problem"], &seen["raisedBy"]), (&Value::Null, &Value::Null));
    world.dispatch(&problem).await;
    let seen = look(&world, &people.property, &whistle, everything).await;
    assert_eq!(seen["problem"]["reporter"], json!({ "state": "WITHHELD", "name": null }));
    assert!(!seen.to_string().contains("测试"), "{seen}");
    world.come(&people.property, &whistle).await;
    world.do_part(&people.property, &whistle).await;
    // Of the office, one who is complained of neither excuses nor closes, and is told no name.
    world.also(&people.secretary, &people.property, None).await;
    let input = world.on_call(&people.police, &whistle, json!({ "reason": "不需" })).await;
    assert_eq!(world.code(&people.secretary, "excuseCall", "call", input).await, "FORBIDDEN");
    for name in ["closeWhistle", "cancelWhistle"] {
        let more = if name == "closeWhistle" { json!({}) } else { json!({ "reason": "误报" }) };
        let input = world.on_whistle(&whistle, more).await;
        let code = world.code(&people.secretary, name, "whistle", input).await;
        assert!(["FORBIDDEN", "INVALID_TRANSITION"].contains(&code.as_str()), "{name} {code}");
    }
    assert_eq!(look(&world, &people.secretary, &whistle, "raisedBy { name }").await["raisedBy"], Value::Null);
    assert!(!look(&world, &people.street, &whistle, "raisedBy { name }").await["raisedBy"].is_null());
}

#[tokio::test]
async fn a_whistle_over_a_problem_that_went_up_is_out_of_the_secretarys_sight() {
    let world = World::new().await;
    let people = &world.people;
    let about = json!({ "concerns": [world.party(PartyKind::PartyBranch)] });
    let problem =
        world.run(&people.resident, "reportProblem", "problem", with(world.complaint(), about)).await.unwrap();
    assert_eq!(see(&world, &people.secretary, &problem, "id").await, Value::Null);
    let whistle = world.blow(&people.street, json!({ "problem": problem })).await;
    assert_eq!(listed(&world, &people.secretary).await, Vec::<String>::new());
    let input = world.on_whistle(&whistle, json!({})).await;
    assert_eq!(world.code(&people.secretary, "closeWhistle", "whistle", input).await, "NOT_FOUND");
    assert_eq!(listed(&world, &people.police).await, std::slice::from_ref(&whistle), "who is called is told");
    world.answer_all(&whistle).await;
    let input = world.on_whistle(&whistle, json!({})).await;
    world.run(&people.street, "closeWhistle", "whistle", input).await.unwrap();
}
