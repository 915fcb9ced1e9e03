//! Problems that outlive their group.

use entity::word::{PartyKind, ProblemStatus, RegionLevel, Word};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, id, see};
use crate::id::{parse, prefix};

async fn dissolve(world: &World) {
    let group = world.people.secretary.group.unwrap();
    let revision = crate::read::revision::show(&world.app.vault, group, 1);
    let input = json!({ "group": id(prefix::GROUP, group), "expectedRevision": revision });
    world.run(&world.people.secretary, "dissolveGroup", "linkageGroup", input).await.unwrap();
}

/// A new group of the same organisations, but that `convenes` sits for the Party branch: its parties by kind.
async fn regroup(world: &World, convenes: Option<Uuid>) -> (String, Vec<(PartyKind, String)>) {
    let street = &world.people.street;
    let run = |name: &'static str, shown: &'static str, mut input: Value| async move {
        input["idempotencyKey"] = json!(world.key());
        world.run(street, name, shown, input).await.unwrap()
    };
    let input = json!({ "communityCode": "321181402001", "kind": "SIX_PARTY", "name": "新一届小组" });
    let group = run("createLinkageGroup", "linkageGroup", input).await;
    let mut parties = vec![];
    for (kind, _, organisation) in &world.parties {
        let party = run("addParty", "party", json!({ "group": group, "kind": kind.value() })).await;
        let seated = if *kind == PartyKind::PartyBranch { convenes.unwrap_or(*organisation) } else { *organisation };
        let seat = json!({ "party": party, "organisation": id(prefix::ORGANISATION, seated), "compounds": [] });
        run("addSeat", "seat", seat).await;
        parties.push((*kind, party));
    }
    let query = "query($id: ID!) { node(id: $id) { ... on LinkageGroup { revision } } }";
    let revision = world.data(street, query, json!({ "id": group })).await["node"]["revision"].take();
    let input = json!({ "group": group, "expectedRevision": revision });
    world.run(street, "activateGroup", "linkageGroup", input).await.unwrap();
    (group, parties)
}

async fn plain(world: &World, problem: &str) -> Value {
    json!({ "problem": problem, "expectedRevision": world.revision(problem).await, "reason": "请再看" })
}

async fn declined(world: &World) -> String {
    let problem = world.report(&world.people.resident).await;
    let input = plain(world, &problem).await;
    world.run(&world.people.secretary, "declineProblem", "problem", input).await.unwrap();
    problem
}

#[tokio::test]
async fn an_appeal_goes_to_the_group_that_is_active_now() {
    let world = World::new().await;
    let people = &world.people;
    let problem = declined(&world).await;
    dissolve(&world).await;
    let appeal = plain(&world, &problem).await;
    assert_eq!(world.code(&people.resident, "appealProblem", "problem", appeal.clone()).await, "NO_ACTIVE_GROUP");
    let (group, parties) = regroup(&world, None).await;
    world.run(&people.resident, "appealProblem", "problem", appeal).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!(Some(row.group_id), parse(&group, prefix::GROUP));
    assert_eq!((row.handled_by, Some(row.accountable_id)), (RegionLevel::Community, people.secretary.organisation));
    let acceptance = world.acceptance(&problem).await;
    world.run(&people.street, "acceptProblem", "problem", acceptance).await.unwrap();
    let (_, city) = parties.iter().find(|(kind, _)| *kind == PartyKind::CityManagement).unwrap();
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await, "lead": { "party": city },
    });
    world.run(&people.street, "dispatchProblem", "problem", input).await.unwrap();
    assert_eq!(see(&world, &people.city, &problem, "status").await, json!({ "status": "DISPATCHED" }));
}

#[tokio::test]
async fn what_is_complained_of_is_remembered_in_the_new_group() {
    let world = World::new().await;
    let people = &world.people;
    let problem = declined(&world).await;
    dissolve(&world).await;
    // Whom the complaint names convenes the new group.
    regroup(&world, people.property.organisation).await;
    let appeal = plain(&world, &problem).await;
    world.run(&people.resident, "appealProblem", "problem", appeal).await.unwrap();
    assert_eq!(world.row(&problem).await.handled_by, RegionLevel::Street);
    assert_eq!(see(&world, &people.secretary, &problem, "id").await, json!(null));
}

#[tokio::test]
async fn a_problem_reopened_after_its_group_waits_for_dispatch_in_the_new_one() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    world.close(&people.secretary, &problem).await;
    dissolve(&world).await;
    let reopen = plain(&world, &problem).await;
    assert_eq!(world.code(&people.resident, "reopenProblem", "problem", reopen.clone()).await, "NO_ACTIVE_GROUP");
    let (group, _) = regroup(&world, None).await;
    world.run(&people.resident, "reopenProblem", "problem", reopen).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, Some(row.group_id)), (ProblemStatus::Accepted, parse(&group, prefix::GROUP)));
    assert_eq!(Some(row.accountable_id), people.secretary.organisation);
}
