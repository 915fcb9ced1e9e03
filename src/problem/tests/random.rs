//! Random commands by random people: the state machine holds, and its list of what can be done is right.

use std::collections::BTreeMap;

use entity::word::{PartyKind, ProblemAction, ProblemStatus, TaskRole, TaskStatus, Word};
use entity::{closure, disposition_task, problem};
use proptest::prelude::*;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::world::World;
use crate::policy::Viewer;
use crate::problem::transition::MOVES;

/// Who tries what on which problem: a step of the walk.
type Step = (usize, usize, usize, bool);

fn actors(world: &World) -> Vec<Viewer> {
    let people = &world.people;
    [
        &people.resident,
        &people.secretary,
        &people.street,
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
async fn input(
    world: &World,
    viewer: &Viewer,
    problem: &str,
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
    let task = world.own_task(viewer, problem).await;
    Some(match action {
        ProblemAction::Add => ("addToReport", "addition", once(json!({ "content": "补充" }))),
        ProblemAction::Accept => ("acceptProblem", "problem", world.acceptance(problem).await),
        ProblemAction::Decline => ("declineProblem", "problem", plain(json!({ "reason": "无关" }))),
        ProblemAction::Appeal => ("appealProblem", "problem", plain(json!({ "reason": "不服" }))),
        ProblemAction::Dispatch => {
            let lead = json!({ "party": world.party(PartyKind::CityManagement) });
            let assist = json!({ "party": world.party(PartyKind::PropertyManager), "instruction": "修复" });
            let read = json!({ "party": world.party(PartyKind::Lawyer) });
            ("dispatchProblem", "problem", plain(json!({ "lead": lead, "assists": [assist], "reads": [read] })))
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
    })
}

/// What the viewer is told can be done now.
async fn open(world: &World, viewer: &Viewer, problem: &str) -> Vec<ProblemAction> {
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
    let (viewer, problem) = (&actors[actor % actors.len()], &problems[problem % problems.len()]);
    let open = open(world, viewer, problem).await;
    let action = if guided && !open.is_empty() {
        open[choice % open.len()]
    } else {
        ProblemAction::ALL[choice % ProblemAction::ALL.len()]
    };
    let Some((name, shown, input)) = input(world, viewer, problem, action).await else { return };
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
    let leads: Vec<_> =
        tasks.iter().filter(|task| !matches!(task.status, TaskStatus::Done | TaskStatus::Cancelled)).collect();
    let led = [ProblemStatus::Dispatched, ProblemStatus::InProgress, ProblemStatus::AwaitingVerification];
    if led.contains(&row.status) {
        assert_eq!(leads.len(), 1);
        assert_eq!(row.lead_task_id, Some(leads[0].id));
        assert_eq!(row.accountable_id, leads[0].organisation_id, "the lead answers for it");
    } else {
        assert!(leads.is_empty() && row.lead_task_id.is_none());
    }
    if [ProblemStatus::Reported, ProblemStatus::Accepted].contains(&row.status) {
        assert_eq!(Some(row.accountable_id), world.people.secretary.organisation, "the convenor answers for it");
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
        steps in proptest::collection::vec((0..8_usize, 0..2_usize, 0..15_usize, proptest::bool::weighted(0.8)), 60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let problems = [world.report(&world.people.resident).await, world.handled().await];
            let actors = actors(&world);
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
        ProblemStatus::AwaitingVerification,
        ProblemStatus::Closed,
        ProblemStatus::Withdrawn,
    ] {
        assert!(reached.contains(&&status), "{status:?}");
        let left = MOVES.iter().any(|step| step.from.contains(&status) && !step.to.is_empty());
        assert_eq!(left, status != ProblemStatus::Withdrawn, "{status:?}");
    }
    assert!(crate::problem::transition::table().lines().count() == MOVES.len() + 2);
}
