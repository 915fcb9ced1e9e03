//! What is left when a problem leaves its road or comes back to it: tasks, requests, pauses, counts.

use chrono::TimeDelta;
use entity::party_seat;
use entity::word::{PartyKind, ProblemStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::request::{about, ask_return, led, on, on_ledger, suspended};
use super::world::{World, id, see};
use crate::id::prefix;
use crate::policy::Viewer;

async fn tasks(world: &World, problem: &str, role: &str) -> Vec<Value> {
    let mut seen =
        see(world, &world.people.secretary, problem, "tasks(first: 9) { nodes { role status dueAt } }").await;
    let Value::Array(all) = seen["tasks"]["nodes"].take() else { panic!("no tasks") };
    all.into_iter().filter(|task| task["role"] == role).collect()
}

async fn hand_assist_to_police(world: &World, problem: &str) {
    let task = world.task(&world.people.property, problem).await;
    let to = json!({ "task": task, "to": { "party": world.party(PartyKind::Police), "instruction": "请协助" } });
    let input = about(world, problem, to).await;
    world.run(&world.people.secretary, "transferTask", "task", input).await.unwrap();
}

#[tokio::test]
async fn a_task_that_is_given_in_a_pause_stands_still_and_goes_on_with_the_others() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, _) = suspended(&world).await;
    hand_assist_to_police(&world, &problem).await;
    let assist = tasks(&world, &problem, "ASSIST").await;
    assert_eq!(assist[1], json!({ "role": "ASSIST", "status": "ASSIGNED", "dueAt": null }));
    let given = world.app.clock.now();
    world.wait(TimeDelta::days(7));
    let input = on(&world, &problem, json!({})).await;
    world.run(&people.city, "resumeProblem", "problem", input).await.unwrap();
    let due = tasks(&world, &problem, "ASSIST").await[1]["dueAt"].as_str().unwrap().to_owned();
    let due = chrono::DateTime::parse_from_rfc3339(&due).unwrap().to_utc();
    // Given on a Monday, for five working days; the pause took five of them.
    assert_eq!(due, given + TimeDelta::days(7) + (world.app.clock.now() - given));
    world.acknowledge(&people.police, &problem).await;
    world.submit(&people.police, &problem).await;

    let problem = on_ledger(&world).await;
    hand_assist_to_police(&world, &problem).await;
    assert_eq!(tasks(&world, &problem, "ASSIST").await[1]["dueAt"], json!(null));
    let input = on(&world, &problem, json!({})).await;
    world.run(&people.street, "takeOffLedger", "problem", input).await.unwrap();
    let due = tasks(&world, &problem, "LEAD").await[0]["dueAt"].clone();
    assert_eq!(tasks(&world, &problem, "ASSIST").await[1]["dueAt"], due);
}

async fn suspend(world: &World, lead: &Viewer, problem: &str, between: bool) {
    let ask = json!({ "task": world.task(lead, problem).await, "until": "2026-03-20", "reason": "雨季" });
    let input = about(world, problem, ask).await;
    let asked = world.run(lead, "requestSuspension", "suspension", input).await.unwrap();
    if between {
        ask_return(world, lead, problem).await.unwrap();
    }
    let input = about(world, problem, json!({ "suspension": asked, "approve": true })).await;
    world.run(&world.people.secretary, "decideSuspension", "suspension", input).await.unwrap();
}

#[tokio::test]
async fn a_return_that_lapses_leaves_its_task_as_it_was() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    suspend(&world, &people.city, &problem, true).await;
    assert_eq!(tasks(&world, &problem, "LEAD").await[0]["status"], "ACKNOWLEDGED");
    let input = on(&world, &problem, json!({})).await;
    world.run(&people.city, "resumeProblem", "problem", input).await.unwrap();
    world.record(&people.city, &problem).await;
    // The same where the street carries it on the ledger.
    let problem = super::request::extended(&world).await;
    ask_return(&world, &people.city, &problem).await.unwrap();
    let owner = id(prefix::ORGANISATION, people.city.organisation.unwrap());
    let carry = json!({ "owner": owner, "reviewOn": "2026-05-01", "reason": "缺资金" });
    let input = on(&world, &problem, carry).await;
    world.run(&people.street, "carryOnLedger", "problem", input).await.unwrap();
    let input = on(&world, &problem, json!({})).await;
    world.run(&people.street, "takeOffLedger", "problem", input).await.unwrap();
    world.record(&people.city, &problem).await;
}

#[tokio::test]
async fn a_withdrawal_cancels_what_an_assisting_party_still_had_to_do() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let input = about(&world, &problem, json!({ "task": world.task(&people.city, &problem).await, "reason": "派错" }));
    let input = input.await;
    world.run(&people.secretary, "cancelTask", "task", input).await.unwrap();
    let input = on(&world, &problem, json!({ "reason": "已解决" })).await;
    world.run(&people.resident, "withdrawProblem", "problem", input).await.unwrap();
    assert_eq!(tasks(&world, &problem, "ASSIST").await[0]["status"], "CANCELLED");
}

async fn merge(world: &World, who: &Viewer, problem: &str, into: &str) -> Result<String, Value> {
    let input = on(world, problem, json!({ "into": into, "reason": "同一件事" })).await;
    world.run(who, "mergeProblem", "problem", input).await
}

async fn unmerge(world: &World, problem: &str) {
    let input = on(world, problem, json!({})).await;
    world.run(&world.people.street, "unmergeProblem", "problem", input).await.unwrap();
}

async fn city_leaves(world: &World) {
    party_seat::Entity::update_many()
        .col_expr(party_seat::Column::EndedOn, Expr::value(world.app.clock.now().date_naive()))
        .filter(party_seat::Column::OrganisationId.eq(world.people.city.organisation))
        .exec(&world.app.db)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_pause_or_entry_ends_where_an_undone_merger_finds_no_lead() {
    let world = World::new().await;
    let people = &world.people;
    let into = world.report(&people.neighbour).await;
    let (paused, carried) = (suspended(&world).await.0, on_ledger(&world).await);
    for problem in [&paused, &carried] {
        merge(&world, &people.street, problem, &into).await.unwrap();
    }
    world.wait(TimeDelta::days(1));
    city_leaves(&world).await;
    for problem in [&paused, &carried] {
        unmerge(&world, problem).await;
        assert_eq!(world.row(problem).await.status, ProblemStatus::Accepted);
        assert!(tasks(&world, problem, "ASSIST").await[0]["dueAt"].is_string(), "it has time again");
        let lead = json!({ "lead": { "party": world.party(PartyKind::Police) } });
        let input = on(&world, problem, lead).await;
        world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
        world.acknowledge(&people.police, problem).await;
        suspend(&world, &people.police, problem, false).await;
        let input = on(&world, problem, json!({})).await;
        world.run(&people.police, "resumeProblem", "problem", input).await.unwrap();
    }
    let lists = "ledgerEntries(first: 2) { nodes { endedAt } } suspensions(first: 3) { nodes { resumedAt } }";
    let entries = see(&world, &people.street, &carried, lists).await;
    assert!(entries["ledgerEntries"]["nodes"][0]["endedAt"].is_string());
    let ended = see(&world, &people.street, &paused, lists).await;
    assert!(ended["suspensions"]["nodes"].as_array().unwrap().iter().all(|pause| pause["resumedAt"].is_string()));
}

#[tokio::test]
async fn who_declined_does_not_merge_the_appeal_away() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, into) = (world.report(&people.resident).await, world.report(&people.neighbour).await);
    let input = on(&world, &problem, json!({ "reason": "不属受理范围" })).await;
    world.run(&people.secretary, "declineProblem", "problem", input).await.unwrap();
    let input = on(&world, &problem, json!({ "reason": "不服" })).await;
    world.run(&people.resident, "appealProblem", "problem", input).await.unwrap();
    assert_eq!(merge(&world, &people.secretary, &problem, &into).await.unwrap_err()["code"], "FORBIDDEN");
    // The street decides on it; after that it is a problem like others.
    let input = world.acceptance(&problem).await;
    world.run(&people.street, "acceptProblem", "problem", input).await.unwrap();
    merge(&world, &people.secretary, &problem, &into).await.unwrap();
}

#[tokio::test]
async fn who_came_through_a_merger_that_is_undone_is_counted_nowhere_along_the_way() {
    let world = World::new().await;
    let people = &world.people;
    let mut all = vec![];
    for _ in 0..3 {
        all.push(world.report(&people.resident).await);
    }
    let counts = async || {
        let mut counts = vec![];
        for problem in &all {
            counts.push(world.row(problem).await.reporter_count);
        }
        counts
    };
    merge(&world, &people.secretary, &all[0], &all[1]).await.unwrap();
    merge(&world, &people.secretary, &all[1], &all[2]).await.unwrap();
    assert_eq!(counts().await, [1, 2, 3]);
    unmerge(&world, &all[0]).await;
    assert_eq!(counts().await, [1, 1, 2]);
    unmerge(&world, &all[1]).await;
    assert_eq!(counts().await, [1, 1, 1]);
}

#[tokio::test]
async fn what_became_of_the_other_problem_is_told_to_an_office_that_may_read_it() {
    let world = World::new().await;
    let people = &world.people;
    let own = world.report(&people.resident).await;
    let about_convenor =
        super::world::with(world.complaint(), json!({ "concerns": [world.party(PartyKind::PartyBranch)] }));
    let other = world.run(&people.neighbour, "reportProblem", "problem", about_convenor).await.unwrap();
    merge(&world, &people.street, &own, &other).await.unwrap();
    let fields = "followed { status outcome reply closedAt }";
    assert_eq!(see(&world, &people.secretary, &own, fields).await, json!({ "followed": null }));
    for viewer in [&people.street, &people.resident] {
        assert_eq!(see(&world, viewer, &own, fields).await["followed"]["status"], "REPORTED");
    }
}

#[tokio::test]
async fn who_gave_its_task_up_keeps_no_contact_data() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let state = async |viewer| see(&world, viewer, &problem, "reporter { state }").await["reporter"]["state"].clone();
    assert_eq!(state(&people.city).await, "MASKED");
    let request = ask_return(&world, &people.city, &problem).await.unwrap();
    let input = about(&world, &problem, json!({ "request": request, "approve": true })).await;
    world.run(&people.secretary, "decideReturn", "request", input).await.unwrap();
    assert_eq!(state(&people.city).await, "WITHHELD");
    let query = "mutation($input: RevealContactInput!) { revealContact(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "problem": problem, "purpose": "上门核实" } });
    let answer = world.data(&people.city, query, input).await;
    assert_eq!(answer["revealContact"]["userErrors"][0]["code"], "FORBIDDEN");
}
