//! A reporter without account: the code, and what is done with it.

use chrono::TimeDelta;
use entity::word::{PartyKind, ProblemAction, ProblemStatus, Word};
use entity::{event, rating, reporter_code};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{ask, code, guest};
use crate::event::INSTALLATION;
use crate::machine::Machine as _;
use crate::policy::Viewer;
use crate::problem::facts::{Asked, Facts};
use crate::problem::tests::world::{COMMUNITY, World, noon, see, with, without};
use crate::problem::transition;

/// Reports for somebody without account: problem, number and code.
pub(super) async fn reported(world: &World) -> (String, Value) {
    let input =
        with(world.complaint(), json!({ "reporterName": "李老太", "reporterPhone": "13811112222", "consent": true }));
    let (problem, code) = report(world, input).await;
    let number = world.row(&problem).await.number;
    (problem, json!({ "number": number, "code": code }))
}

async fn report(world: &World, input: Value) -> (String, Value) {
    let query = "mutation($input: ReportProblemInput!) { reportProblem(input: $input) {
        problem { id } reporterCode userErrors { code } } }";
    world.wait(TimeDelta::seconds(1));
    let mut payload =
        world.data(&world.people.grid_worker, query, json!({ "input": input })).await["reportProblem"].take();
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    (payload["problem"]["id"].as_str().unwrap().to_owned(), payload["reporterCode"].take())
}

async fn close(world: &World, problem: &str) {
    let people = &world.people;
    world.accept(problem).await;
    world.dispatch(problem).await;
    world.acknowledge(&people.city, problem).await;
    world.acknowledge(&people.property, problem).await;
    for viewer in [&people.property, &people.city] {
        world.record(viewer, problem).await;
        world.submit(viewer, problem).await;
    }
    world.close(&people.secretary, problem).await;
}

#[tokio::test]
async fn a_code_is_shown_once_and_kept_as_a_hash() {
    let world = World::new().await;
    let input = with(world.complaint(), json!({ "reporterName": "李老太", "consent": true }));
    let (problem, shown) = report(&world, input.clone()).await;
    let shown = shown.as_str().unwrap().to_owned();
    assert_eq!(report(&world, input).await, (problem.clone(), Value::Null), "the same key shows it no more");
    // It is in no table and no event.
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let kept = reporter_code::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    assert_eq!(kept.code_hash.len(), 32);
    for row in event::Entity::find().all(&world.app.db).await.unwrap() {
        assert!(!row.data.to_string().contains(&digits[..8]), "{row:?}");
    }
    // Whoever has an account gets none.
    let own = with(world.complaint(), json!({ "idempotencyKey": world.key() }));
    assert_eq!(report(&world, own).await.1, Value::Null);
}

#[tokio::test]
async fn who_acts_for_whom_it_complains_of_gets_no_code() {
    let world = World::new().await;
    let input = with(world.complaint(), json!({ "reporterName": "李老太", "consent": true }));
    let query = "mutation($input: ReportProblemInput!) { reportProblem(input: $input) {
        problem { id } reporterCode userErrors { code } } }";
    let payload = world.data(&world.people.property, query, json!({ "input": input })).await;
    assert_eq!(payload["reportProblem"], json!({ "problem": null, "reporterCode": null, "userErrors": [] }));
    assert!(reporter_code::Entity::find().one(&world.app.db).await.unwrap().is_none());
}

#[tokio::test]
async fn a_code_that_was_handed_out_by_who_is_complained_of_later_opens_nothing() {
    let world = World::new().await;
    let people = &world.people;
    let input = without(world.complaint(), "concerns");
    let input = with(input, json!({ "reporterName": "李老太", "consent": true }));
    let query = "mutation($input: ReportProblemInput!) { reportProblem(input: $input) {
        problem { id number } reporterCode } }";
    let payload = world.data(&people.property, query, json!({ "input": input })).await["reportProblem"].take();
    let (problem, number) = (payload["problem"]["id"].as_str().unwrap(), &payload["problem"]["number"]);
    let opens = async |code: &Value| guest(&world, "reportStatus", json!({ "number": number, "code": code })).await;
    assert!(opens(&payload["reporterCode"]).await.is_ok());
    let about = json!({ "concerns": [world.party(PartyKind::PropertyManager)] });
    let about = with(world.acceptance(problem).await, about);
    world.run(&people.secretary, "acceptProblem", "problem", about).await.unwrap();
    let refused = opens(&payload["reporterCode"]).await.unwrap_err();
    assert_eq!(refused["code"], "REPORT_CODE_FAILED");
    let renew = "mutation($input: RenewReporterCodeInput!) { renewReporterCode(input: $input) { reporterCode } }";
    let input = json!({ "problem": problem, "idempotencyKey": world.key() });
    let anew = world.data(&people.secretary, renew, json!({ "input": input })).await;
    assert!(opens(&anew["renewReporterCode"]["reporterCode"]).await.is_ok(), "the office issues another");
}

#[tokio::test]
async fn a_report_is_looked_up_by_number_and_code() {
    let world = World::new().await;
    let (problem, key) = reported(&world).await;
    let seen = guest(&world, "reportStatus", key.clone()).await.unwrap();
    assert_eq!((&seen["status"], &seen["reply"], &seen["rated"]), (&json!("REPORTED"), &Value::Null, &json!(false)));
    let actions: Vec<_> = seen["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["mutation"].clone(), one["allowed"].clone()))
        .collect();
    assert_eq!(
        actions,
        [
            ("supplementReport", true),
            ("appealReport", false),
            ("rateReport", false),
            ("reopenReport", false),
            ("withdrawReport", true)
        ]
        .map(|(name, allowed)| (json!(name), json!(allowed)))
    );
    close(&world, &problem).await;
    let spaced = with(key, json!({ "number": format!(" {} ", world.row(&problem).await.number.to_lowercase()) }));
    let seen = guest(&world, "reportStatus", spaced).await.unwrap();
    assert_eq!((&seen["status"], &seen["reply"]), (&json!("CLOSED"), &json!("电梯已恢复运行，感谢反映。")));
    // The record says that the reporter looked, in no person's name.
    let looked =
        event::Entity::find().filter(event::Column::Kind.eq("report.lookedUp")).all(&world.app.db).await.unwrap();
    assert_eq!(looked.len(), 2);
    assert!(
        looked
            .iter()
            .all(|row| row.actor_id.is_none() && row.actor_role.is_some_and(|role| role.value() == "RESIDENT"))
    );
}

#[tokio::test]
async fn an_unknown_number_and_a_wrong_code_are_one_answer() {
    let world = World::new().await;
    let (_, key) = reported(&world).await;
    let (_, other) = reported(&world).await;
    let wrong = guest(&world, "reportStatus", with(key.clone(), json!({ "code": other["code"] }))).await.unwrap_err();
    let unknown =
        guest(&world, "reportStatus", with(key.clone(), json!({ "number": "ZXL-2026-00000-0" }))).await.unwrap_err();
    assert_eq!(wrong, unknown);
    assert_eq!(wrong["code"], "REPORT_CODE_FAILED");
    for name in [
        "rateReport",
        "reopenReport",
        "withdrawReport",
        "appealReport",
        "supplementReport",
        "askAboutReportData",
        "correctReportContact",
    ] {
        let more = match name {
            "rateReport" => json!({ "satisfaction": "SATISFIED" }),
            "supplementReport" => json!({ "content": "补充" }),
            "askAboutReportData" => json!({ "kind": "ACCESS" }),
            "correctReportContact" => json!({ "name": "x" }),
            _ => json!({ "reason": "x" }),
        };
        let input = with(with(key.clone(), json!({ "code": other["code"] })), more);
        assert_eq!(guest(&world, name, input).await.unwrap_err()["code"], "REPORT_CODE_FAILED", "{name}");
    }
    // A slip is told before anything is looked up, and whether or not there is such a number.
    let slip = json!({ "code": "1234-5678-9012-34567" });
    for number in [key["number"].clone(), json!("ZXL-2026-00000-0")] {
        let error = guest(&world, "reportStatus", with(slip.clone(), json!({ "number": number }))).await.unwrap_err();
        assert_eq!((&error["code"], &error["path"]), (&json!("INVALID_VALUE"), &json!(["input", "code"])));
    }
    let attempts = event::Entity::find()
        .filter(event::Column::Kind.eq("report.codeRefused"))
        .order_by_asc(event::Column::Id)
        .all(&world.app.db)
        .await
        .unwrap();
    assert_eq!(attempts.len(), 9, "each attempt that was looked up is on record, and no slip");
    assert!(attempts.iter().all(|row| row.actor_id.is_none() && row.actor_role.is_none() && row.data == json!({})));
    assert_eq!(attempts.iter().filter(|row| row.stream == INSTALLATION).count(), 1);
    assert!(crate::doctor::examine(&world.app.db).await.unwrap().breaks.is_empty());
}

#[tokio::test]
async fn ten_wrong_codes_lock_a_number_and_an_address_waits() {
    let world = World::new().await;
    let (_, key) = reported(&world).await;
    let (_, other) = reported(&world).await;
    let wrong = with(key.clone(), json!({ "code": other["code"] }));
    for _ in 0..10 {
        assert_eq!(guest(&world, "reportStatus", wrong.clone()).await.unwrap_err()["code"], "REPORT_CODE_FAILED");
    }
    assert_eq!(guest(&world, "reportStatus", key.clone()).await.unwrap_err()["code"], "REPORT_CODE_FAILED", "locked");
    guest(&world, "reportStatus", other.clone()).await.unwrap();
    let query = "mutation($input: ReportStatusInput!) { reportStatus(input: $input) { userErrors { code } } }";
    let mut last = Value::Null;
    for number in 0..61 {
        let input = with(wrong.clone(), json!({ "number": format!("ZXL-2026-{number:05}-0") }));
        last = ask(&world, query, json!({ "input": input }), Some("192.0.2.7")).await;
    }
    assert_eq!(last["errors"][0]["extensions"]["code"], "TOO_MANY_REQUESTS", "{last}");
    let seen = ask(&world, query, json!({ "input": other }), Some("192.0.2.8")).await;
    assert_eq!(seen["data"]["reportStatus"]["userErrors"], json!([]));
}

#[tokio::test]
async fn a_closure_is_rated_once_whoever_records_it() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, key) = reported(&world).await;
    let rate = with(key.clone(), json!({ "satisfaction": "SATISFIED", "comment": "很好" }));
    let early = guest(&world, "rateReport", rate.clone()).await.unwrap_err();
    assert_eq!(
        (&early["code"], &early["from"], &early["allowed"]),
        (&json!("INVALID_TRANSITION"), &json!("REPORTED"), &json!(["supplementReport", "withdrawReport"]))
    );
    close(&world, &problem).await;
    assert_eq!(guest(&world, "rateReport", rate.clone()).await.unwrap()["rated"], true);
    assert_eq!(guest(&world, "rateReport", rate.clone()).await.unwrap_err()["code"], "FORBIDDEN");
    let row = rating::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    assert_eq!(row.rated_by, None);
    let call = |more: Value| {
        with(json!({ "problem": problem, "method": "CALL", "reached": true, "idempotencyKey": world.key() }), more)
    };
    let said = world.run(&people.secretary, "followUp", "followUp", call(json!({ "satisfaction": "NEUTRAL" }))).await;
    assert_eq!(code(&said), "FORBIDDEN");
    world.run(&people.secretary, "followUp", "followUp", call(json!({}))).await.unwrap();

    // The other way round: said at a call, and then not by code.
    let (problem, key) = reported(&world).await;
    close(&world, &problem).await;
    let call = |more: Value| {
        with(json!({ "problem": problem, "method": "CALL", "reached": true, "idempotencyKey": world.key() }), more)
    };
    world.run(&people.secretary, "followUp", "followUp", call(json!({ "satisfaction": "NEUTRAL" }))).await.unwrap();
    let rate = with(key.clone(), json!({ "satisfaction": "SATISFIED" }));
    assert_eq!(guest(&world, "rateReport", rate.clone()).await.unwrap_err()["code"], "FORBIDDEN");
    let again = world.run(&people.secretary, "followUp", "followUp", call(json!({ "satisfaction": "NEUTRAL" }))).await;
    assert_eq!(code(&again), "FORBIDDEN");
    // A new closure is rated anew.
    guest(&world, "reopenReport", with(key.clone(), json!({ "reason": "又坏了" }))).await.unwrap();
    world.acknowledge(&people.city, &problem).await;
    world.record(&people.city, &problem).await;
    world.submit(&people.city, &problem).await;
    world.close(&people.secretary, &problem).await;
    guest(&world, "rateReport", rate).await.unwrap();
    // Of somebody with an account both are kept: one is what was said, the other the rating.
    let own = world.handled().await;
    world.close(&people.secretary, &own).await;
    let call = |more: Value| {
        with(json!({ "problem": own, "method": "CALL", "reached": true, "idempotencyKey": world.key() }), more)
    };
    world.run(&people.secretary, "followUp", "followUp", call(json!({ "satisfaction": "NEUTRAL" }))).await.unwrap();
    let rate = json!({ "problem": own, "satisfaction": "SATISFIED", "idempotencyKey": world.key() });
    world.run(&people.resident, "rateProblem", "rating", rate).await.unwrap();
}

#[tokio::test]
async fn the_days_and_states_are_those_of_every_reporter() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, key) = reported(&world).await;
    close(&world, &problem).await;
    let reopen = with(key.clone(), json!({ "reason": "又停了，李老太" }));
    let late = with(key.clone(), json!({ "reason": "x" }));
    world.wait(TimeDelta::days(15));
    let error = guest(&world, "reopenReport", late.clone()).await.unwrap_err();
    assert_eq!(error["code"], "FORBIDDEN");
    world.wait(-TimeDelta::days(1));
    assert_eq!(guest(&world, "reopenReport", reopen.clone()).await.unwrap()["status"], "DISPATCHED");
    let row = world.row(&problem).await;
    assert_eq!((row.reopen_count, row.closed_at), (1, None));
    let error = guest(&world, "reopenReport", reopen).await.unwrap_err();
    assert_eq!((&error["__typename"], &error["code"]), (&json!("TransitionError"), &json!("INVALID_TRANSITION")));
    let error = guest(&world, "withdrawReport", late).await.unwrap_err();
    assert_eq!((&error["code"], &error["from"]), (&json!("INVALID_TRANSITION"), &json!("DISPATCHED")));
    // To the parties it is a change of state by the community.
    let timeline = world
        .data(
            &people.city,
            "query($id: ID!) { problem(id: $id) { timeline(first: 50) { nodes { type actorRole } } } }",
            json!({ "id": problem }),
        )
        .await;
    assert!(!timeline.to_string().contains("reopened") && !timeline.to_string().contains("report."), "{timeline}");

    let (problem, key) = reported(&world).await;
    let input =
        json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "不属本社区" });
    world.run(&people.secretary, "declineProblem", "problem", input).await.unwrap();
    let seen = guest(&world, "reportStatus", key.clone()).await.unwrap();
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("DECLINED"), &json!("不属本社区")));
    let appeal = with(key.clone(), json!({ "reason": "就在社区里" }));
    assert_eq!(guest(&world, "appealReport", appeal).await.unwrap()["status"], "REPORTED");
    let withdraw = with(key, json!({ "reason": "不用了" }));
    assert_eq!(
        code_of(guest(&world, "withdrawReport", with(withdraw.clone(), json!({ "reason": " " }))).await),
        "REQUIRED"
    );
    assert_eq!(guest(&world, "withdrawReport", withdraw).await.unwrap()["status"], "WITHDRAWN");
    assert!(crate::doctor::examine(&world.app.db).await.unwrap().breaks.is_empty());

    let (problem, key) = reported(&world).await;
    let input = with(world.acceptance(&problem).await, json!({ "publicSafety": true }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    assert_eq!(code_of(guest(&world, "withdrawReport", with(key, json!({ "reason": "x" }))).await), "FORBIDDEN");
}

fn code_of(answer: Result<Value, Value>) -> String {
    answer.map_or_else(|error| error["code"].as_str().unwrap().to_owned(), |_| "done".into())
}

#[tokio::test]
async fn words_are_added_once_while_it_is_open_and_a_merged_report_follows_the_other() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, key) = reported(&world).await;
    let more = with(key.clone(), json!({ "content": "电梯里还有异响。" }));
    for _ in 0..2 {
        guest(&world, "supplementReport", more.clone()).await.unwrap();
    }
    let seen = see(&world, &people.secretary, &problem, "additions { nodes { content } }").await;
    assert_eq!(seen["additions"]["nodes"], json!([{ "content": "电梯里还有异响。" }]));
    let empty = with(key.clone(), json!({ "content": " " }));
    assert_eq!(guest(&world, "supplementReport", empty).await.unwrap_err()["code"], "REQUIRED");
    assert_eq!(guest(&world, "reportStatus", key.clone()).await.unwrap()["followed"], Value::Null);

    let target = world.handled().await;
    let revision = world.revision(&problem).await;
    let merge = json!({ "problem": problem, "expectedRevision": revision, "into": target, "reason": "同一件事" });
    world.run(&people.secretary, "mergeProblem", "problem", merge).await.unwrap();
    let refused =
        guest(&world, "supplementReport", with(key.clone(), json!({ "content": "再补充" }))).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["from"]), (&json!("INVALID_TRANSITION"), &json!("MERGED")));
    world.close(&people.secretary, &target).await;
    let seen = guest(&world, "reportStatus", key).await.unwrap();
    assert_eq!((&seen["status"], &seen["followed"]["status"]), (&json!("MERGED"), &json!("CLOSED")));
    assert_eq!(seen["followed"]["reply"], "电梯已恢复运行，感谢反映。");
}

/// What a reporter without account may do in each state, written anew.
#[test]
fn every_state_and_act_is_as_the_table_says() {
    let now = noon();
    let viewer = Viewer::reporter_without_account(COMMUNITY);
    for status in ProblemStatus::ALL {
        let facts = Facts {
            status: *status,
            declined_at: Some(now),
            declined_by: None,
            closed_at: Some(now),
            public_safety: false,
            office: false,
            ground: false,
            reporter: true,
            recorder: false,
            concerned: false,
            handled: false,
            contact: false,
            named: false,
            lead: None,
            assist: None,
            read: None,
            assists_open: false,
            disposed: false,
            rated: false,
            due_at: None,
            merged_at: None,
            tasks_open: false,
            returning: Asked::Never,
            extension: Asked::Never,
            suspension: Asked::Never,
            voiding: Asked::Never,
            withdrawal: Asked::Never,
            target_closed: false,
            supervised: false,
            proposed: false,
        };
        let open = |action| {
            if action == ProblemAction::Add {
                return ![
                    ProblemStatus::Declined,
                    ProblemStatus::Closed,
                    ProblemStatus::Withdrawn,
                    ProblemStatus::Voided,
                    ProblemStatus::Merged,
                ]
                .contains(status);
            }
            let states: &[ProblemStatus] = if action == ProblemAction::Withdraw {
                &[ProblemStatus::Reported, ProblemStatus::Accepted]
            } else if action == ProblemAction::Appeal {
                &[ProblemStatus::Declined]
            } else {
                &[ProblemStatus::Closed]
            };
            states.contains(status)
        };
        let own = [
            ProblemAction::Add,
            ProblemAction::Appeal,
            ProblemAction::Rate,
            ProblemAction::Reopen,
            ProblemAction::Withdraw,
        ];
        let asked = transition::Asked { facts: &facts, viewer: &viewer, now };
        let told: Vec<_> = asked.allowed().map(|one| (one.action, one.obstacle.is_none())).collect();
        assert_eq!(told, own.map(|action| (action, open(action))), "{}", status.value());
        for action in ProblemAction::ALL {
            let done = asked.require(*action);
            assert_eq!(done.is_ok(), own.contains(action) && open(*action), "{} {}", status.value(), action.value());
        }
    }
}

#[tokio::test]
async fn the_office_issues_a_new_code_and_the_old_one_no_longer_counts() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, key) = reported(&world).await;
    let query = "mutation($input: RenewReporterCodeInput!) { renewReporterCode(input: $input) {
        problem { id } reporterCode userErrors { code } } }";
    let renew = async |viewer, problem: &str, key: &str| {
        let input = json!({ "input": { "problem": problem, "idempotencyKey": key } });
        world.ask(viewer, query, input).await["data"]["renewReporterCode"].take()
    };
    let first = renew(&people.secretary, &problem, "k").await;
    assert_eq!(first["problem"]["id"], json!(problem));
    assert_eq!(renew(&people.secretary, &problem, "k").await["reporterCode"], Value::Null);
    assert_eq!(code_of(guest(&world, "reportStatus", key.clone()).await), "REPORT_CODE_FAILED");
    guest(&world, "reportStatus", with(key, json!({ "code": first["reporterCode"] }))).await.unwrap();
    for (viewer, expected) in [(&people.grid_worker, Value::Null), (&people.foreign, json!("NOT_FOUND"))] {
        assert_eq!(renew(viewer, &problem, "k").await["userErrors"][0]["code"], expected, "{:?}", viewer.role);
    }
    let own = world.report(&people.resident).await;
    assert_eq!(renew(&people.secretary, &own, "k2").await["userErrors"][0]["code"], "FORBIDDEN", "has an account");
    // The secretary was with the property company that it complains of.
    world.also(&people.secretary, &people.property, None).await;
    assert_eq!(renew(&people.secretary, &problem, "k3").await["userErrors"][0]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn a_report_needs_the_present_notice() {
    let world = World::new().await;
    let (resident, row) = (&world.people.resident, world.report(&world.people.resident).await);
    let row = world.row(&row).await;
    assert_eq!((row.notice_version.as_deref(), row.notice_accepted_at), (Some("2026-11"), Some(row.reported_at)));
    let input = with(world.complaint(), json!({ "acceptedNotice": "2025-01" }));
    let error = world.run(resident, "reportProblem", "problem", input).await.unwrap_err();
    assert_eq!((&error["code"], &error["path"]), (&json!("NOTICE_OUTDATED"), &json!(["input", "acceptedNotice"])));
    assert!(error["message"].as_str().unwrap().contains("2026-11"), "{error}");
    for viewer in [None, Some(resident)] {
        let query = "{ privacyNotice { version effectiveOn zh en } }";
        let told = match viewer {
            Some(viewer) => world.ask(viewer, query, json!({})).await,
            None => ask(&world, query, json!({}), None).await,
        };
        assert_eq!(told["data"]["privacyNotice"]["version"], "2026-11");
        assert_eq!(told["data"]["privacyNotice"]["effectiveOn"], "2026-11-01");
    }
}
