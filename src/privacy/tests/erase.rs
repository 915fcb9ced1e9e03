//! Contact data and what else is kept no longer.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{closed, hold, is_whole, lift, places_of};
use crate::event::text::TOMBSTONE;
use crate::problem::tests::world::{World, see, with, without};
use crate::scheduler;

async fn erase(world: &World, problem: &str, more: Value) -> Result<String, Value> {
    let revision = world.revision(problem).await;
    let input = json!({ "problem": problem, "expectedRevision": revision, "basis": "CONSENT_WITHDRAWN" });
    world.run(&world.people.street, "eraseData", "problem", with(input, more)).await
}

#[tokio::test]
async fn contact_data_is_erased_once_the_problem_is_done_with() {
    let world = World::new().await;
    let problem = world.handled().await;
    assert_eq!(erase(&world, &problem, json!({})).await.unwrap_err()["code"], "FORBIDDEN", "still dealt with");
    world.close(&world.people.grid_worker, &problem).await;
    assert_eq!(erase(&world, &problem, json!({ "classes": [] })).await.unwrap_err()["code"], "REQUIRED");
    let outdated = erase(&world, &problem, json!({ "expectedRevision": "stale" })).await.unwrap_err();
    assert_eq!(outdated["code"], "REVISION_CONFLICT");
    erase(&world, &problem, json!({})).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.reporter_name, row.reporter_phone, row.reporter_address), (None, None, None));
    assert_eq!((row.reporter_phone_hash, row.contact_idle_at), (None, None));
    assert!(row.reporter_id.is_some(), "the report is still the reporter's own");
    let seen =
        see(&world, &world.people.resident, &problem, "reporter { state name } redactions { nodes { field basis } }")
            .await;
    assert_eq!(seen["reporter"], json!({ "state": "ERASED", "name": null }));
    assert_eq!(seen["redactions"]["nodes"], json!([{ "field": "reporter", "basis": "CONSENT_WITHDRAWN" }]));
    let state =
        async |viewer| see(&world, viewer, &problem, "reporter { state phone address }").await["reporter"].take();
    let (erased, withheld) = (
        json!({ "state": "ERASED", "phone": null, "address": null }),
        json!({ "state": "WITHHELD", "phone": null, "address": null }),
    );
    for viewer in [&world.people.secretary, &world.people.street, &world.people.grid_worker] {
        assert_eq!(state(viewer).await, erased, "{:?}", viewer.role);
    }
    for viewer in [&world.people.property, &world.people.lawyer, &world.people.supervisor] {
        assert_eq!(state(viewer).await, withheld, "{:?}: it is told to nobody who saw nothing", viewer.role);
    }
    let other = world.report(&world.people.resident).await;
    let seen = see(&world, &world.people.resident, &other, "reporter { state }").await;
    assert_eq!(seen["reporter"]["state"], "VISIBLE", "of this problem alone");
    is_whole(&world).await;
}

#[tokio::test]
async fn a_name_that_was_erased_is_not_found_in_what_the_reporter_wrote() {
    let world = World::new().await;
    let secretary = &world.people.secretary;
    let said = json!({ "report": "我是李老太，电梯又停了。", "reporterName": "李老太", "consent": true });
    let report = with(without(world.complaint(), "concerns"), said);
    let problem = world.run(&world.people.grid_worker, "reportProblem", "problem", report).await.unwrap();
    let query = "query($text: String!) { problems(filter: { text: $text }) { nodes { id } } }";
    let found = async |text: &str| {
        let found = world.data(secretary, query, json!({ "text": text })).await;
        found["problems"]["nodes"].as_array().unwrap().len()
    };
    assert_eq!((found("电梯又停").await, found("李老太").await), (1, 0));
    let input = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "不属职责" });
    world.run(secretary, "declineProblem", "problem", input).await.unwrap();
    world.wait(TimeDelta::days(30));
    erase(&world, &problem, json!({})).await.unwrap();
    assert_eq!(found("李老太").await, 0);
}

#[tokio::test]
async fn the_reporters_words_go_with_what_was_added() {
    let world = World::new().await;
    let problem = world.report(&world.people.resident).await;
    let added = json!({ "problem": problem, "content": "我爱人叫赵六，也可联系。", "idempotencyKey": world.key() });
    world.run(&world.people.resident, "addToReport", "addition", added).await.unwrap();
    let input =
        json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "与物业已谈妥" });
    world.run(&world.people.resident, "withdrawProblem", "problem", input).await.unwrap();
    erase(&world, &problem, json!({ "classes": ["REPORT_TEXT", "ATTACHMENT"] })).await.unwrap();
    for words in ["物业不修电梯", "我爱人叫赵六", "1幢电梯"] {
        assert_eq!(places_of(&world.app.db, words).await, Vec::<String>::new(), "{words}");
    }
    assert_eq!(world.row(&problem).await.report, TOMBSTONE);
    assert!(world.row(&problem).await.reporter_name.is_some(), "what was not named stays");
    is_whole(&world).await;
}

#[tokio::test]
async fn contact_data_goes_by_itself_after_its_time_and_never_under_a_hold_or_while_open() {
    let world = World::new().await;
    let street = world.people.street.clone();
    let (problem, held, again) = (closed(&world).await, closed(&world).await, closed(&world).await);
    hold(&world, &street, &held, json!({})).await.unwrap();
    let reopening = json!({
        "problem": again, "expectedRevision": world.revision(&again).await, "reason": "电梯又坏了",
    });
    world.run(&world.people.resident, "reopenProblem", "problem", reopening).await.unwrap();
    let until = world.row(&problem).await.contact_idle_at.unwrap() + TimeDelta::days(180);
    let kept = async |problem: &str| world.row(problem).await.reporter_name.is_some();
    world.app.clock.stop_at(until - TimeDelta::seconds(1));
    scheduler::tick(&world.app).await.unwrap();
    assert!(kept(&problem).await);
    world.app.clock.stop_at(until);
    scheduler::tick(&world.app).await.unwrap();
    assert!(!kept(&problem).await);
    world.wait(TimeDelta::days(2));
    scheduler::tick(&world.app).await.unwrap();
    assert!(kept(&held).await, "the law has it kept");
    assert!(kept(&again).await, "it is dealt with again");
    assert_ne!(world.row(&problem).await.report, TOMBSTONE, "no region set how long reports are kept");
    let seen = see(&world, &world.people.resident, &problem, "redactions { nodes { field basis askedByRole } }").await;
    assert_eq!(
        seen["redactions"]["nodes"],
        json!([{ "field": "reporter", "basis": "RETENTION", "askedByRole": null }])
    );
    lift(&world, &street, &held).await.unwrap();
    scheduler::tick(&world.app).await.unwrap();
    assert!(!kept(&held).await);
    is_whole(&world).await;
}

#[tokio::test]
async fn a_region_says_how_long_and_the_nearest_one_wins() {
    let world = World::new().await;
    let problem = closed(&world).await;
    let mutation = "mutation($input: SetRetentionInput!) { setRetention(input: $input) { userErrors { code } } }";
    for (region, class, days) in [
        ("321181402000", "CONTACT", json!(10)),
        ("321181402001", "CONTACT", json!(20)),
        ("321181402000", "REPORT_TEXT", json!(15)),
        ("321181402002", "REPORT_TEXT", json!(1)),
    ] {
        let input = json!({ "regionCode": region, "class": class, "days": days });
        let answer = world.data(&world.people.street, mutation, json!({ "input": input })).await;
        assert_eq!(answer["setRetention"]["userErrors"], json!([]));
    }
    let end = world.row(&problem).await.contact_idle_at.unwrap();
    let after = async |days: i64| {
        world.app.clock.stop_at(end + TimeDelta::days(days));
        scheduler::tick(&world.app).await.unwrap();
        let row = world.row(&problem).await;
        (row.reporter_name.is_some(), row.report != TOMBSTONE)
    };
    assert_eq!(after(14).await, (true, true));
    assert_eq!(after(15).await, (true, false), "the street's for reports");
    assert_eq!(after(20).await, (false, false), "the community's for contact data");
    is_whole(&world).await;
}
