//! After closure, and the reveal of contact data.
use chrono::TimeDelta;
use entity::party_seat;
use entity::word::{PartyKind, ProblemStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::world::{World, see, with};

#[tokio::test]
async fn a_closure_is_rated_once_and_followed_up() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    let rate = || json!({ "problem": problem, "satisfaction": "DISSATISFIED", "comment": "慢", "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.resident, "rateProblem", "rating", rate()).await, "INVALID_TRANSITION");
    world.close(&people.secretary, &problem).await;
    assert_eq!(world.code(&people.neighbour, "rateProblem", "rating", rate()).await, "NOT_FOUND");
    world.run(&people.resident, "rateProblem", "rating", rate()).await.unwrap();
    assert_eq!(world.code(&people.resident, "rateProblem", "rating", rate()).await, "FORBIDDEN");
    let call = |more: Value| with(json!({ "problem": problem, "method": "CALL", "idempotencyKey": world.key() }), more);
    let unheard = call(json!({ "reached": false, "satisfaction": "SATISFIED" }));
    assert_eq!(world.code(&people.secretary, "followUp", "followUp", unheard).await, "INVALID_VALUE");
    let heard = call(json!({ "reached": true, "satisfaction": "SATISFIED", "note": "已通话" }));
    world.run(&people.grid_worker, "followUp", "followUp", heard).await.unwrap();
    let lists = "ratings { nodes { satisfaction comment } } followUps { nodes { note } }";
    let secretary = see(&world, &people.secretary, &problem, lists).await;
    assert_eq!(secretary["ratings"]["nodes"][0]["comment"], "慢");
    let resident = see(&world, &people.resident, &problem, lists).await;
    assert_eq!(resident["followUps"]["nodes"], json!([{ "note": null }]));
    let property = see(&world, &people.property, &problem, lists).await;
    assert_eq!(property, json!({ "ratings": { "nodes": [] }, "followUps": { "nodes": [] } }));
}

#[tokio::test]
async fn a_reopened_problem_goes_back_to_its_lead_or_waits_for_dispatch() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    world.close(&people.secretary, &problem).await;
    let reopen =
        |revision: String| json!({ "problem": problem, "expectedRevision": revision, "reason": "又坏了，我是王小明" });
    let chosen =
        with(reopen(world.revision(&problem).await), json!({ "lead": { "party": world.party(PartyKind::Police) } }));
    assert_eq!(world.code(&people.resident, "reopenProblem", "problem", chosen).await, "FORBIDDEN");
    let input = reopen(world.revision(&problem).await);
    world.run(&people.resident, "reopenProblem", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!(
        (row.status, row.lead_organisation_id, row.reason),
        (ProblemStatus::Dispatched, people.city.organisation, None)
    );
    // Its words are part of the report.
    let seen = see(&world, &people.secretary, &problem, "additions { nodes { content } } reopenCount").await;
    assert_eq!(seen["additions"]["nodes"][0]["content"], "又坏了，我是王小明");
    let seen = see(&world, &people.city, &problem, "additions { nodes { content } } reopenCount").await;
    assert_eq!(seen, json!({ "additions": { "nodes": [] }, "reopenCount": null }));

    world.acknowledge(&people.city, &problem).await;
    world.record(&people.city, &problem).await;
    world.submit(&people.city, &problem).await;
    world.close(&people.secretary, &problem).await;
    world.wait(TimeDelta::days(15));
    let late = reopen(world.revision(&problem).await);
    assert_eq!(world.code(&people.resident, "reopenProblem", "problem", late).await, "FORBIDDEN");
    // The lead's seat ended meanwhile.
    party_seat::Entity::update_many()
        .col_expr(party_seat::Column::EndedOn, Expr::value(world.app.clock.now().date_naive()))
        .filter(party_seat::Column::OrganisationId.eq(people.city.organisation))
        .exec(&world.app.db)
        .await
        .unwrap();
    let input = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "又坏了" });
    world.run(&people.street, "reopenProblem", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.accountable_id), (ProblemStatus::Accepted, people.secretary.organisation.unwrap()));
    assert_eq!(see(&world, &people.city, &problem, "id").await, json!(null), "the seat is no longer theirs");
}

#[tokio::test]
async fn contact_data_is_revealed_once_with_a_record() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    let query = "mutation($input: RevealContactInput!) { revealContact(input: $input) { contact { name phone address } userErrors { code } } }";
    let reveal = |viewer| world.ask(viewer, query, json!({ "input": { "problem": problem, "purpose": "上门核实" } }));
    let code = |answer: Value| answer["data"]["revealContact"]["userErrors"][0]["code"].clone();
    assert_eq!(code(reveal(&people.city).await), "FORBIDDEN", "not before it is acknowledged");
    assert_eq!(code(reveal(&people.police).await), "NOT_FOUND");
    assert_eq!(code(reveal(&people.property).await), "FORBIDDEN", "without a release, and to whom is complained of");
    assert!(reveal(&people.helper).await["errors"].is_array(), "it is unknown to the helper");
    world.acknowledge(&people.city, &problem).await;
    let contact = &reveal(&people.city).await["data"]["revealContact"]["contact"];
    assert_eq!(contact["phone"], "13900001111");
    assert_eq!(contact["address"], "1幢2单元301室");
    let seen = world
        .data(&people.resident, "{ viewer { disclosures { nodes { fields purpose actorRole } } } }", json!({}))
        .await;
    assert_eq!(
        seen["viewer"]["disclosures"]["nodes"],
        json!([{ "fields": ["name", "phone", "address"], "purpose": "上门核实", "actorRole": "CITY_MANAGEMENT" }])
    );
    for _ in 0..29 {
        assert!(code(reveal(&people.city).await).is_null());
    }
    assert_eq!(code(reveal(&people.city).await), "TOO_MANY_REQUESTS");
    // Thirty days after closure it is over.
    world.acknowledge(&people.property, &problem).await;
    world.submit(&people.property, &problem).await;
    world.record(&people.city, &problem).await;
    world.submit(&people.city, &problem).await;
    world.close(&people.secretary, &problem).await;
    world.wait(TimeDelta::days(29));
    assert!(code(reveal(&people.city).await).is_null());
    world.wait(TimeDelta::days(2));
    assert_eq!(code(reveal(&people.city).await), "FORBIDDEN");
}

#[tokio::test]
async fn a_party_complained_of_leads_a_reopened_problem_only_to_put_things_right() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    world.close(&people.secretary, &problem).await;
    let reopen = |lead: Value, revision: String| json!({ "problem": problem, "expectedRevision": revision, "reason": "又坏了", "lead": lead });
    let property = world.party(PartyKind::PropertyManager);
    let bare = reopen(json!({ "party": property }), world.revision(&problem).await);
    assert_eq!(world.code(&people.secretary, "reopenProblem", "problem", bare).await, "FORBIDDEN");
    let asked = reopen(json!({ "party": property, "instruction": "请修复" }), world.revision(&problem).await);
    world.run(&people.secretary, "reopenProblem", "problem", asked).await.unwrap();
}
