//! What the record tells, and what it proves.

use chrono::NaiveDate;
use entity::event;
use entity::word::PartyKind;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::world::{World, with};
use crate::doctor::Wrong;

const TRAIL: &str = "{ auditTrail { nodes { type actorRole actorName actorParty { name } problem { id } } } }";

#[tokio::test]
async fn the_audit_trail_does_not_tell_who_complained_to_whom_it_is_about() {
    let world = World::new().await;
    let people = &world.people;
    // The secretary was with the property company until three months ago.
    world.also(&people.secretary, &people.property, NaiveDate::from_ymd_opt(2025, 12, 1)).await;
    let own = world.run(&people.police, "reportProblem", "problem", world.complaint()).await.unwrap();
    let input = with(world.complaint(), json!({ "reporterName": "李老太", "consent": true }));
    let others = world.run(&people.police, "reportProblem", "problem", input).await.unwrap();
    let add = json!({ "problem": others, "content": "还有", "idempotencyKey": world.key() });
    world.run(&people.police, "addToReport", "addition", add).await.unwrap();
    let free = with(world.complaint(), json!({ "concerns": [] }));
    let free = world.run(&people.police, "reportProblem", "problem", free).await.unwrap();
    let seen = world.data(&people.secretary, TRAIL, json!({})).await;
    for entry in seen["auditTrail"]["nodes"].as_array().unwrap() {
        let told = [&entry["actorRole"], &entry["actorName"], &entry["actorParty"]];
        if entry["problem"]["id"] == json!(free) {
            assert_eq!(told[0], "POLICE");
        } else {
            assert!([&own, &others].contains(&&entry["problem"]["id"].as_str().unwrap().to_owned()));
            assert_eq!(told, [&Value::Null; 3], "{entry}");
        }
    }
    // The street is told; one's own acts one knows.
    let seen = world.data(&people.street, TRAIL, json!({})).await;
    assert!(seen["auditTrail"]["nodes"].as_array().unwrap().iter().all(|entry| entry["actorRole"] == "POLICE"));
    let seen = world.data(&people.police, TRAIL, json!({})).await;
    assert!(seen["auditTrail"]["nodes"].as_array().unwrap().iter().all(|entry| entry["actorRole"] == "POLICE"));
}

/// A problem about which everything is written that can be: declined, appealed, accepted, done, sent back, closed.
async fn written(world: &World) -> String {
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let more = |more: Value, revision: String| with(json!({ "problem": problem, "expectedRevision": revision }), more);
    let once = |more: Value| with(json!({ "problem": problem, "idempotencyKey": world.key() }), more);
    world.run(&people.resident, "addToReport", "addition", once(json!({ "content": "还有异响" }))).await.unwrap();
    let decline = more(json!({ "reason": "民事纠纷", "otherChannel": "法院" }), world.revision(&problem).await);
    world.run(&people.secretary, "declineProblem", "problem", decline).await.unwrap();
    let appeal = more(json!({ "reason": "不是纠纷" }), world.revision(&problem).await);
    world.run(&people.resident, "appealProblem", "problem", appeal).await.unwrap();
    let accept = with(world.acceptance(&problem).await, json!({ "publicSummary": "一部电梯停用" }));
    world.run(&people.street, "acceptProblem", "problem", accept).await.unwrap();
    world.dispatch(&problem).await;
    world.acknowledge(&people.city, &problem).await;
    world.acknowledge(&people.property, &problem).await;
    for viewer in [&people.property, &people.city] {
        world.record(viewer, &problem).await;
        world.submit(viewer, &problem).await;
    }
    let rework = more(json!({ "reason": "仍有异响" }), world.revision(&problem).await);
    world.run(&people.street, "reworkProblem", "problem", rework).await.unwrap();
    world.record(&people.city, &problem).await;
    world.submit(&people.city, &problem).await;
    let close = json!({ "outcome": "REFERRED", "referredTo": "市场监管局", "reason": "属其职责" });
    world.run(&people.street, "closeProblem", "problem", with(world.closing(&problem).await, close)).await.unwrap();
    let rate = once(json!({ "satisfaction": "NEUTRAL", "comment": "慢" }));
    world.run(&people.resident, "rateProblem", "rating", rate).await.unwrap();
    let call = once(json!({ "method": "CALL", "reached": true, "note": "已通话" }));
    world.run(&people.street, "followUp", "followUp", call).await.unwrap();
    problem
}

async fn broken(world: &World) -> Vec<Wrong> {
    crate::doctor::examine(&world.app.db).await.unwrap().breaks.into_iter().map(|found| found.wrong).collect()
}

#[tokio::test]
async fn an_altered_text_is_found_by_its_commitment() {
    let world = &World::new().await;
    let people = &world.people;
    let problem = written(world).await;
    assert_eq!(broken(world).await, []);
    for (table, columns) in [
        ("problem", "report place title summary public_summary reply reason other_channel referred_to"),
        ("problem_addition", "content"),
        ("disposition", "content internal_note reply"),
        ("disposition_task", "feedback"),
        ("follow_up", "note"),
        ("rating", "comment"),
    ] {
        for column in columns.split(' ') {
            let run = |sql: String| async move { world.app.db.execute_unprepared(&sql).await.unwrap().rows_affected() };
            let altered = run(format!("UPDATE {table} SET {column} = COALESCE('改' || {column}, '改')")).await;
            assert!(altered > 0);
            assert_eq!(broken(world).await, [Wrong::Text], "{table}.{column}");
            run(format!("UPDATE {table} SET {column} = NULLIF(SUBSTR({column}, 2), '')")).await;
        }
    }
    assert_eq!(broken(world).await, []);
    // A reopening takes the reason and where it was referred to away; a redaction the proof.
    let input = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "又坏了" });
    world.run(&people.resident, "reopenProblem", "problem", input).await.unwrap();
    assert_eq!(broken(world).await, []);
    world.app.db.execute_unprepared("UPDATE event SET salt = NULL").await.unwrap();
    world.app.db.execute_unprepared("UPDATE problem SET title = '（已删除）'").await.unwrap();
    assert_eq!(broken(world).await, []);
}

#[tokio::test]
async fn who_is_complained_of_is_in_the_record() {
    let world = World::new().await;
    let people = &world.people;
    let property = world.party(PartyKind::PropertyManager);
    let problem = world.report(&people.resident).await;
    let input = with(world.acceptance(&problem).await, json!({ "concerns": [] }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    let problem = world.report(&people.resident).await;
    let branch = world.party(PartyKind::PartyBranch);
    let input = with(world.acceptance(&problem).await, json!({ "concerns": [branch] }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    let events = event::Entity::find().order_by_asc(event::Column::Seq).all(&world.app.db).await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.data["concerns"].clone())).collect();
    assert_eq!(
        told,
        [
            ("problem.reported", json!([property])),
            ("problem.accepted", json!([])),
            ("problem.reported", json!([property])),
            ("problem.handedUp", json!([branch])),
        ]
    );
}
