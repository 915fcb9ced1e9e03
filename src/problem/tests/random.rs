//! Random commands by random people: the state machine holds, and its list of what can be done is right.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::word::{PartyKind, ProblemAction, ProblemStatus, RequestKind, TaskRole, TaskStatus, Word};
use entity::{closure, disposition_task, problem};
use proptest::prelude::*;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::world::{World, id};
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::transition::MOVES;

/// Who tries what on which problem: a step of the walk.
type Step = (usize, usize, usize, bool);

async fn actors(world: &World) -> Vec<Viewer> {
    let people = &world.people;
    let second = world.colleague(&people.street).await;
    [
        &people.resident,
        &people.secretary,
        &people.street,
        &second,
        &people.supervisor,
        &people.city,
        &people.property,
        &people.lawyer,
        &people.grid_worker,
        &people.neighbour,
    ]
    .map(Clone::clone)
    .into()
}

/// A whole and right input for an action, where the viewer has what it is about.
#[expect(clippy::wildcard_enum_match_arm, reason = "an input an action")]
pub async fn input(
    world: &World,
    viewer: &Viewer,
    (problem, other): (&str, &str),
    action: ProblemAction,
) -> Option<(&'static str, &'static str, Value)> {
    let revision = world.revision(problem).await;
    let plain = |more: Value| {
        let mut input = json!({ "problem": problem, "expectedRevision": revision });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let once = |more: Value| {
        let mut input = json!({ "problem": problem, "idempotencyKey": world.key() });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let task = match action {
        ProblemAction::Acknowledge => world.task_at(viewer, problem, &[TaskStatus::Assigned, TaskStatus::Unread]).await,
        ProblemAction::RequestReturn => {
            world.task_at(viewer, problem, &[TaskStatus::Assigned, TaskStatus::Acknowledged]).await
        }
        _ => world.task_at(viewer, problem, &[TaskStatus::Acknowledged]).await,
    };
    Some(match action {
        ProblemAction::Add => ("addToReport", "addition", once(json!({ "content": "补充" }))),
        ProblemAction::Accept => ("acceptProblem", "problem", world.acceptance(problem).await),
        ProblemAction::Decline => ("declineProblem", "problem", plain(json!({ "reason": "无关" }))),
        ProblemAction::Appeal => ("appealProblem", "problem", plain(json!({ "reason": "不服" }))),
        ProblemAction::Dispatch => {
            let mut free = world.free(problem).await;
            free.retain(|kind| *kind != PartyKind::Police);
            let to = |kind: &PartyKind| json!({ "party": world.party(*kind), "instruction": "修复" });
            let (lead, assists) = free.split_first()?;
            let assists: Vec<_> = assists.iter().take(1).map(to).collect();
            ("dispatchProblem", "problem", plain(json!({ "lead": to(lead), "assists": assists })))
        }
        ProblemAction::Acknowledge => {
            ("acknowledgeTask", "task", json!({ "task": task?, "expectedRevision": revision }))
        }
        ProblemAction::Record => (
            "recordDisposition",
            "disposition",
            json!({ "task": task?, "action": "VISIT", "content": "上门", "idempotencyKey": world.key() }),
        ),
        ProblemAction::Submit => {
            ("submitFeedback", "task", json!({ "task": task?, "expectedRevision": revision, "feedback": "完成" }))
        }
        ProblemAction::Close => ("closeProblem", "problem", world.closing(problem).await),
        ProblemAction::Rework => ("reworkProblem", "problem", plain(json!({ "reason": "再看" }))),
        ProblemAction::FollowUp => ("followUp", "followUp", once(json!({ "method": "CALL", "reached": true }))),
        ProblemAction::Rate => ("rateProblem", "rating", once(json!({ "satisfaction": "SATISFIED" }))),
        ProblemAction::Reopen => ("reopenProblem", "problem", plain(json!({ "reason": "又坏了" }))),
        ProblemAction::Withdraw => ("withdrawProblem", "problem", plain(json!({ "reason": "不用了" }))),
        ProblemAction::RevealContact => return None,
        ProblemAction::RequestReturn => {
            ("requestReturn", "request", json!({ "task": task?, "expectedRevision": revision, "reason": "不属本单位" }))
        }
        ProblemAction::RequestExtension => {
            let due = world.lead(problem).await?.due_at?;
            let until = crate::read::shape::format_time(due + TimeDelta::minutes(1));
            (
                "requestExtension",
                "extension",
                json!({ "task": task?, "expectedRevision": revision, "until": until, "reason": "配件未到" }),
            )
        }
        ProblemAction::RequestSuspension => (
            "requestSuspension",
            "suspension",
            json!({ "task": task?, "expectedRevision": revision, "until": "2026-03-20", "reason": "雨季" }),
        ),
        ProblemAction::Resume => ("resumeProblem", "problem", plain(json!({}))),
        ProblemAction::CarryOnLedger => {
            let owner = id(prefix::ORGANISATION, world.people.city.organisation?);
            ("carryOnLedger", "problem", plain(json!({ "owner": owner, "reviewOn": "2026-05-01", "reason": "缺资金" })))
        }
        ProblemAction::ReviewLedger => ("reviewLedger", "problem", plain(json!({ "reviewOn": "2026-06-01" }))),
        ProblemAction::TakeOffLedger => ("takeOffLedger", "problem", plain(json!({}))),
        ProblemAction::RequestVoid => ("requestVoid", "request", plain(json!({ "reason": "误报" }))),
        ProblemAction::RequestWithdrawal => ("requestWithdrawal", "request", plain(json!({ "reason": "已自行解决" }))),
        ProblemAction::Merge => {
            let fits = problem != other && world.row(other).await.open;
            ("mergeProblem", "problem", fits.then(|| plain(json!({ "into": other, "reason": "同一件事" })))?)
        }
        ProblemAction::Unmerge => ("unmergeProblem", "problem", plain(json!({}))),
        ProblemAction::ProposeSupervision => {
            ("proposeSupervision", "supervision", plain(json!({ "level": "NORMAL", "reason": "久拖" })))
        }
        ProblemAction::RaiseSupervision => {
            ("raiseSupervision", "supervision", plain(json!({ "level": "YELLOW", "reason": "久拖" })))
        }
        ProblemAction::DecideReturn
        | ProblemAction::DecideExtension
        | ProblemAction::DecideSuspension
        | ProblemAction::DecideWithdrawal
        | ProblemAction::ConfirmVoid
        | ProblemAction::LiftSupervision
        | ProblemAction::TransferTask
        | ProblemAction::WaiveTask
        | ProblemAction::CancelTask => decision(world, problem, &revision, action).await?,
    })
}

/// The same for what an office decides on tasks and requests.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other actions have their inputs above")]
async fn decision(
    world: &World,
    problem: &str,
    revision: &str,
    action: ProblemAction,
) -> Option<(&'static str, &'static str, Value)> {
    let about = |more: Value| {
        let mut input = json!({ "expectedRevision": revision });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    // Now yes, now no.
    let approve = world.app.clock.now().timestamp() % 3 != 0;
    let decided = |name: &str, id: String| about(json!({ name: id, "approve": approve, "reason": "研究决定" }));
    let request = async |kind| world.requested(problem, kind).await.map(|row| id(prefix::REQUEST, row.id));
    let changed = |any: bool| world.changed_task(problem, any);
    Some(match action {
        ProblemAction::DecideReturn => {
            ("decideReturn", "request", decided("request", request(RequestKind::Return).await?))
        }
        ProblemAction::DecideWithdrawal => {
            ("decideWithdrawal", "request", decided("request", request(RequestKind::Withdrawal).await?))
        }
        ProblemAction::ConfirmVoid => {
            ("confirmVoid", "request", about(json!({ "request": request(RequestKind::Void).await? })))
        }
        ProblemAction::DecideExtension => {
            ("decideExtension", "extension", decided("extension", world.pending_extension(problem).await?))
        }
        ProblemAction::DecideSuspension => {
            ("decideSuspension", "suspension", decided("suspension", world.pending_suspension(problem).await?))
        }
        ProblemAction::LiftSupervision => {
            let input = about(json!({ "supervision": world.supervision(problem).await?, "reason": "已改进" }));
            ("liftSupervision", "supervision", input)
        }
        ProblemAction::TransferTask => {
            let to = json!({ "party": world.party(*world.free(problem).await.last()?), "instruction": "修复" });
            ("transferTask", "task", about(json!({ "task": changed(true).await?, "to": to })))
        }
        ProblemAction::WaiveTask => {
            ("waiveTask", "task", about(json!({ "task": changed(false).await?, "reason": "无须协办" })))
        }
        ProblemAction::CancelTask => {
            ("cancelTask", "task", about(json!({ "task": changed(true).await?, "reason": "派错" })))
        }
        other => unreachable!("{other:?} is no decision"),
    })
}

/// What the viewer is told can be done now.
pub async fn open(world: &World, viewer: &Viewer, problem: &str) -> Vec<ProblemAction> {
    let query = "query($id: ID!) { problem(id: $id) { allowedActions { action allowed } } }";
    let seen = world.data(viewer, query, json!({ "id": problem })).await;
    let actions = seen["problem"]["allowedActions"].as_array().cloned().unwrap_or_default();
    actions
        .iter()
        .filter(|action| action["allowed"] == true)
        .filter_map(|action| ProblemAction::parse(action["action"].as_str()?))
        .filter(|action| *action != ProblemAction::RevealContact)
        .collect()
}

async fn step(world: &World, problems: &[String], actors: &[Viewer], step: Step) {
    let (actor, problem, choice, guided) = step;
    let (viewer, other) = (&actors[actor % actors.len()], &problems[(problem + 1) % problems.len()]);
    let problem = &problems[problem % problems.len()];
    let open = open(world, viewer, problem).await;
    let action = if guided && !open.is_empty() {
        open[choice % open.len()]
    } else {
        ProblemAction::ALL[choice % ProblemAction::ALL.len()]
    };
    let Some((name, shown, input)) = input(world, viewer, (problem, other), action).await else { return };
    let before = world.row(problem).await;
    let done = world.run(viewer, name, shown, input).await;
    assert_eq!(done.is_ok(), open.contains(&action), "{:?} {action:?} {done:?}", viewer.role);
    let after = world.row(problem).await;
    let moved = before.status == after.status
        || MOVES
            .iter()
            .any(|step| step.action == action && step.from.contains(&before.status) && step.to.contains(&after.status));
    assert!(moved, "{action:?} from {:?} to {:?}", before.status, after.status);
    holds(world, &after).await;
}

/// What must hold of a problem at every instant.
async fn holds(world: &World, row: &problem::Model) {
    let tasks = disposition_task::Entity::find()
        .filter(disposition_task::Column::ProblemId.eq(row.id))
        .filter(disposition_task::Column::Role.eq(TaskRole::Lead))
        .all(&world.app.db)
        .await
        .unwrap();
    let leads: Vec<_> = tasks.iter().filter(|task| task.ended_at.is_none()).collect();
    let led = [
        ProblemStatus::Dispatched,
        ProblemStatus::InProgress,
        ProblemStatus::Suspended,
        ProblemStatus::AwaitingVerification,
    ];
    if row.status == ProblemStatus::OnLedger {
        assert_eq!((leads.len(), row.lead_task_id), (1, Some(leads[0].id)));
        assert_eq!(Some(row.accountable_id), world.people.city.organisation, "its owner answers for it");
    } else if led.contains(&row.status) {
        assert_eq!(leads.len(), 1);
        assert_eq!(row.lead_task_id, Some(leads[0].id));
        assert_eq!(row.accountable_id, leads[0].organisation_id, "the lead answers for it");
    } else {
        assert!(leads.is_empty() && row.lead_task_id.is_none());
    }
    if [ProblemStatus::Reported, ProblemStatus::Accepted].contains(&row.status) {
        assert_eq!(Some(row.accountable_id), world.people.secretary.organisation, "the convenor answers for it");
    }
    for viewer in [&world.people.secretary, &world.people.street] {
        let orphans = world.data(viewer, "{ orphans(first: 5) { nodes { number status } } }", json!({})).await;
        assert_eq!(orphans, json!({ "orphans": { "nodes": [] } }), "an organisation answers for it");
    }
    let standing = closure::Entity::find()
        .filter(closure::Column::ProblemId.eq(row.id))
        .filter(closure::Column::ResumedAt.is_null())
        .all(&world.app.db)
        .await
        .unwrap();
    assert_eq!(standing.len(), usize::from(!row.open));
    assert!(standing.iter().all(|closure| closure.status == row.status && closure.outcome == row.outcome));
}

async fn adds_up(world: &World, problems: &[String]) {
    let query = "{ problemStatistics(region: \"321181402001\", period: { month: \"2026-03\" }) { reported solved open byStatus { status count } byDomain { reported solved } } }";
    let seen = world.data(&world.people.secretary, query, json!({})).await["problemStatistics"].take();
    let mut statuses: BTreeMap<&str, i64> = BTreeMap::new();
    let mut open = 0;
    for problem in problems {
        let row = world.row(problem).await;
        *statuses.entry(row.status.value()).or_default() += 1;
        open += i64::from(row.open);
    }
    let count = problems.len();
    assert_eq!((&seen["reported"], &seen["open"]), (&json!(count), &json!(open)));
    assert_eq!(seen["solved"], json!(statuses.get("CLOSED").copied().unwrap_or_default()));
    for row in seen["byStatus"].as_array().unwrap() {
        assert_eq!(row["count"], json!(statuses.get(row["status"].as_str().unwrap()).copied().unwrap_or_default()));
    }
    for (field, total) in [("reported", &seen["reported"]), ("solved", &seen["solved"])] {
        let rows = seen["byDomain"].as_array().unwrap();
        assert_eq!(json!(rows.iter().map(|row| row[field].as_i64().unwrap()).sum::<i64>()), *total);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_people_try_the_state_machine_holds(
        steps in proptest::collection::vec((0..10_usize, 0..2_usize, 0..37_usize, proptest::bool::weighted(0.8)), 80),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let problems = [world.report(&world.people.resident).await, world.handled().await];
            let actors = actors(&world).await;
            for one in steps {
                step(&world, &problems, &actors, one).await;
            }
            adds_up(&world, &problems).await;
        });
    }
}

#[test]
fn every_state_of_this_part_can_be_reached_and_left() {
    let reached: Vec<_> = MOVES.iter().flat_map(|step| step.to).collect();
    for status in [
        ProblemStatus::Reported,
        ProblemStatus::Accepted,
        ProblemStatus::Declined,
        ProblemStatus::Dispatched,
        ProblemStatus::InProgress,
        ProblemStatus::Suspended,
        ProblemStatus::OnLedger,
        ProblemStatus::AwaitingVerification,
        ProblemStatus::Closed,
        ProblemStatus::Merged,
        ProblemStatus::Withdrawn,
        ProblemStatus::Voided,
    ] {
        assert!(reached.contains(&&status), "{status:?}");
        let left = MOVES.iter().any(|step| step.from.contains(&status) && !step.to.is_empty());
        let last = [ProblemStatus::Withdrawn, ProblemStatus::Voided].contains(&status);
        assert_eq!(left, !last, "{status:?}");
    }
    assert!(crate::problem::transition::table().lines().count() == MOVES.len() + 2);
}
