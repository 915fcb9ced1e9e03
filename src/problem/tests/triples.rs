//! Every (state, command, role) of a problem, its tasks, extensions and suspensions: what the domain page allows passes;
//! everything else is refused, to whom it belongs with where it stands and what is open; and `allowedActions` says the
//! same before. What each can do is written here anew, not read from the table.

use entity::word::{ProblemAction, ProblemStatus, Role, Word};
use serde_json::{Value, json};

use super::random::{input, open};
use super::world::{World, with};
use crate::policy::Viewer;
use crate::problem::transition::{MOVES, mutation};

/// How far a problem has come: the city management leads, the property company assists, the lawyer is to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Reported,
    /// The secretary declined it, and the reporter appealed.
    Appealed,
    Declined,
    Accepted,
    Dispatched,
    /// Lead and assist acknowledged it.
    InProgress,
    /// The assist is ready, and the lead recorded what it did.
    Disposed,
    /// The lead asks to give it back.
    ReturnAsked,
    ExtensionAsked,
    Extended,
    SuspensionAsked,
    Suspended,
    OnLedger,
    AwaitingVerification,
    Closed,
    Withdrawn,
    Voided,
    Merged,
    /// The street asks to void it.
    VoidAsked,
    WithdrawalAsked,
    /// The secretary proposes supervision.
    SupervisionProposed,
}

use Stage::{
    Accepted, Appealed, AwaitingVerification, Closed, Declined, Dispatched, Disposed, Extended, ExtensionAsked,
    InProgress, Merged, OnLedger, Reported, ReturnAsked, SupervisionProposed, Suspended, SuspensionAsked, VoidAsked,
    Voided, WithdrawalAsked, Withdrawn,
};

const STAGES: [Stage; 21] = [
    Reported,
    Appealed,
    Declined,
    Accepted,
    Dispatched,
    InProgress,
    Disposed,
    ReturnAsked,
    ExtensionAsked,
    Extended,
    SuspensionAsked,
    Suspended,
    OnLedger,
    AwaitingVerification,
    Closed,
    Withdrawn,
    Voided,
    Merged,
    VoidAsked,
    WithdrawalAsked,
    SupervisionProposed,
];

impl Stage {
    fn status(self) -> ProblemStatus {
        match self {
            Reported | Appealed => ProblemStatus::Reported,
            Declined => ProblemStatus::Declined,
            Accepted => ProblemStatus::Accepted,
            Dispatched => ProblemStatus::Dispatched,
            InProgress | Disposed | ReturnAsked | ExtensionAsked | Extended | SuspensionAsked | VoidAsked
            | WithdrawalAsked | SupervisionProposed => ProblemStatus::InProgress,
            Suspended => ProblemStatus::Suspended,
            OnLedger => ProblemStatus::OnLedger,
            AwaitingVerification => ProblemStatus::AwaitingVerification,
            Closed => ProblemStatus::Closed,
            Withdrawn => ProblemStatus::Withdrawn,
            Voided => ProblemStatus::Voided,
            Merged => ProblemStatus::Merged,
        }
    }

    /// The stage before, and what leads from it to this one: who does what.
    fn way(self) -> Option<(Self, &'static [(Role, ProblemAction)])> {
        use ProblemAction as A;
        use Role::{
            CityManagement as City, PropertyManager as Property, Resident, Secretary, StreetCoordinator as Street,
        };
        Some(match self {
            Reported => return None,
            Declined => (Reported, &[(Secretary, A::Decline)]),
            Appealed => (Declined, &[(Resident, A::Appeal)]),
            Accepted => (Reported, &[(Secretary, A::Accept)]),
            Dispatched => (Accepted, &[(Secretary, A::Dispatch)]),
            InProgress => (Dispatched, &[(City, A::Acknowledge), (Property, A::Acknowledge)]),
            Disposed => (InProgress, &[(Property, A::Submit), (City, A::Record)]),
            ReturnAsked => (InProgress, &[(City, A::RequestReturn)]),
            ExtensionAsked => (InProgress, &[(City, A::RequestExtension)]),
            Extended => (ExtensionAsked, &[(Street, A::DecideExtension)]),
            SuspensionAsked => (InProgress, &[(City, A::RequestSuspension)]),
            Suspended => (SuspensionAsked, &[(Secretary, A::DecideSuspension)]),
            OnLedger => (Extended, &[(Street, A::CarryOnLedger)]),
            AwaitingVerification => (Disposed, &[(City, A::Submit)]),
            Closed => (AwaitingVerification, &[(Secretary, A::Close)]),
            Withdrawn => (Reported, &[(Resident, A::Withdraw)]),
            VoidAsked => (InProgress, &[(Street, A::RequestVoid)]),
            Voided => (VoidAsked, &[(Role::Supervisor, A::ConfirmVoid)]),
            Merged => (Accepted, &[(Secretary, A::Merge)]),
            WithdrawalAsked => (InProgress, &[(Resident, A::RequestWithdrawal)]),
            SupervisionProposed => (InProgress, &[(Secretary, A::ProposeSupervision)]),
        })
    }

    async fn make(self, world: &World, other: &str) -> String {
        let Some((before, acts)) = self.way() else { return world.report(&world.people.resident).await };
        let problem = Box::pin(before.make(world, other)).await;
        for (role, action) in acts {
            let viewer = viewers(world).into_iter().find(|viewer| viewer.role == *role).unwrap();
            if *action == ProblemAction::Dispatch {
                world.dispatch(&problem).await;
                continue;
            }
            let (name, shown, input) = input(world, viewer, (&problem, other), *action).await.unwrap();
            let input = if input["approve"].is_null() { input } else { with(input, json!({ "approve": true })) };
            world.run(viewer, name, shown, input).await.unwrap_or_else(|error| panic!("{self:?} {action:?} {error}"));
        }
        assert_eq!(world.row(&problem).await.status, self.status());
        problem
    }

    fn open(self) -> bool {
        ![Declined, Closed, Withdrawn, Voided, Merged].contains(&self)
    }

    /// Lead and assist have acknowledged it, and it is not submitted.
    fn in_progress(self) -> bool {
        self.status() == ProblemStatus::InProgress
    }
}

fn viewers(world: &World) -> [&Viewer; 11] {
    let people = &world.people;
    [
        &people.supervisor,
        &people.street,
        &people.secretary,
        &people.police,
        &people.city,
        &people.lawyer,
        &people.property,
        &people.owner,
        &people.grid_worker,
        &people.helper,
        &people.resident,
    ]
}

/// What comes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Done,
    /// It is not this role's: no such mutation, out of sight, or not theirs to do.
    NotTheirs,
    /// `INVALID_TRANSITION`.
    State,
    /// `FORBIDDEN`, for a reason other than where it stands.
    Guard,
}

/// Whose it is at all.
fn theirs(action: ProblemAction, role: Role) -> bool {
    use ProblemAction as A;
    let office = [Role::Secretary, Role::StreetCoordinator].contains(&role);
    let street = role == Role::StreetCoordinator;
    match action {
        A::Accept
        | A::Decline
        | A::Dispatch
        | A::DecideReturn
        | A::TransferTask
        | A::WaiveTask
        | A::CancelTask
        | A::DecideExtension
        | A::DecideSuspension
        | A::DecideWithdrawal
        | A::Merge
        | A::Unmerge
        | A::ProposeSupervision => office,
        A::Close | A::Rework | A::FollowUp => office || role == Role::GridWorker,
        A::Reopen => office || role == Role::Resident,
        A::Add | A::Appeal | A::Rate | A::Withdraw | A::RequestWithdrawal => role == Role::Resident,
        A::Acknowledge => [Role::CityManagement, Role::PropertyManager, Role::Lawyer].contains(&role),
        A::Record | A::Submit | A::RequestReturn => [Role::CityManagement, Role::PropertyManager].contains(&role),
        A::RequestExtension | A::RequestSuspension | A::Resume => role == Role::CityManagement,
        A::CarryOnLedger | A::ReviewLedger | A::TakeOffLedger | A::RequestVoid => street,
        A::ConfirmVoid | A::RaiseSupervision | A::LiftSupervision => street || role == Role::Supervisor,
        // Not a step of its way: tests of its own.
        A::RevealContact => false,
    }
}

/// What the domain page says of it at a stage, for one whose it is.
fn expected(stage: Stage, action: ProblemAction, role: Role) -> Answer {
    use ProblemAction as A;
    let (lead, assist) = (role == Role::CityManagement, role == Role::PropertyManager);
    let street = role == Role::StreetCoordinator;
    let when = |done: bool| if done { Answer::Done } else { Answer::State };
    let lead_works = stage.in_progress() && stage != ReturnAsked;
    let assist_works = stage.in_progress() && stage != Disposed;
    match action {
        A::Accept | A::Decline | A::Merge if stage == Appealed && !street => Answer::Guard,
        A::Add | A::RaiseSupervision | A::Merge => when(stage.open()),
        A::Accept | A::Decline => when([Reported, Appealed].contains(&stage)),
        A::Appeal => when(stage == Declined),
        A::Dispatch => when(stage == Accepted),
        A::Acknowledge if lead || assist => when(stage == Dispatched),
        A::Acknowledge => {
            let told = [Dispatched, Suspended, OnLedger, AwaitingVerification, Closed].contains(&stage);
            when(told || stage.in_progress())
        }
        A::Record if lead => when(lead_works || stage == Suspended),
        A::Record => when(assist_works || stage == Suspended),
        // The assist is not ready.
        A::Submit if lead && lead_works && stage != Disposed => Answer::Guard,
        A::Submit if lead => when(stage == Disposed),
        A::Submit => when(assist_works),
        A::Close | A::Rework => when(stage == AwaitingVerification),
        A::FollowUp | A::Rate | A::Reopen => when(stage == Closed),
        A::Withdraw => when([Reported, Appealed, Accepted].contains(&stage)),
        A::RequestReturn if lead => when(stage == Dispatched || lead_works),
        A::RequestReturn => when([Dispatched, Suspended].contains(&stage) || assist_works),
        A::DecideReturn => when(stage == ReturnAsked),
        A::TransferTask | A::CancelTask => {
            when([Dispatched, Suspended, OnLedger].contains(&stage) || stage.in_progress())
        }
        A::WaiveTask => when([Dispatched, Suspended, OnLedger].contains(&stage) || assist_works),
        A::RequestExtension if [ExtensionAsked, Extended].contains(&stage) => Answer::Guard,
        A::RequestExtension => when(lead_works),
        A::DecideExtension => when(stage == ExtensionAsked),
        A::RequestSuspension => when(lead_works && stage != SuspensionAsked),
        A::DecideSuspension => when(stage == SuspensionAsked),
        // Who leads nothing, or not any more.
        A::Resume if !stage.open() || [Reported, Appealed, Accepted].contains(&stage) => Answer::NotTheirs,
        A::Resume => when(stage == Suspended),
        // Only what an extension did not help.
        A::CarryOnLedger if stage != Extended && (stage.in_progress() || stage == Suspended) => Answer::Guard,
        A::CarryOnLedger => when(stage == Extended),
        A::ReviewLedger | A::TakeOffLedger => when(stage == OnLedger),
        A::RequestVoid => when(stage.open() && stage != VoidAsked),
        A::ConfirmVoid if stage == VoidAsked && street => Answer::Guard,
        A::ConfirmVoid => when(stage == VoidAsked),
        A::RequestWithdrawal => {
            let dispatched = [Dispatched, Suspended, OnLedger, AwaitingVerification].contains(&stage);
            when((dispatched || stage.in_progress()) && stage != WithdrawalAsked)
        }
        A::DecideWithdrawal => when(stage == WithdrawalAsked),
        A::Unmerge => when(stage == Merged),
        A::ProposeSupervision => when(stage.open() && stage != SupervisionProposed),
        A::LiftSupervision => when(stage == SupervisionProposed),
        A::RevealContact => Answer::NotTheirs,
    }
}

fn answer(found: &Result<String, Value>, what: &str) -> Answer {
    let Err(error) = found else { return Answer::Done };
    match error["code"].as_str().or(error["extensions"]["code"].as_str()) {
        Some("INVALID_TRANSITION") => Answer::State,
        Some("FORBIDDEN") => Answer::Guard,
        Some("NOT_FOUND" | "VALIDATION_FAILED") => Answer::NotTheirs,
        Some(_) | None => panic!("{what}: {error}"),
    }
}

#[tokio::test]
async fn every_state_command_and_role_is_as_the_domain_says() {
    let world = World::new().await;
    let other = world.report(&world.people.neighbour).await;
    world.accept(&other).await;
    let (mut tried, mut wrong) = (0, vec![]);
    for stage in STAGES {
        let mut problem = stage.make(&world, &other).await;
        for viewer in viewers(&world) {
            let open = open(&world, viewer, &problem).await;
            for action in ProblemAction::ALL.iter().copied().filter(|action| *action != ProblemAction::RevealContact) {
                let what = format!("{stage:?} {action:?} {:?}", viewer.role);
                let told = open.contains(&action);
                let own = theirs(action, viewer.role);
                let wanted = if own { expected(stage, action, viewer.role) } else { Answer::NotTheirs };
                // Who has nothing to do with it is tried once in each state.
                if !own && stage.in_progress() && stage != InProgress {
                    assert!(!told, "{what}");
                    continue;
                }
                // Nothing is there yet that could be named: a task, a request.
                let Some((_, shown, input)) = input(&world, viewer, (&problem, &other), action).await else {
                    assert!(!told && wanted != Answer::Done, "{what} cannot be tried");
                    continue;
                };
                tried += 1;
                let found = world.run(viewer, mutation(action), shown, input).await;
                let is = answer(&found, &what);
                let as_wanted = is == wanted || (wanted == Answer::NotTheirs && is == Answer::Guard);
                if !as_wanted || told != (is == Answer::Done) {
                    wrong.push(format!("{what}: {is:?}, not {wanted:?}; told {told}; {found:?}"));
                }
                if is == Answer::Done {
                    let status = world.row(&problem).await.status;
                    let steps = MOVES.iter().filter(|step| step.action == action);
                    let mut to = steps.flat_map(|step| step.to.iter().copied().chain([stage.status()]));
                    assert!(to.any(|to| to == status), "{what}: {status:?}");
                    problem = stage.make(&world, &other).await;
                } else if let (Answer::State, Err(refused)) = (is, &found) {
                    assert_eq!(refused["from"], stage.status().value(), "{what}");
                    let mut allowed = refused["allowed"].as_array().unwrap().clone();
                    allowed.retain(|one| one != "revealContact");
                    assert_eq!(allowed, open.iter().map(|one| json!(mutation(*one))).collect::<Vec<_>>(), "{what}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 3500, "{tried}");
}
