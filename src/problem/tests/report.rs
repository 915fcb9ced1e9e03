//! The reporter's part: report, add, appeal, withdraw, and what each refuses.
use chrono::TimeDelta;
use entity::word::{LinkageGroupStatus, PartyKind, ProblemStatus, RegionLevel};
use entity::{compound, linkage_group, problem, problem_concern};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::world::{World, id, see, with, without};
use crate::id::prefix;

#[tokio::test]
async fn a_report_needs_a_place_a_group_and_consent() {
    let world = World::new().await;
    let people = &world.people;
    let report = |input: Value| world.code(&people.resident, "reportProblem", "problem", input);
    let bare = || json!({ "report": "路灯不亮", "idempotencyKey": world.key() });
    assert_eq!(report(bare()).await, "REQUIRED");
    assert_eq!(report(with(bare(), json!({ "communityCode": "321181402001" }))).await, "REQUIRED");
    assert_eq!(report(with(bare(), json!({ "communityCode": "321181402002", "place": "路口" }))).await, "NOT_FOUND");
    assert_eq!(report(with(bare(), json!({ "communityCode": "321181402009", "place": "路口" }))).await, "NOT_FOUND");
    assert_eq!(report(with(world.complaint(), json!({ "report": " " }))).await, "REQUIRED");
    assert_eq!(report(with(world.complaint(), json!({ "channel": "HOTLINE_12345" }))).await, "INVALID_VALUE");
    assert_eq!(report(with(world.complaint(), json!({ "reporterName": "李老太" }))).await, "CONSENT_MISSING");
    assert_eq!(
        report(with(world.complaint(), json!({ "grid": id(prefix::GRID, world.other_grid) }))).await,
        "INVALID_VALUE"
    );
    assert_eq!(
        report(with(world.complaint(), json!({ "building": "grid_00000000000000000000000000" }))).await,
        "INVALID_ID"
    );
    let foreign_party = json!({ "concerns": [id(prefix::PARTY, people.foreign.party.unwrap())] });
    assert_eq!(report(with(world.complaint(), foreign_party)).await, "NOT_FOUND");
}

#[tokio::test]
async fn a_report_for_another_person_is_the_recorders_and_its_data_the_reporters() {
    let world = World::new().await;
    let people = &world.people;
    let input = with(
        world.complaint(),
        json!({ "reporterName": "李老太", "reporterPhone": "138-0000-1111", "consent": true, "channel": "HOUSEHOLD_VISIT" }),
    );
    let problem = world.run(&people.police, "reportProblem", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.reporter_id, row.recorded_by_id), (None, Some(people.police.user)));
    let seen = see(&world, &people.police, &problem, "report reporter { state name }").await;
    assert!(seen["report"].is_string(), "who recorded it reads it");
    assert_eq!(seen["reporter"], json!({ "state": "WITHHELD", "name": null }));
    let seen = see(&world, &people.grid_worker, &problem, "reporter { state name phone address }").await;
    assert_eq!(seen["reporter"], json!({ "state": "MASKED", "name": "李*", "phone": "138****1111", "address": null }));
}

#[tokio::test]
async fn the_same_key_reports_once() {
    let world = World::new().await;
    let input = world.complaint();
    let first = world.run(&world.people.resident, "reportProblem", "problem", input.clone()).await.unwrap();
    assert_eq!(world.run(&world.people.resident, "reportProblem", "problem", input.clone()).await.unwrap(), first);
    let other = with(input, json!({ "report": "另一件事" }));
    assert_eq!(world.code(&world.people.resident, "reportProblem", "problem", other).await, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn who_declined_does_not_decide_the_appeal() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let decline = |revision: String| json!({ "problem": problem, "expectedRevision": revision, "reason": "属于民事纠纷", "otherChannel": "人民法院" });
    let input = decline(world.revision(&problem).await);
    world.run(&people.secretary, "declineProblem", "problem", input).await.unwrap();
    let seen = see(&world, &people.resident, &problem, "status reason otherChannel open").await;
    assert_eq!(
        seen,
        json!({ "status": "DECLINED", "reason": "属于民事纠纷", "otherChannel": "人民法院", "open": false })
    );
    let appeal =
        json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "不是民事纠纷" });
    world.run(&people.resident, "appealProblem", "problem", appeal.clone()).await.unwrap();
    assert_eq!(world.code(&people.resident, "appealProblem", "problem", appeal).await, "INVALID_TRANSITION");
    let input = world.acceptance(&problem).await;
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", input.clone()).await, "FORBIDDEN");
    world.run(&people.street, "acceptProblem", "problem", input).await.unwrap();
}

#[tokio::test]
async fn an_appeal_comes_within_fifteen_days() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let input = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "无关" });
    world.run(&people.secretary, "declineProblem", "problem", input).await.unwrap();
    world.wait(TimeDelta::days(15));
    let appeal = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "不服" });
    assert_eq!(world.code(&people.resident, "appealProblem", "problem", appeal).await, "FORBIDDEN");
}

#[tokio::test]
async fn a_complaint_about_the_convenor_goes_to_the_street_by_itself() {
    let world = World::new().await;
    let people = &world.people;
    let input = with(world.complaint(), json!({ "concerns": [world.party(PartyKind::PartyBranch)] }));
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    assert_eq!(world.row(&problem).await.handled_by, RegionLevel::Street);
    assert_eq!(see(&world, &people.secretary, &problem, "id").await, json!(null));
    assert_eq!(see(&world, &people.street, &problem, "status").await, json!({ "status": "REPORTED" }));
    let input = world.acceptance(&problem).await;
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", input.clone()).await, "NOT_FOUND");
    world.run(&people.street, "acceptProblem", "problem", input).await.unwrap();

    // The same where triage finds out.
    let problem = world.report(&people.resident).await;
    let input = with(world.acceptance(&problem).await, json!({ "concerns": [world.party(PartyKind::PartyBranch)] }));
    let done = world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    assert_eq!(done, "", "it is out of the secretary's sight now");
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.handled_by), (ProblemStatus::Reported, RegionLevel::Street));
}

#[tokio::test]
async fn a_report_is_withdrawn_before_dispatch_unless_public_safety_is_concerned() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let withdraw = |problem: &str, revision: String| json!({ "problem": problem, "expectedRevision": revision, "reason": "已自行解决" });
    let input = with(world.acceptance(&problem).await, json!({ "publicSafety": true }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    let input = withdraw(&problem, world.revision(&problem).await);
    assert_eq!(world.code(&people.resident, "withdrawProblem", "problem", input).await, "FORBIDDEN");
    let problem = world.report(&people.resident).await;
    let input = withdraw(&problem, world.revision(&problem).await);
    assert_eq!(world.code(&people.street, "withdrawProblem", "problem", input.clone()).await, "FORBIDDEN");
    world.run(&people.resident, "withdrawProblem", "problem", input).await.unwrap();
    let add = json!({ "problem": problem, "content": "还有", "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.resident, "addToReport", "addition", add).await, "INVALID_TRANSITION");
}

#[tokio::test]
async fn what_is_added_is_part_of_the_report_and_leaves_the_revision() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let before = world.revision(&problem).await;
    let add = |viewer| {
        let input = json!({ "problem": problem, "content": "301室也听得到", "idempotencyKey": world.key() });
        world.code(viewer, "addToReport", "addition", input)
    };
    assert!(add(&people.resident).await.starts_with("done"));
    assert_eq!(add(&people.secretary).await, "FORBIDDEN");
    assert_eq!(add(&people.neighbour).await, "NOT_FOUND");
    assert_eq!(world.revision(&problem).await, before);
}

#[tokio::test]
async fn a_complaint_about_the_street_is_the_countys() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let change = problem::ActiveModel {
        id: Set(crate::id::parse(&problem, prefix::PROBLEM).unwrap()),
        handled_by: Set(RegionLevel::County),
        ..Default::default()
    };
    problem::Entity::update(change).exec(&world.app.db).await.unwrap();
    for viewer in [&people.secretary, &people.street] {
        assert_eq!(see(&world, viewer, &problem, "id").await, json!(null));
    }
    let seen = see(&world, &people.supervisor, &problem, "report reporter { state }").await;
    assert!(seen["report"].is_string());
    assert_eq!(seen["reporter"]["state"], "MASKED");
    let input = world.acceptance(&problem).await;
    world.run(&people.supervisor, "acceptProblem", "problem", input).await.unwrap();
}

#[tokio::test]
async fn a_community_without_an_active_group_takes_no_reports() {
    let world = World::new().await;
    let dissolved = linkage_group::ActiveModel {
        id: Set(world.people.secretary.group.unwrap()),
        status: Set(LinkageGroupStatus::Dissolved),
        ..Default::default()
    };
    linkage_group::Entity::update(dissolved).exec(&world.app.db).await.unwrap();
    let mut input = world.complaint();
    input["concerns"] = json!([]);
    assert_eq!(world.code(&world.people.resident, "reportProblem", "problem", input).await, "NO_ACTIVE_GROUP");
}

/// A complaint that names the wrong compound, and the acceptance that names the right building.
async fn reported_elsewhere(world: &World) -> (String, Value) {
    let other = compound::Entity::find().filter(compound::Column::Name.eq("别处花园")).one(&world.app.db).await;
    let input = with(
        without(world.complaint(), "building"),
        json!({ "compound": id(prefix::COMPOUND, other.unwrap().unwrap().id) }),
    );
    let problem = world.run(&world.people.resident, "reportProblem", "problem", input).await.unwrap();
    let right = json!({ "building": id(prefix::BUILDING, world.building) });
    let input = with(world.acceptance(&problem).await, right);
    (problem, input)
}

#[tokio::test]
async fn a_corrected_compound_takes_the_complaint_to_the_company_that_serves_it() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, input) = reported_elsewhere(&world).await;
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    let accused = problem_concern::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    assert_eq!(accused.organisation_id, people.property.organisation);
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::CityManagement) },
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    assert_eq!(see(&world, &people.other_property, &problem, "id").await, json!(null));
    assert_eq!(see(&world, &people.property, &problem, "title").await, json!({ "title": "电梯久停未修" }));
}

#[tokio::test]
async fn a_corrected_compound_may_show_that_the_secretary_is_complained_of() {
    let world = World::new().await;
    let people = &world.people;
    world.also(&people.secretary, &people.property, None).await;
    let (_, input) = reported_elsewhere(&world).await;
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", input).await, "FORBIDDEN");
}

#[tokio::test]
async fn a_phone_number_alone_is_the_reporters_own() {
    let world = World::new().await;
    let people = &world.people;
    let input = with(world.complaint(), json!({ "reporterPhone": "138-1234-1234" }));
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.reporter_id, row.recorded_by_id), (Some(people.resident.user), None));
    let seen = see(&world, &people.resident, &problem, "reporter { state name phone }").await;
    assert_eq!(seen["reporter"], json!({ "state": "VISIBLE", "name": "测试11", "phone": "13812341234" }));
    let input = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "已好" });
    world.run(&people.resident, "withdrawProblem", "problem", input).await.unwrap();
}

const AUDIENCE: &str = "query($input: ReportAudienceInput!) { reportAudience(input: $input) { accountable } }";

#[tokio::test]
async fn lists_are_as_long_as_anybody_needs_and_name_nobody_twice() {
    let world = World::new().await;
    let people = &world.people;
    let property = world.party(PartyKind::PropertyManager);
    let many = |count: usize| json!({ "concerns": vec![property.clone(); count] });
    let over = world.run(&people.resident, "reportProblem", "problem", with(world.complaint(), many(21))).await;
    assert_eq!(over.unwrap_err()["code"], "OUT_OF_RANGE");
    let place = json!({ "building": id(prefix::BUILDING, world.building) });
    let asked = world.ask(&people.resident, AUDIENCE, json!({ "input": with(place.clone(), many(21)) })).await;
    assert_eq!(asked["errors"][0]["extensions"]["code"], "OUT_OF_RANGE", "{asked}");
    world.data(&people.resident, AUDIENCE, json!({ "input": with(place, many(20)) })).await;
    let input = with(world.complaint(), many(20));
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    let seen = see(&world, &people.secretary, &problem, "concerns { id }").await;
    assert_eq!(seen["concerns"], json!([{ "id": property }]));
    let input = with(world.acceptance(&problem).await, many(21));
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", input).await, "OUT_OF_RANGE");
    world.accept(&problem).await;
    for list in ["assists", "reads"] {
        let input = json!({
            "problem": problem, "expectedRevision": world.revision(&problem).await,
            "lead": { "party": world.party(PartyKind::Police) }, list: vec![json!({ "party": property }); 21],
        });
        assert_eq!(world.code(&people.secretary, "dispatchProblem", "problem", input).await, "OUT_OF_RANGE");
    }
}

#[tokio::test]
async fn who_asks_for_the_audience_waits_for_nobody_who_writes() {
    let world = World::new().await;
    let writes = crate::act::begin(&world.app.db).await.unwrap();
    let input = json!({ "input": { "building": id(prefix::BUILDING, world.building) } });
    let asked = world.data(&world.people.resident, AUDIENCE, input);
    let asked = tokio::time::timeout(std::time::Duration::from_secs(2), asked).await;
    assert!(asked.is_ok_and(|seen| seen["reportAudience"]["accountable"].is_string()));
    drop(writes);
}
