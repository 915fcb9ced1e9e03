//! Returns, extensions, suspensions, the ledger, withdrawal, voiding, supervision.

use entity::word::{PartyKind, ProblemStatus, RegionLevel, RequestKind};
use serde_json::{Value, json};

use super::world::{World, id, see, with};
use crate::id::prefix;
use crate::policy::Viewer;

/// A problem that the city management leads and the property company assists, acknowledged by both.
pub async fn led(world: &World) -> String {
    led_as(world, json!({})).await
}

async fn led_as(world: &World, more: Value) -> String {
    let people = &world.people;
    let report = with(world.complaint(), more);
    let problem = world.run(&people.resident, "reportProblem", "problem", report).await.unwrap();
    world.accept(&problem).await;
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::CityManagement) },
        "assists": [{ "party": world.party(PartyKind::PropertyManager), "instruction": "请修复电梯" }],
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    world.acknowledge(&people.city, &problem).await;
    world.acknowledge(&people.property, &problem).await;
    problem
}

pub async fn about(world: &World, problem: &str, more: Value) -> Value {
    with(json!({ "expectedRevision": world.revision(problem).await }), more)
}

pub async fn on(world: &World, problem: &str, more: Value) -> Value {
    with(about(world, problem, more).await, json!({ "problem": problem }))
}

pub async fn ask_return(world: &World, viewer: &Viewer, problem: &str) -> Result<String, Value> {
    let task = world.task(viewer, problem).await;
    let input = about(world, problem, json!({ "task": task, "reason": "不属本单位职责" })).await;
    world.run(viewer, "requestReturn", "request", input).await
}

async fn decide_return(world: &World, problem: &str, request: &str, approve: bool) {
    let more = json!({ "request": request, "approve": approve, "reason": "经研究" });
    let input = about(world, problem, more).await;
    world.run(&world.people.secretary, "decideReturn", "request", input).await.unwrap();
}

#[tokio::test]
async fn a_second_return_of_the_lead_is_for_the_joint_meeting() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    for returns in [1, 2] {
        let request = ask_return(&world, &people.city, &problem).await.unwrap();
        assert_eq!(world.code(&people.city, "submitFeedback", "task", json!({
            "task": world.task(&people.city, &problem).await, "expectedRevision": world.revision(&problem).await, "feedback": "好了",
        })).await, "INVALID_TRANSITION");
        decide_return(&world, &problem, &request, true).await;
        let row = world.row(&problem).await;
        assert_eq!((row.status, row.return_count, row.lead_task_id), (ProblemStatus::Accepted, returns, None));
        assert_eq!(row.escalated_to_meeting, returns == 2);
        assert_eq!(Some(row.accountable_id), people.secretary.organisation);
        if returns == 1 {
            let lead = json!({ "lead": { "party": world.party(PartyKind::CityManagement) } });
            let input = on(&world, &problem, lead).await;
            world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
            world.acknowledge(&people.city, &problem).await;
        }
    }
    let entries = see(&world, &people.city, &problem, "returnCount timeline(first: 40) { nodes { type } }").await;
    assert_eq!(entries["returnCount"], 2);
    let escalated = |entry: &&Value| entry["type"] == "problem.escalated";
    assert_eq!(entries["timeline"]["nodes"].as_array().unwrap().iter().filter(escalated).count(), 1);
}

#[tokio::test]
async fn a_second_return_of_a_confidential_problem_is_the_streets() {
    let world = World::new().await;
    let people = &world.people;
    let report = with(world.complaint(), json!({ "confidential": true, "concerns": [] }));
    let problem = world.run(&people.resident, "reportProblem", "problem", report).await.unwrap();
    world.accept(&problem).await;
    for _ in 0..2 {
        let lead = json!({ "lead": { "party": world.party(PartyKind::CityManagement) } });
        let input = on(&world, &problem, lead).await;
        world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
        let request = ask_return(&world, &people.city, &problem).await.unwrap();
        decide_return(&world, &problem, &request, true).await;
    }
    let row = world.row(&problem).await;
    assert_eq!((row.handled_by, row.escalated_to_meeting), (RegionLevel::Street, false));
    assert!(see(&world, &people.secretary, &problem, "id").await.is_null());
    assert!(see(&world, &people.street, &problem, "id").await.is_object());
}

#[tokio::test]
async fn a_refused_return_leaves_the_task_as_it_was_and_needs_a_reason() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let request = ask_return(&world, &people.city, &problem).await.unwrap();
    let unsaid = about(&world, &problem, json!({ "request": request, "approve": false })).await;
    assert_eq!(world.code(&people.secretary, "decideReturn", "request", unsaid).await, "REQUIRED");
    decide_return(&world, &problem, &request, false).await;
    let seen =
        see(&world, &people.city, &problem, "status requests(first: 5) { nodes { kind status reason decision } }")
            .await;
    let expected = json!({ "kind": "RETURN", "status": "REFUSED", "reason": "不属本单位职责", "decision": "经研究" });
    assert_eq!(seen, json!({ "status": "IN_PROGRESS", "requests": { "nodes": [expected] } }));
    let again = about(&world, &problem, json!({ "request": request, "approve": true })).await;
    assert_eq!(world.code(&people.secretary, "decideReturn", "request", again).await, "INVALID_TRANSITION");
    world.record(&people.city, &problem).await;
}

#[tokio::test]
async fn a_transferred_lead_task_ends_and_another_opens_linked_to_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let task = world.task(&people.city, &problem).await;
    let to = |kind| json!({ "task": task, "to": { "party": world.party(kind) } });
    for (kind, code) in [(PartyKind::CityManagement, "DUPLICATE"), (PartyKind::PropertyManager, "FORBIDDEN")] {
        let input = about(&world, &problem, to(kind)).await;
        assert_eq!(world.code(&people.secretary, "transferTask", "task", input).await, code);
    }
    let input = about(&world, &problem, to(PartyKind::Police)).await;
    assert_eq!(world.code(&people.police, "transferTask", "task", input.clone()).await, "VALIDATION_FAILED");
    let new = world.run(&people.secretary, "transferTask", "task", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!(row.status, ProblemStatus::Dispatched);
    assert_eq!(row.lead_task_id.map(|lead| id(prefix::TASK, lead)), Some(new));
    assert_eq!(Some(row.accountable_id), people.police.organisation);
    world.acknowledge(&people.police, &problem).await;
    assert_eq!(world.row(&problem).await.status, ProblemStatus::InProgress);
}

#[tokio::test]
async fn a_waived_assist_lets_the_lead_submit_and_a_cancelled_lead_waits_for_dispatch() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    world.record(&people.city, &problem).await;
    let lead = world.task(&people.city, &problem).await;
    let submit = about(&world, &problem, json!({ "task": lead, "feedback": "已修复" })).await;
    assert_eq!(world.code(&people.city, "submitFeedback", "task", submit).await, "FORBIDDEN");
    let assist = world.task(&people.property, &problem).await;
    let named = about(&world, &problem, json!({ "task": assist, "reason": "请问王五，电话13812345678" })).await;
    assert_eq!(world.code(&people.secretary, "waiveTask", "task", named).await, "PERSONAL_DATA_IN_TEXT");
    let input = about(&world, &problem, json!({ "task": assist, "reason": "已由主办完成" })).await;
    world.run(&people.secretary, "waiveTask", "task", input).await.unwrap();
    let query = "query($id: ID!) { node(id: $id) { ... on DispositionTask { status endReason } } }";
    for viewer in [&people.secretary, &people.property, &people.city] {
        let seen = world.data(viewer, query, json!({ "id": assist })).await;
        assert_eq!(seen["node"], json!({ "status": "WAIVED", "endReason": "已由主办完成" }), "{:?}", viewer.role);
    }
    let not_the_lead = about(&world, &problem, json!({ "task": lead, "reason": "不需要" })).await;
    assert_eq!(world.code(&people.secretary, "waiveTask", "task", not_the_lead.clone()).await, "INVALID_TRANSITION");
    world.run(&people.secretary, "cancelTask", "task", not_the_lead).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.lead_task_id), (ProblemStatus::Accepted, None));
}

async fn ask_extension(world: &World, problem: &str, minutes: i64) -> Result<String, Value> {
    let due = world.lead(problem).await.unwrap().due_at.unwrap();
    let until = crate::read::shape::format_time(due + chrono::TimeDelta::minutes(minutes));
    let task = world.task(&world.people.city, problem).await;
    let input = about(world, problem, json!({ "task": task, "until": until, "reason": "配件未到货" })).await;
    world.run(&world.people.city, "requestExtension", "extension", input).await
}

#[tokio::test]
async fn an_extension_is_asked_once_before_the_limit_by_at_most_half_of_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let before = world.row(&problem).await.due_at.unwrap();
    for minutes in [0, 60 * 24 * 30] {
        assert_eq!(ask_extension(&world, &problem, minutes).await.unwrap_err()["code"], "OUT_OF_RANGE");
    }
    let extension = ask_extension(&world, &problem, 120).await.unwrap();
    assert_eq!(ask_extension(&world, &problem, 60).await.unwrap_err()["code"], "FORBIDDEN");
    let until = |minutes| crate::read::shape::format_time(before + chrono::TimeDelta::minutes(minutes));
    let decide = |minutes| json!({ "extension": extension, "approve": true, "until": until(minutes) });
    let more = about(&world, &problem, decide(121)).await;
    assert_eq!(world.code(&people.street, "decideExtension", "extension", more).await, "OUT_OF_RANGE");
    let input = about(&world, &problem, decide(60)).await;
    world.run(&people.street, "decideExtension", "extension", input).await.unwrap();
    let seen = see(
        &world,
        &people.city,
        &problem,
        "dueAt extensions(first: 2) { nodes { status formerDueAt askedUntil grantedUntil } }",
    )
    .await;
    let kept =
        json!({ "status": "APPROVED", "formerDueAt": until(0), "askedUntil": until(120), "grantedUntil": until(60) });
    assert_eq!(seen, json!({ "dueAt": until(60), "extensions": { "nodes": [kept] } }));
    assert_eq!(ask_extension(&world, &problem, 10).await.unwrap_err()["code"], "FORBIDDEN", "once a task");
}

#[tokio::test]
async fn who_asks_does_not_decide() {
    let world = World::new().await;
    let people = &world.people;
    // The secretary leads for the Party branch, and also is the office.
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let lead = json!({ "lead": { "party": world.party(PartyKind::PartyBranch) } });
    let input = on(&world, &problem, lead).await;
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    world.acknowledge(&people.secretary, &problem).await;
    let task = world.task(&people.secretary, &problem).await;
    let input = about(&world, &problem, json!({ "task": task, "until": "2026-03-20", "reason": "等待审批" })).await;
    let asked = world.run(&people.secretary, "requestSuspension", "suspension", input).await.unwrap();
    let decide = about(&world, &problem, json!({ "suspension": asked, "approve": true })).await;
    assert_eq!(world.code(&people.secretary, "decideSuspension", "suspension", decide.clone()).await, "FORBIDDEN");
    world.run(&people.street, "decideSuspension", "suspension", decide).await.unwrap();
}

/// A suspended problem, and when it was to be due before.
pub async fn suspended(world: &World) -> (String, chrono::DateTime<chrono::Utc>) {
    let people = &world.people;
    let problem = led(world).await;
    let due = world.row(&problem).await.due_at.unwrap();
    let task = world.task(&people.city, &problem).await;
    for (until, code) in [("2026-03-02", "OUT_OF_RANGE"), ("2026-04-02", "OUT_OF_RANGE")] {
        let input = about(world, &problem, json!({ "task": task, "until": until, "reason": "雨季" })).await;
        assert_eq!(world.code(&people.city, "requestSuspension", "suspension", input).await, code);
    }
    let input = about(world, &problem, json!({ "task": task, "until": "2026-03-20", "reason": "雨季" })).await;
    let asked = world.run(&people.city, "requestSuspension", "suspension", input).await.unwrap();
    let later = json!({ "suspension": asked, "approve": true, "until": "2026-03-21" });
    let input = about(world, &problem, later).await;
    assert_eq!(world.code(&people.secretary, "decideSuspension", "suspension", input).await, "OUT_OF_RANGE");
    let input = about(world, &problem, json!({ "suspension": asked, "approve": true })).await;
    world.run(&people.secretary, "decideSuspension", "suspension", input).await.unwrap();
    (problem, due)
}

#[tokio::test]
async fn a_pause_takes_nothing_of_the_limit() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, due) = suspended(&world).await;
    let paused = world.app.clock.now();
    let row = world.row(&problem).await;
    assert_eq!(row.status, ProblemStatus::Suspended);
    assert_eq!(Some(row.accountable_id), people.city.organisation);
    world.wait(chrono::TimeDelta::days(7));
    assert_eq!(see(&world, &people.city, &problem, "overdue").await["overdue"], false);
    let input = on(&world, &problem, json!({})).await;
    world.run(&people.city, "resumeProblem", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    let pause = world.app.clock.now() - paused;
    assert_eq!((row.status, row.due_at), (ProblemStatus::InProgress, Some(due + pause)));
    assert_eq!(world.lead(&problem).await.unwrap().due_at, Some(due + pause));
}

/// A problem whose extension is spent.
pub async fn extended(world: &World) -> String {
    let problem = led(world).await;
    let extension = ask_extension(world, &problem, 60).await.unwrap();
    let input = about(world, &problem, json!({ "extension": extension, "approve": true })).await;
    world.run(&world.people.street, "decideExtension", "extension", input).await.unwrap();
    problem
}

/// A problem on the ledger, whose owner is the city management.
pub async fn on_ledger(world: &World) -> String {
    let problem = extended(world).await;
    let owner = id(prefix::ORGANISATION, world.people.city.organisation.unwrap());
    let carry = json!({ "owner": owner, "reviewOn": "2026-05-01", "reason": "维修资金未到位" });
    let input = on(world, &problem, carry).await;
    world.run(&world.people.street, "carryOnLedger", "problem", input).await.unwrap();
    problem
}

#[tokio::test]
async fn the_ledger_is_the_streets_after_the_extension_with_an_owner_that_is_not_complained_of() {
    let world = World::new().await;
    let people = &world.people;
    let early = led(&world).await;
    let owner = |of: &Viewer| id(prefix::ORGANISATION, of.organisation.unwrap());
    let carry = |of: &Viewer, day: &str| json!({ "owner": owner(of), "reviewOn": day, "reason": "维修资金未到位" });
    let input = on(&world, &early, carry(&people.city, "2026-05-01")).await;
    assert_eq!(world.code(&people.street, "carryOnLedger", "problem", input).await, "FORBIDDEN");
    let problem = extended(&world).await;
    for (of, day, code) in [
        (&people.property, "2026-05-01", "FORBIDDEN"),
        (&people.city, "2026-03-02", "OUT_OF_RANGE"),
        (&people.city, "2027-05-01", "OUT_OF_RANGE"),
    ] {
        let input = on(&world, &problem, carry(of, day)).await;
        assert_eq!(world.code(&people.street, "carryOnLedger", "problem", input).await, code, "{day}");
    }
    let input = on(&world, &problem, carry(&people.city, "2026-05-01")).await;
    assert_eq!(world.code(&people.secretary, "carryOnLedger", "problem", input).await, "VALIDATION_FAILED");
    let problem = on_ledger(&world).await;
    let seen = see(
        &world,
        &people.resident,
        &problem,
        "status ledgerEntries(first: 2) { nodes { reviewOn reason owner { name } } }",
    )
    .await;
    assert_eq!(seen["ledgerEntries"]["nodes"][0]["reviewOn"], "2026-05-01");
    let input = on(&world, &problem, json!({ "reviewOn": "2026-06-01", "owner": owner(&people.police) })).await;
    world.run(&people.street, "reviewLedger", "problem", input).await.unwrap();
    assert_eq!(Some(world.row(&problem).await.accountable_id), people.police.organisation);
    let input = on(&world, &problem, json!({})).await;
    world.run(&people.street, "takeOffLedger", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.accountable_id), (ProblemStatus::InProgress, people.city.organisation.unwrap()));
    assert_eq!(row.due_at, world.lead(&problem).await.unwrap().due_at);
}

#[tokio::test]
async fn a_withdrawal_after_dispatch_needs_the_secretarys_consent_and_parties_do_not_see_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let input = on(&world, &problem, json!({ "reason": "已私下解决" })).await;
    assert_eq!(world.code(&people.resident, "withdrawProblem", "problem", input.clone()).await, "INVALID_TRANSITION");
    let request = world.run(&people.resident, "requestWithdrawal", "request", input).await.unwrap();
    let requests = "requests(first: 5) { nodes { kind } }";
    assert_eq!(see(&world, &people.city, &problem, requests).await, json!({ "requests": { "nodes": [] } }));
    let decide = |approve: bool| json!({ "request": request, "approve": approve, "reason": "同意" });
    let input = about(&world, &problem, decide(true)).await;
    world.run(&people.secretary, "decideWithdrawal", "request", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.lead_task_id), (ProblemStatus::Withdrawn, None));
    assert!(world.lead(&problem).await.is_none());
    assert_eq!(see(&world, &people.city, &problem, "reason").await, json!({ "reason": null }));
}

#[tokio::test]
async fn what_concerns_public_safety_is_not_withdrawn() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let input = with(world.acceptance(&problem).await, json!({ "publicSafety": true }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    world.dispatch(&problem).await;
    let input = on(&world, &problem, json!({ "reason": "算了" })).await;
    assert_eq!(world.code(&people.resident, "requestWithdrawal", "request", input).await, "FORBIDDEN");
}

#[tokio::test]
async fn voiding_takes_two_persons() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let input = on(&world, &problem, json!({ "reason": "重复测试数据" })).await;
    let request = world.run(&people.street, "requestVoid", "request", input.clone()).await.unwrap();
    let again = on(&world, &problem, json!({ "reason": "重复测试数据" })).await;
    assert_eq!(world.code(&people.street, "requestVoid", "request", again).await, "INVALID_TRANSITION");
    let confirm = about(&world, &problem, json!({ "request": request })).await;
    assert_eq!(world.code(&people.street, "confirmVoid", "request", confirm.clone()).await, "FORBIDDEN");
    assert_eq!(
        see(&world, &people.city, &problem, "requests(first: 3) { nodes { kind } }").await["requests"]["nodes"],
        json!([])
    );
    world.run(&people.supervisor, "confirmVoid", "request", confirm).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.reason.as_deref()), (ProblemStatus::Voided, Some("重复测试数据")));
    assert_eq!(world.pending(&problem, RequestKind::Void).await, None);
}

#[tokio::test]
async fn supervision_is_asked_for_raised_and_lifted() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let ask = json!({ "level": "NORMAL", "reason": "居民多次催办" });
    let none = on(&world, &problem, json!({ "level": "NONE", "reason": "无" })).await;
    assert_eq!(world.code(&people.secretary, "proposeSupervision", "supervision", none).await, "INVALID_VALUE");
    let input = on(&world, &problem, ask.clone()).await;
    assert_eq!(
        world.code(&people.secretary, "raiseSupervision", "supervision", input.clone()).await,
        "VALIDATION_FAILED"
    );
    let proposal = world.run(&people.secretary, "proposeSupervision", "supervision", input).await.unwrap();
    let list = "supervision supervisions(first: 5) { nodes { level status grounds reason raisedByRole endedByRole } }";
    assert_eq!(see(&world, &people.city, &problem, list).await["supervisions"]["nodes"], json!([]));
    let raise = json!({ "level": "YELLOW", "reason": "限期整改", "proposal": proposal });
    let input = on(&world, &problem, raise).await;
    let raised = world.run(&people.supervisor, "raiseSupervision", "supervision", input).await.unwrap();
    assert_eq!(raised, proposal);
    let entry = |reason: Value, status: &str, ended: Value| json!({ "level": "YELLOW", "status": status, "grounds": "ASKED", "reason": reason, "raisedByRole": "SUPERVISOR", "endedByRole": ended });
    assert_eq!(
        see(&world, &people.city, &problem, list).await,
        json!({ "supervision": "YELLOW", "supervisions": { "nodes": [entry(json!(null), "IN_FORCE", json!(null))] } })
    );
    let end = about(&world, &problem, json!({ "supervision": raised, "reason": "已整改" })).await;
    world.run(&people.street, "liftSupervision", "supervision", end).await.unwrap();
    let seen = see(&world, &people.secretary, &problem, list).await;
    assert_eq!(
        seen,
        json!({ "supervision": "NONE", "supervisions": { "nodes": [entry(json!("限期整改"), "LIFTED", json!("STREET_COORDINATOR"))] } })
    );
}

#[tokio::test]
async fn two_reworks_propose_supervision_by_themselves() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    for _ in 0..2 {
        let input = on(&world, &problem, json!({ "reason": "仍未修好" })).await;
        world.run(&people.street, "reworkProblem", "problem", input).await.unwrap();
        world.record(&people.city, &problem).await;
        world.submit(&people.city, &problem).await;
    }
    let seen =
        see(&world, &people.secretary, &problem, "supervisions(first: 5) { nodes { status grounds proposedByRole } }")
            .await;
    let proposed = json!([{ "status": "PROPOSED", "grounds": "REWORKED", "proposedByRole": null }]);
    assert_eq!(seen["supervisions"]["nodes"], proposed);
}
