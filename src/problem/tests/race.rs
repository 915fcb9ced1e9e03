//! Two commands at once: none ends as a fault, and what excludes each other does.
//!
//! On PostgreSQL the order is forced: a lock that the test holds is let go once both wait. SQLite has one writer, so there
//! the second simply comes after the first.

use std::future::Future;
use std::time::Duration;

use entity::party_seat;
use entity::word::PartyKind;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement, TransactionTrait};
use serde_json::{Value, json};

use super::world::{COMMUNITY, World, id, see, with, without};
use crate::id::prefix;
use crate::policy::Viewer;

/// What all commands of the community wait for at their end.
const LAST: &str = "INSERT INTO event_stream VALUES (321181402001, 0, decode(repeat('00', 32), 'hex')) \
    ON CONFLICT (stream) DO UPDATE SET seq = event_stream.seq";

/// A mutation's answer to come: its refusals' codes. A fault fails the test.
fn codes<'a>(world: &'a World, viewer: &'a Viewer, name: &'a str, input: Value) -> LocalBoxFuture<'a, Vec<String>> {
    let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let query = format!("mutation($input: {upper}Input!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}");
    let answer = async move {
        let data = world.data(viewer, &query, json!({ "input": input })).await;
        let errors = data[name]["userErrors"].as_array().unwrap();
        errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
    };
    answer.boxed_local()
}

/// Runs both at once, the first one a little ahead: both wait while `held` is.
async fn at_once<A, B>(
    world: &World,
    held: &str,
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> (A, B) {
    let db = &world.app.db;
    if db.get_database_backend() != DbBackend::Postgres {
        return (first.await, second.await);
    }
    let holder = db.begin().await.unwrap();
    holder.execute_unprepared(held).await.unwrap();
    let second = async {
        waiting(world, 1).await;
        second.await
    };
    let release = async {
        waiting(world, 2).await;
        holder.commit().await.unwrap();
    };
    let (first, second, ()) = tokio::join!(first, second, release);
    (first, second)
}

/// Until so many of the database's sessions wait for a lock.
async fn waiting(world: &World, sessions: i64) {
    let query = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..2000 {
        let statement = Statement::from_string(DbBackend::Postgres, query);
        let row = world.app.db.query_one_raw(statement).await.unwrap().unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() >= sessions {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("fewer than {sessions} sessions wait");
}

fn held_party(world: &World, kind: PartyKind) -> String {
    let (_, party, _) = world.parties.iter().find(|(other, ..)| *other == kind).unwrap();
    format!("SELECT 1 FROM party WHERE id = '{party}' FOR UPDATE")
}

#[tokio::test]
async fn reports_that_name_the_same_parties_do_not_wait_for_each_other_in_a_circle() {
    let world = World::new().await;
    let (police, city) = (world.party(PartyKind::Police), world.party(PartyKind::CityManagement));
    let report = |viewer, parties: [&String; 2]| {
        let input = with(world.complaint(), json!({ "communityCode": COMMUNITY.to_string(), "concerns": parties }));
        codes(&world, viewer, "reportProblem", without(input, "building"))
    };
    let one = report(&world.people.resident, [&police, &city]);
    let two = report(&world.people.neighbour, [&city, &police]);
    let done = at_once(&world, &held_party(&world, PartyKind::Police), one, two).await;
    assert_eq!(done, (vec![], vec![]));
}

#[tokio::test]
async fn dispatches_to_the_same_parties_do_not_wait_for_each_other_in_a_circle() {
    let world = World::new().await;
    let people = &world.people;
    let mut inputs = vec![];
    for (lead, assist) in
        [(PartyKind::Police, PartyKind::CityManagement), (PartyKind::CityManagement, PartyKind::Police)]
    {
        let problem = world.report(&people.resident).await;
        world.accept(&problem).await;
        inputs.push(json!({
            "problem": problem, "expectedRevision": world.revision(&problem).await,
            "lead": { "party": world.party(lead) }, "assists": [{ "party": world.party(assist) }],
        }));
    }
    let two = codes(&world, &people.street, "dispatchProblem", inputs.pop().unwrap());
    let one = codes(&world, &people.secretary, "dispatchProblem", inputs.pop().unwrap());
    let done = at_once(&world, &held_party(&world, PartyKind::Police), one, two).await;
    assert_eq!(done, (vec![], vec![]));
}

#[tokio::test]
async fn a_task_and_its_problem_are_locked_in_one_order() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    let submit = json!({
        "task": world.task(&people.city, &problem).await, "expectedRevision": world.revision(&problem).await,
        "feedback": "已修复",
    });
    let close = codes(&world, &people.secretary, "closeProblem", world.closing(&problem).await);
    let submit = codes(&world, &people.city, "submitFeedback", submit);
    let held = format!("SELECT 1 FROM problem WHERE id = '{}' FOR UPDATE", world.row(&problem).await.id);
    let done = at_once(&world, &held, close, submit).await;
    assert_eq!(done, (vec![], vec!["INVALID_TRANSITION".to_owned()]));
}

/// An accepted problem, its dispatch to the city management, and the end of that one's seat.
async fn dispatch_and_end(world: &World) -> (String, Value, Value) {
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let dispatch = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::CityManagement) },
    });
    let seat = party_seat::Entity::find()
        .filter(party_seat::Column::OrganisationId.eq(people.city.organisation))
        .one(&world.app.db)
        .await
        .unwrap()
        .unwrap();
    let revision = crate::read::revision::show(&world.app.vault, seat.group_id, 1);
    (problem, dispatch, json!({ "seat": id(prefix::SEAT, seat.id), "expectedRevision": revision }))
}

#[tokio::test]
async fn a_seat_does_not_end_while_a_task_is_given_to_it() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, dispatch, end) = dispatch_and_end(&world).await;
    let dispatch = codes(&world, &people.secretary, "dispatchProblem", dispatch);
    let end = codes(&world, &people.street, "endSeat", end);
    let done = at_once(&world, LAST, dispatch, end).await;
    assert_eq!(done, (vec![], vec!["OPEN_TASKS".to_owned()]));
    assert_eq!(see(&world, &people.city, &problem, "status").await, json!({ "status": "DISPATCHED" }));
}

#[tokio::test]
async fn no_task_is_given_to_a_seat_that_ends_meanwhile() {
    let world = World::new().await;
    let people = &world.people;
    let (_, dispatch, end) = dispatch_and_end(&world).await;
    let dispatch = codes(&world, &people.secretary, "dispatchProblem", dispatch);
    let end = codes(&world, &people.street, "endSeat", end);
    let done = at_once(&world, LAST, end, dispatch).await;
    assert_eq!(done, (vec![], vec!["INVALID_VALUE".to_owned()]));
}

fn dissolution(world: &World) -> Value {
    let group = world.people.secretary.group.unwrap();
    let revision = crate::read::revision::show(&world.app.vault, group, 1);
    json!({ "group": id(prefix::GROUP, group), "expectedRevision": revision })
}

#[tokio::test]
async fn a_group_is_not_dissolved_while_a_problem_is_reported_to_it() {
    let world = World::new().await;
    let people = &world.people;
    let report = codes(&world, &people.resident, "reportProblem", world.complaint());
    let dissolve = codes(&world, &people.secretary, "dissolveGroup", dissolution(&world));
    let done = at_once(&world, LAST, report, dissolve).await;
    assert_eq!(done, (vec![], vec!["OPEN_PROBLEMS".to_owned()]));
}

#[tokio::test]
async fn nothing_is_reported_to_a_group_that_is_dissolved_meanwhile() {
    let world = World::new().await;
    let people = &world.people;
    let report = codes(&world, &people.resident, "reportProblem", world.complaint());
    let dissolve = codes(&world, &people.secretary, "dissolveGroup", dissolution(&world));
    let done = at_once(&world, LAST, dissolve, report).await;
    assert_eq!(done, (vec![], vec!["NO_ACTIVE_GROUP".to_owned()]));
}

#[tokio::test]
async fn a_group_is_not_dissolved_while_its_problem_is_appealed() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let plain = |revision: String| json!({ "problem": problem, "expectedRevision": revision, "reason": "再看" });
    let decline = plain(world.revision(&problem).await);
    world.run(&people.secretary, "declineProblem", "problem", decline).await.unwrap();
    let appeal = codes(&world, &people.resident, "appealProblem", plain(world.revision(&problem).await));
    let dissolve = codes(&world, &people.secretary, "dissolveGroup", dissolution(&world));
    let done = at_once(&world, LAST, appeal, dissolve).await;
    assert_eq!(done, (vec![], vec!["OPEN_PROBLEMS".to_owned()]));
}
