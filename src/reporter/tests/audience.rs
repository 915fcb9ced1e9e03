//! What is told of who will see what is what they then see.

use entity::word::PartyKind;
use serde_json::{Value, json};

use super::code;
use crate::problem::tests::world::{COMMUNITY, World, see, with};

const QUERY: &str = "query($input: ReportAudienceInput!) { reportAudience(input: $input) { accountable group
    readers { role organisation party concerned onlyWithTask report summary contact } } }";

async fn told(world: &World, input: Value) -> Value {
    world.data(&world.people.resident, QUERY, json!({ "input": input })).await["reportAudience"].take()
}

fn reader<'a>(told: &'a Value, role: &str) -> Option<&'a Value> {
    told["readers"].as_array().unwrap().iter().find(|reader| reader["role"] == role)
}

#[tokio::test]
async fn each_role_is_told_with_what_it_will_see() {
    let world = World::new().await;
    let building = crate::problem::tests::world::id(crate::id::prefix::BUILDING, world.building);
    let about = json!({ "building": building, "concerns": [world.party(PartyKind::PropertyManager)] });
    let seen = told(&world, about.clone()).await;
    assert_eq!((&seen["accountable"], &seen["group"]), (&json!("PartyBranch单位"), &json!("六方联动小组")));
    for (role, report, contact, with_task) in [
        ("SECRETARY", true, "RECORDED", false),
        ("STREET_COORDINATOR", true, "RECORDED", false),
        ("GRID_WORKER", true, "RECORDED", false),
        ("SUPERVISOR", false, "NEVER", false),
        ("POLICE", false, "WITH_TASK", true),
        ("CITY_MANAGEMENT", false, "WITH_TASK", true),
        ("LAWYER", false, "BY_RELEASE", true),
        ("OWNER_REPRESENTATIVE", false, "BY_RELEASE", true),
        ("PROPERTY_MANAGER", false, "NEVER", false),
    ] {
        let reader = reader(&seen, role).unwrap_or_else(|| panic!("{role}: {seen}"));
        assert_eq!(
            (&reader["report"], &reader["contact"], &reader["onlyWithTask"], &reader["summary"]),
            (&json!(report), &json!(contact), &json!(with_task), &json!(true)),
            "{role}"
        );
    }
    assert_eq!(reader(&seen, "PROPERTY_MANAGER").unwrap()["concerned"], true);
    assert_eq!(seen["readers"].as_array().unwrap().len(), 9);
    // Nobody's name is in it.
    assert!(!seen.to_string().contains("测试"), "{seen}");

    let hidden = told(&world, with(about, json!({ "confidential": true }))).await;
    assert!(reader(&hidden, "GRID_WORKER").is_none() && reader(&hidden, "SUPERVISOR").is_none());
    let contact: Vec<_> = hidden["readers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["contact"] != "NEVER")
        .map(|one| one["role"].clone())
        .collect();
    assert_eq!(contact, ["SECRETARY", "STREET_COORDINATOR"]);
}

#[tokio::test]
async fn a_concerned_convenor_has_no_part_in_it() {
    let world = World::new().await;
    let input = json!({ "communityCode": COMMUNITY.to_string(), "concerns": [world.party(PartyKind::PartyBranch)] });
    let seen = told(&world, input).await;
    assert_eq!(seen["accountable"], "街道办");
    assert!(reader(&seen, "SECRETARY").is_none());
    assert_eq!(reader(&seen, "STREET_COORDINATOR").unwrap()["report"], true);
}

/// Held to what the people then read of the report itself.
#[tokio::test]
async fn what_is_told_beforehand_holds_afterwards() {
    let world = World::new().await;
    let people = &world.people;
    for confidential in [false, true] {
        let concerns = json!([world.party(PartyKind::PropertyManager)]);
        let more = json!({ "concerns": concerns, "confidential": confidential });
        let building = crate::problem::tests::world::id(crate::id::prefix::BUILDING, world.building);
        let seen = told(&world, with(json!({ "building": building }), more.clone())).await;
        let problem =
            world.run(&people.resident, "reportProblem", "problem", with(world.complaint(), more)).await.unwrap();
        for viewer in [
            &people.supervisor,
            &people.street,
            &people.secretary,
            &people.grid_worker,
            &people.police,
            &people.lawyer,
            &people.property,
            &people.owner,
        ] {
            use entity::word::Word;
            let row = see(&world, viewer, &problem, "report reporter { state }").await;
            let said = reader(&seen, viewer.role.value()).filter(|reader| reader["onlyWithTask"] == false);
            let report = said.is_some_and(|reader| reader["report"] == true);
            assert_eq!(!row["report"].is_null(), report, "{:?}", viewer.role);
            let masked = said.is_some_and(|reader| reader["contact"] == "RECORDED");
            assert_eq!(row["reporter"]["state"] == "MASKED", masked, "{:?}", viewer.role);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_placed_is_refused_as_a_report_would_be() {
    let world = World::new().await;
    let people = &world.people;
    for (input, expected) in [
        (json!({}), "REQUIRED"),
        (json!({ "communityCode": "321181402002" }), "NOT_FOUND"),
        (
            json!({ "communityCode": COMMUNITY.to_string(), "concerns": ["problem_01h455vb4pex5vsknk084sn02q"] }),
            "INVALID_ID",
        ),
    ] {
        let answer = world.ask(&people.resident, QUERY, json!({ "input": input })).await;
        let refused = Err(answer["errors"][0].clone());
        assert_eq!(code(&refused), expected, "{answer}");
    }
}
