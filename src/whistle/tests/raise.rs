//! Blowing a whistle: who may, where, for what, and whom it calls.

use chrono::NaiveDate;
use entity::party_seat;
use entity::word::PartyKind;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::world::look;
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{COMMUNITY, World, id, noon, with, without};

#[tokio::test]
async fn the_same_key_blows_once() {
    let world = World::new().await;
    let secretary = &world.people.secretary;
    let input = world.alarm();
    let first = world.run(secretary, "raiseWhistle", "whistle", input.clone()).await.unwrap();
    assert_eq!(world.run(secretary, "raiseWhistle", "whistle", input.clone()).await.unwrap(), first);
    let other = with(input, json!({ "grounds": "EMERGENCY" }));
    assert_eq!(world.code(secretary, "raiseWhistle", "whistle", other).await, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(world.calls(&first).await.len(), 3);
}

#[tokio::test]
async fn what_a_role_has_no_part_in_is_unknown_to_it() {
    let world = World::new().await;
    let people = &world.people;
    for viewer in [&people.police, &people.property, &people.lawyer, &people.owner, &people.resident, &people.helper] {
        assert_eq!(world.code(viewer, "raiseWhistle", "whistle", world.alarm()).await, "VALIDATION_FAILED");
    }
    let coming = json!({ "call": "whistlecall_00000000000000000000000000", "expectedRevision": "x", "place": "x" });
    for viewer in [&people.secretary, &people.grid_worker, &people.supervisor, &people.resident, &people.helper] {
        assert_eq!(world.code(viewer, "reportIn", "call", coming.clone()).await, "VALIDATION_FAILED");
    }
    // The county knows the words, for problems of a concerned street, and has no say on others.
    let more = json!({ "communityCode": COMMUNITY.to_string() });
    assert_eq!(world.code(&people.supervisor, "raiseWhistle", "whistle", with(world.alarm(), more)).await, "FORBIDDEN");
    let narrowed = Viewer { scopes: crate::policy::Scopes::parse("whistle:read"), ..people.secretary.clone() };
    assert_eq!(world.code(&narrowed, "raiseWhistle", "whistle", world.alarm()).await, "VALIDATION_FAILED");
}

#[tokio::test]
async fn each_part_of_it_is_checked() {
    let world = World::new().await;
    let secretary = &world.people.secretary;
    let party = |kind| json!({ "party": world.party(kind) });
    let foreign = id(prefix::BUILDING, world.app.ids.next(noon()));
    for (more, code) in [
        (json!({ "summary": " " }), "REQUIRED"),
        (json!({ "summary": "字".repeat(2001) }), "TOO_LONG"),
        (json!({ "summary": "找301室的住户，电话13812341234" }), "PERSONAL_DATA_IN_TEXT"),
        (json!({ "place": "1幢2单元301室" }), "PERSONAL_DATA_IN_TEXT"),
        (json!({ "calls": [] }), "OUT_OF_RANGE"),
        (json!({ "calls": vec![party(PartyKind::Police); 21] }), "OUT_OF_RANGE"),
        (json!({ "calls": [party(PartyKind::Police), party(PartyKind::Police)] }), "DUPLICATE"),
        (json!({ "calls": [{}] }), "INVALID_VALUE"),
        (json!({ "calls": [party(PartyKind::PartyBranch)] }), "INVALID_VALUE"),
        (json!({ "calls": [{ "party": id(prefix::PARTY, world.app.ids.next(noon())) }] }), "NOT_FOUND"),
        (json!({ "calls": [{ "seat": id(prefix::SEAT, world.app.ids.next(noon())) }] }), "NOT_FOUND"),
        (json!({ "building": foreign }), "NOT_FOUND"),
        (json!({ "grid": id(prefix::GRID, world.other_grid) }), "INVALID_VALUE"),
        (json!({ "communityCode": "321181402002" }), "INVALID_VALUE"),
        (json!({ "problem": id(prefix::PROBLEM, world.app.ids.next(noon())) }), "NOT_FOUND"),
    ] {
        let input = with(world.alarm(), more.clone());
        let code_of = if code == "INVALID_VALUE" && more.get("communityCode").is_some() { "NOT_FOUND" } else { code };
        assert_eq!(world.code(secretary, "raiseWhistle", "whistle", input).await, code_of, "{more}");
    }
    let nowhere = without(without(world.alarm(), "building"), "place");
    assert_eq!(world.code(secretary, "raiseWhistle", "whistle", nowhere.clone()).await, "REQUIRED");
    let street = &world.people.street;
    let somewhere = with(nowhere, json!({ "place": "河边", "calls": [party(PartyKind::Police)] }));
    assert_eq!(world.code(street, "raiseWhistle", "whistle", somewhere.clone()).await, "REQUIRED", "which community");
    let somewhere = with(somewhere, json!({ "communityCode": COMMUNITY.to_string() }));
    assert!(world.code(street, "raiseWhistle", "whistle", somewhere).await.starts_with("done"));
}

#[tokio::test]
async fn the_office_may_let_a_text_through_with_a_reason_that_is_kept() {
    let world = World::new().await;
    let people = &world.people;
    let told = json!({ "summary": "消防控制室电话13812341234", "overrideReason": "公开的值班电话" });
    let input = with(world.alarm(), told.clone());
    assert_eq!(world.code(&people.grid_worker, "raiseWhistle", "whistle", input).await, "PERSONAL_DATA_IN_TEXT");
    world.blow(&people.secretary, told).await;
    let seen = world.data(&people.secretary, "{ auditTrail(first: 9) { nodes { type } } }", json!({})).await;
    assert!(seen.to_string().contains("whistle.textOverridden"), "{seen}");
}

#[tokio::test]
async fn a_grid_worker_blows_it_in_the_own_grid_alone() {
    let world = World::new().await;
    let people = &world.people;
    let elsewhere = with(without(world.alarm(), "building"), json!({ "grid": id(prefix::GRID, world.other_grid) }));
    assert_eq!(world.code(&people.grid_worker, "raiseWhistle", "whistle", elsewhere).await, "FORBIDDEN");
    assert_eq!(world.code(&people.other_grid_worker, "raiseWhistle", "whistle", world.alarm()).await, "FORBIDDEN");
    let calls = json!([{ "party": world.party(PartyKind::Police) }]);
    let here = with(without(world.alarm(), "building"), json!({ "calls": calls }));
    let whistle = world.run(&people.grid_worker, "raiseWhistle", "whistle", here).await.unwrap();
    assert_eq!(world.whistle_row(&whistle).await.grid_id, Some(world.grid), "by default");
    let micro =
        with(without(world.alarm(), "building"), json!({ "grid": id(prefix::GRID, world.micro_grid), "calls": calls }));
    world.run(&people.grid_worker, "raiseWhistle", "whistle", micro).await.unwrap();
    assert_eq!(look(&world, &people.other_grid_worker, &whistle, "id").await, Value::Null);
}

#[tokio::test]
async fn the_seat_that_covers_the_place_is_called() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    let organisations: Vec<_> = world.calls(&whistle).await.iter().map(|call| Some(call.organisation_id)).collect();
    assert!(organisations.contains(&people.property.organisation));
    assert_eq!(look(&world, &people.other_property, &whistle, "id").await, Value::Null, "of another compound");
    // Named itself, a seat must cover the place too.
    let seats =
        party_seat::Entity::find().filter(party_seat::Column::OrganisationId.eq(people.other_property.organisation));
    let seat = seats.one(&world.app.db).await.unwrap().unwrap();
    let named = json!({ "calls": [{ "seat": id(prefix::SEAT, seat.id) }] });
    let input = with(world.alarm(), named.clone());
    assert_eq!(world.code(&people.secretary, "raiseWhistle", "whistle", input).await, "INVALID_VALUE");
    let both =
        json!({ "calls": [{ "seat": id(prefix::SEAT, seat.id), "party": world.party(PartyKind::PropertyManager) }] });
    assert_eq!(
        world.code(&people.secretary, "raiseWhistle", "whistle", with(world.alarm(), both)).await,
        "INVALID_VALUE"
    );
    // Where no compound is said, several seats of one party need to be told apart.
    let anywhere = without(world.alarm(), "building");
    assert_eq!(world.code(&people.secretary, "raiseWhistle", "whistle", anywhere.clone()).await, "INVALID_VALUE");
    let whistle = world.run(&people.secretary, "raiseWhistle", "whistle", with(anywhere, named)).await.unwrap();
    assert_eq!(look(&world, &people.other_property, &whistle, "id").await["id"], json!(whistle));

    // A seat that has ended answers no call of it any more, and reads nothing of it.
    let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let ended = party_seat::ActiveModel { id: Unchanged(seat.id), ended_on: Set(Some(day)), ..Default::default() };
    ended.update(&world.app.db).await.unwrap();
    assert_eq!(look(&world, &people.other_property, &whistle, "id").await, Value::Null);
    let input = world.on_call(&people.other_property, &whistle, json!({ "place": "门口" })).await;
    assert_eq!(world.code(&people.other_property, "reportIn", "call", input).await, "NOT_FOUND");
}

#[tokio::test]
async fn a_group_that_is_not_active_calls_nobody() {
    let world = World::new().await;
    let people = &world.people;
    let group = id(prefix::GROUP, people.secretary.group.unwrap());
    let read = "query($id: ID!) { linkageGroup(id: $id) { revision } }";
    let seen = world.data(&people.secretary, read, json!({ "id": group })).await;
    let input = json!({ "group": group, "expectedRevision": seen["linkageGroup"]["revision"] });
    let whistle = world.blow(&people.secretary, json!({})).await;
    world.run(&people.secretary, "dissolveGroup", "linkageGroup", input).await.unwrap();
    assert_eq!(world.code(&people.secretary, "raiseWhistle", "whistle", world.alarm()).await, "NO_ACTIVE_GROUP");
    let more = json!({ "whistle": whistle, "party": world.party(PartyKind::Lawyer), "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.secretary, "callParty", "call", more).await, "NO_ACTIVE_GROUP");
}

#[tokio::test]
async fn a_problem_it_is_blown_for_is_open_in_sight_and_not_confidential() {
    let world = World::new().await;
    let people = &world.people;
    let blow = |problem: &str| with(world.alarm(), json!({ "problem": problem }));
    let refused =
        async |viewer: &Viewer, problem: &str| world.code(viewer, "raiseWhistle", "whistle", blow(problem)).await;
    let hidden = with(world.complaint(), json!({ "confidential": true }));
    let hidden = world.run(&people.resident, "reportProblem", "problem", hidden).await.unwrap();
    assert_eq!(refused(&people.secretary, &hidden).await, "FORBIDDEN");
    assert_eq!(refused(&people.grid_worker, &hidden).await, "NOT_FOUND");
    assert_eq!(refused(&people.foreign, &hidden).await, "NOT_FOUND");
    let problem = world.report(&people.resident).await;
    let elsewhere = with(blow(&problem), json!({ "building": null, "communityCode": "321181402002" }));
    assert_eq!(world.code(&people.street, "raiseWhistle", "whistle", elsewhere).await, "INVALID_VALUE");
    assert_eq!(refused(&people.other_grid_worker, &problem).await, "NOT_FOUND");
    // The county reads it, and does not decide on it.
    assert_eq!(refused(&people.supervisor, &problem).await, "FORBIDDEN");
    // The reporter's name is known to who decides: it is kept out of what the parties read.
    let named = with(blow(&problem), json!({ "summary": "测试11反映电梯停用" }));
    assert_eq!(world.code(&people.secretary, "raiseWhistle", "whistle", named).await, "PERSONAL_DATA_IN_TEXT");
    assert!(refused(&people.grid_worker, &problem).await.starts_with("done"));
    // Who is complained of does not blow the whistle over it.
    world.also(&people.secretary, &people.property, None).await;
    assert_eq!(refused(&people.secretary, &problem).await, "FORBIDDEN");
    let decline = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "无关" });
    world.run(&people.street, "declineProblem", "problem", decline).await.unwrap();
    assert_eq!(refused(&people.street, &problem).await, "FORBIDDEN", "it is not open");
}
