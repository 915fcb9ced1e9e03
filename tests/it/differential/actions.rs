//! What a viewer may do about a problem, from the life cycle's table in words; written apart from the server's.

use chrono::TimeDelta;
use entity::word::*;
use entity::{problem, whistle};
use liufang::machine::Guard as _;
use liufang::policy::Capability as May;
use liufang::problem::transition::Guard;
use liufang::whistle::transition::Guard as WhistleGuard;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rules::{Eye, is_open};

/// One way to do something: in these states, by someone to whom it is given, unless a guard says why not.
struct Way {
    action: ProblemAction,
    needs: May,
    given: bool,
    from: Vec<ProblemStatus>,
    guards: Vec<(bool, Guard)>,
}

/// The answer of `allowedActions`.
pub fn allowed(eye: &Eye, row: &problem::Model) -> Value {
    let ways = ways(eye, row);
    let told = ProblemAction::ALL.iter().filter_map(|action| {
        let mut best: Option<(u8, Option<String>)> = None;
        for way in ways.iter().filter(|way| way.action == *action && way.given) {
            if !way.needs.held(eye.viewer.role, eye.viewer.scopes) {
                continue;
            }
            let guard = way.guards.iter().find(|(holds, _)| !holds);
            let verdict = if !way.from.contains(&row.status) {
                (2, Some(format!("it is {}", row.status.en())))
            } else if let Some((_, guard)) = guard {
                (1, Some(guard.why().1.to_owned()))
            } else {
                (0, None)
            };
            if best.as_ref().is_none_or(|best| verdict.0 < best.0) {
                best = Some(verdict);
            }
        }
        best.map(|(rank, reason)| json!({ "action": action.value(), "mutation": mutation(*action), "allowed": rank == 0, "reason": reason }))
    });
    told.collect()
}

fn ways(eye: &Eye, row: &problem::Model) -> Vec<Way> {
    use ProblemAction as A;
    use ProblemStatus as S;
    let within =
        |from: Option<chrono::DateTime<chrono::Utc>>| from.is_some_and(|at| eye.now < at + TimeDelta::days(15));
    let (office, verifier) = (eye.office(row), eye.office(row) || eye.ground(row));
    let (reporter, author) = (eye.reporter(row), eye.reporter(row) || eye.recorder(row));
    let free = (!eye.concerned(row), Guard::NotConcerned);
    let apart = (!eye.handled(row), Guard::NotHandled);
    let appeal = row.declined_by_id.is_none_or(|by| by != eye.viewer.user && eye.viewer.role != Role::Secretary);
    let elsewhere = (appeal, Guard::AppealElsewhere);
    let closures: Vec<_> =
        eye.data.closures.iter().filter(|one| one.problem_id == row.id && one.resumed_at.is_none()).collect();
    let rated = eye.data.ratings.iter().any(|rating| closures.iter().any(|one| one.id == rating.closure_id));
    let said = eye.data.follow_ups.iter().any(|visit| {
        let since = closures.iter().any(|one| visit.created_at >= one.ended_at);
        visit.problem_id == row.id && visit.satisfaction.is_some() && since
    });
    let rated = rated || (row.reporter_id.is_none() && said);
    let way = |action, needs, given, from: &[S], guards: &[(bool, Guard)]| Way {
        action,
        needs,
        given,
        from: from.into(),
        guards: guards.into(),
    };
    let open: Vec<S> =
        S::ALL.iter().copied().filter(|status| is_open(&problem::Model { status: *status, ..row.clone() })).collect();
    let revealing: Vec<S> =
        S::ALL.iter().copied().filter(|status| ![S::Merged, S::Withdrawn, S::Voided].contains(status)).collect();
    let mut ways = vec![
        way(A::Add, May::ReportProblem, author, &open, &[]),
        way(A::Accept, May::TriageProblem, office, &[S::Reported], &[free, elsewhere]),
        way(A::Decline, May::TriageProblem, office, &[S::Reported], &[free, elsewhere]),
        way(A::Appeal, May::ReporterActs, reporter, &[S::Declined], &[(within(row.declined_at), Guard::AppealOpen)]),
        way(A::Dispatch, May::TriageProblem, office, &[S::Accepted], &[free]),
        way(A::Close, May::VerifyProblem, verifier, &[S::AwaitingVerification], &[free, apart]),
        way(A::Rework, May::VerifyProblem, verifier, &[S::AwaitingVerification], &[free, apart]),
        way(A::FollowUp, May::FollowUpProblem, verifier, &[S::Closed], &[free]),
        way(A::Rate, May::RateProblem, reporter, &[S::Closed], &[(!rated, Guard::NotRated)]),
        way(A::Reopen, May::ReopenProblem, reporter, &[S::Closed], &[(within(row.closed_at), Guard::ReopenOpen)]),
        way(A::Reopen, May::ReopenProblem, office, &[S::Closed], &[free]),
        way(
            A::Withdraw,
            May::ReporterActs,
            reporter,
            &[S::Reported, S::Accepted],
            &[(!row.public_safety, Guard::NotPublicSafety)],
        ),
        way(A::RevealContact, May::RevealContact, eye.contact(row), &revealing, &[]),
    ];
    ways.extend(asked(eye, row, &way, &open));
    ways.extend(decided(eye, row, &way));
    ways.extend(above(eye, row, &way, &open));
    ways.extend(under_task(eye, row, &way));
    ways
}

/// Makes a way of its parts.
type Make<'a> = &'a dyn Fn(ProblemAction, May, bool, &[ProblemStatus], &[(bool, Guard)]) -> Way;

/// What can be done under the viewer's own tasks.
fn under_task(eye: &Eye, row: &problem::Model, way: Make<'_>) -> Vec<Way> {
    use ProblemAction as A;
    use ProblemStatus as S;
    let unready = eye.data.tasks.iter().any(|task| {
        use TaskStatus::{Acknowledged, Assigned, ReturnRequested};
        task.problem_id == row.id
            && task.role == TaskRole::Assist
            && [Assigned, Acknowledged, ReturnRequested].contains(&task.status)
    });
    let lead = eye.data.tasks.iter().find(|task| Some(task.id) == row.lead_task_id);
    let disposed = lead.is_some_and(|lead| {
        let since = |at| at >= lead.assigned_at && lead.submitted_at.is_none_or(|sent| at > sent);
        eye.data.dispositions.iter().any(|act| act.problem_id == row.id && since(act.created_at))
    });
    let reading = [S::Dispatched, S::InProgress, S::Suspended, S::AwaitingVerification, S::OnLedger, S::Closed];
    let task = |role| {
        use TaskStatus::{Acknowledged, Assigned, ReturnRequested, Submitted, Unread};
        let order = [Assigned, Unread, Acknowledged, ReturnRequested, Submitted];
        let own = eye.acts_on(row);
        let is_at = |status: &&TaskStatus| own.iter().any(|task| task.role == role && task.status == **status);
        let least = order.iter().find(is_at);
        (least.is_some(), least.copied())
    };
    let at = |status: Option<TaskStatus>, wanted, guard| (status == Some(wanted), guard);
    let (lead, assist, read) = (task(TaskRole::Lead), task(TaskRole::Assist), task(TaskRole::Read));
    let waits = |status| at(status, TaskStatus::Assigned, Guard::TaskAssigned);
    let taken = |status| at(status, TaskStatus::Acknowledged, Guard::TaskAcknowledged);
    let mut ways = vec![
        way(A::Acknowledge, May::ActOnTask, lead.0, &[S::Dispatched], &[waits(lead.1)]),
        way(
            A::Acknowledge,
            May::ActOnTask,
            assist.0,
            &[S::Dispatched, S::InProgress, S::Suspended],
            &[waits(assist.1)],
        ),
        way(A::Acknowledge, May::ActOnTask, read.0, &reading, &[at(read.1, TaskStatus::Unread, Guard::TaskUnread)]),
        way(A::Record, May::ActOnTask, lead.0, &[S::InProgress, S::Suspended], &[taken(lead.1)]),
        way(A::Record, May::ActOnTask, assist.0, &[S::Dispatched, S::InProgress, S::Suspended], &[taken(assist.1)]),
        way(
            A::Submit,
            May::ActOnTask,
            lead.0,
            &[S::InProgress],
            &[taken(lead.1), (!unready, Guard::AssistsReady), (disposed, Guard::Disposed)],
        ),
        way(A::Submit, May::ActOnTask, assist.0, &[S::Dispatched, S::InProgress], &[taken(assist.1)]),
    ];
    let kept = |status: Option<TaskStatus>| {
        let kept = matches!(status, Some(TaskStatus::Assigned | TaskStatus::Acknowledged));
        (kept, Guard::TaskReturnable)
    };
    let extension = eye.data.extensions.iter().any(|one| Some(one.task_id) == row.lead_task_id);
    let in_time = row.due_at.is_none_or(|due| eye.now < due);
    let paused = Waiting::of(eye, suspensions(eye, row));
    ways.extend([
        way(A::RequestReturn, May::ActOnTask, lead.0, &[S::Dispatched, S::InProgress], &[kept(lead.1)]),
        way(
            A::RequestReturn,
            May::ActOnTask,
            assist.0,
            &[S::Dispatched, S::InProgress, S::Suspended],
            &[kept(assist.1)],
        ),
        way(
            A::RequestExtension,
            May::ActOnTask,
            lead.0,
            &[S::InProgress],
            &[taken(lead.1), (in_time, Guard::NotDue), (!extension, Guard::NotExtended)],
        ),
        way(
            A::RequestSuspension,
            May::ActOnTask,
            lead.0,
            &[S::InProgress],
            &[taken(lead.1), (!paused.any, Guard::NoSuspensionAsked)],
        ),
        way(A::Resume, May::ActOnTask, lead.0, &[S::Suspended], &[]),
    ]);
    ways
}

/// Whether something waits for a decision, and whether the viewer asked for any of it.
struct Waiting {
    any: bool,
    own: bool,
}

impl Waiting {
    fn of(eye: &Eye, askers: impl Iterator<Item = Uuid>) -> Self {
        let askers: Vec<Uuid> = askers.collect();
        Self { any: !askers.is_empty(), own: askers.contains(&eye.viewer.user) }
    }
}

/// Who waits for a decision on a request of a kind.
fn requests(eye: &Eye, row: &problem::Model, kind: RequestKind) -> impl Iterator<Item = Uuid> {
    let of_problem = eye.data.requests.iter().filter(move |one| one.problem_id == row.id && one.kind == kind);
    of_problem.filter(|one| one.status == RequestStatus::Pending).map(|one| one.asked_by)
}

/// Who waits for a pause.
fn suspensions(eye: &Eye, row: &problem::Model) -> impl Iterator<Item = Uuid> {
    let of_problem = eye.data.suspensions.iter().filter(move |one| one.problem_id == row.id);
    of_problem.filter(|one| one.status == RequestStatus::Pending).map(|one| one.asked_by)
}

/// What the reporter asks for after dispatch, and may still say of what became of it elsewhere.
fn asked(eye: &Eye, row: &problem::Model, way: Make<'_>, open: &[ProblemStatus]) -> Vec<Way> {
    use ProblemAction as A;
    use ProblemStatus as S;
    let reporter = eye.reporter(row);
    let given: Vec<S> = open.iter().copied().filter(|status| ![S::Reported, S::Accepted].contains(status)).collect();
    let withdrawal = Waiting::of(eye, requests(eye, row, RequestKind::Withdrawal));
    let target = eye.data.problems.iter().find(|other| Some(other.id) == row.follows_id);
    let closed = target.is_some_and(|target| target.status == S::Closed);
    let standing = eye.data.closures.iter().filter(|one| one.problem_id == row.id && one.resumed_at.is_none());
    let mut standing = standing.map(|one| one.id);
    let rated = standing.any(|closure| eye.data.ratings.iter().any(|rating| rating.closure_id == closure));
    vec![
        way(
            A::RequestWithdrawal,
            May::ReporterActs,
            reporter,
            &given,
            &[(!row.public_safety, Guard::NotPublicSafety), (!withdrawal.any, Guard::NoWithdrawalAsked)],
        ),
        way(
            A::Rate,
            May::RateProblem,
            reporter,
            &[S::Merged],
            &[(closed, Guard::TargetClosed), (!rated, Guard::NotRated)],
        ),
    ]
}

/// What the secretary and the street decide on, and change.
fn decided(eye: &Eye, row: &problem::Model, way: Make<'_>) -> Vec<Way> {
    use ProblemAction as A;
    use ProblemStatus as S;
    use TaskStatus::{Acknowledged, Assigned, ReturnRequested};
    let office = eye.office(row);
    let free = (!eye.concerned(row), Guard::NotConcerned);
    let open = |assists: bool| {
        eye.data.tasks.iter().any(|task| {
            task.problem_id == row.id
                && (!assists || task.role == TaskRole::Assist)
                && [Assigned, Acknowledged, ReturnRequested].contains(&task.status)
        })
    };
    let (any, assist) = ((open(false), Guard::TaskOpen), (open(true), Guard::AssistOpen));
    let returning = Waiting::of(eye, requests(eye, row, RequestKind::Return));
    let returned = [free, (returning.any, Guard::ReturnAsked), (!returning.own, Guard::ReturnByOther)];
    let of_lead = eye.data.extensions.iter().filter(|one| Some(one.task_id) == row.lead_task_id);
    let of_lead = of_lead.filter(|one| one.status == RequestStatus::Pending);
    let extension = Waiting::of(eye, of_lead.map(|one| one.asked_by));
    let pause = Waiting::of(eye, suspensions(eye, row));
    let withdrawal = Waiting::of(eye, requests(eye, row, RequestKind::Withdrawal));
    let (led, unled) = ([S::Dispatched, S::InProgress], [S::Accepted, S::Suspended, S::OnLedger]);
    let before_close = [S::Dispatched, S::InProgress, S::Suspended, S::AwaitingVerification, S::OnLedger];
    let led_on = [&[S::Accepted], &before_close[..]].concat();
    let appeal = row.declined_by_id.is_none_or(|by| by != eye.viewer.user && eye.viewer.role != Role::Secretary);
    let triage = |action, from: &[S], guards: &[(bool, Guard)]| way(action, May::TriageProblem, office, from, guards);
    let undone = row.merged_at.is_some_and(|at| eye.now < at + TimeDelta::days(30));
    vec![
        triage(A::DecideReturn, &[&led[..], &unled].concat(), &returned),
        triage(A::TransferTask, &led, &[free, any]),
        triage(A::TransferTask, &unled, &[free, assist]),
        triage(A::CancelTask, &led, &[free, any]),
        triage(A::CancelTask, &unled, &[free, assist]),
        triage(A::WaiveTask, &[&led[..], &unled].concat(), &[free, assist]),
        triage(
            A::DecideExtension,
            &[S::InProgress],
            &[free, (extension.any, Guard::ExtensionAsked), (!extension.own, Guard::ExtensionByOther)],
        ),
        triage(
            A::DecideSuspension,
            &[S::InProgress],
            &[free, (pause.any, Guard::SuspensionAsked), (!pause.own, Guard::SuspensionByOther)],
        ),
        triage(A::DecideWithdrawal, &before_close, &[free, (withdrawal.any, Guard::WithdrawalAsked)]),
        triage(A::Merge, &[S::Reported], &[free, (appeal, Guard::AppealElsewhere)]),
        triage(A::Merge, &led_on, &[free]),
        triage(A::Unmerge, &[S::Merged], &[free, (undone, Guard::UnmergeOpen)]),
    ]
}

/// The ledger, voiding, supervision: for the street (in place of a concerned one the county) and the supervisor.
fn above(eye: &Eye, row: &problem::Model, way: Make<'_>, open: &[ProblemStatus]) -> Vec<Way> {
    use ProblemAction as A;
    use ProblemStatus as S;
    let office = eye.office(row);
    let street = office && eye.viewer.role != Role::Secretary;
    let overseer = street || eye.viewer.role == Role::Supervisor;
    let free = (!eye.concerned(row), Guard::NotConcerned);
    let of_lead = eye.data.extensions.iter().find(|one| Some(one.task_id) == row.lead_task_id);
    let spent = (of_lead.is_some_and(|one| one.status != RequestStatus::Pending), Guard::ExtensionSpent);
    let void = Waiting::of(eye, requests(eye, row, RequestKind::Void));
    let supervised = |status: SupervisionStatus| {
        eye.data.supervisions.iter().filter(move |one| one.problem_id == row.id && one.status == status)
    };
    let asked = supervised(SupervisionStatus::Proposed).any(|one| one.grounds == SupervisionGrounds::Asked);
    let mut standing = supervised(SupervisionStatus::Proposed).chain(supervised(SupervisionStatus::InForce));
    let standing = standing.next().is_some();
    vec![
        way(A::CarryOnLedger, May::KeepLedger, street, &[S::InProgress, S::Suspended], &[free, spent]),
        way(A::ReviewLedger, May::KeepLedger, street, &[S::OnLedger], &[free]),
        way(A::TakeOffLedger, May::KeepLedger, street, &[S::OnLedger], &[free]),
        way(A::RequestVoid, May::RequestVoid, street, open, &[free, (!void.any, Guard::NoVoidAsked)]),
        way(
            A::ConfirmVoid,
            May::ConfirmVoid,
            overseer,
            open,
            &[free, (void.any, Guard::VoidAsked), (!void.own, Guard::VoidByOther)],
        ),
        way(A::ProposeSupervision, May::ProposeSupervision, office, open, &[free, (!asked, Guard::NotProposed)]),
        way(A::RaiseSupervision, May::RaiseSupervision, overseer, open, &[free]),
        way(A::LiftSupervision, May::RaiseSupervision, overseer, open, &[free, (standing, Guard::Supervised)]),
    ]
}

fn mutation(action: ProblemAction) -> &'static str {
    use ProblemAction::*;
    match action {
        Add => "addToReport",
        Acknowledge => "acknowledgeTask",
        Record => "recordDisposition",
        Submit => "submitFeedback",
        FollowUp => "followUp",
        RevealContact => "revealContact",
        Accept => "acceptProblem",
        Decline => "declineProblem",
        Appeal => "appealProblem",
        Dispatch => "dispatchProblem",
        Close => "closeProblem",
        Rework => "reworkProblem",
        Rate => "rateProblem",
        Reopen => "reopenProblem",
        Withdraw => "withdrawProblem",
        RequestReturn => "requestReturn",
        DecideReturn => "decideReturn",
        TransferTask => "transferTask",
        WaiveTask => "waiveTask",
        CancelTask => "cancelTask",
        RequestExtension => "requestExtension",
        DecideExtension => "decideExtension",
        RequestSuspension => "requestSuspension",
        DecideSuspension => "decideSuspension",
        Resume => "resumeProblem",
        CarryOnLedger => "carryOnLedger",
        ReviewLedger => "reviewLedger",
        TakeOffLedger => "takeOffLedger",
        RequestVoid => "requestVoid",
        ConfirmVoid => "confirmVoid",
        RequestWithdrawal => "requestWithdrawal",
        DecideWithdrawal => "decideWithdrawal",
        Merge => "mergeProblem",
        Unmerge => "unmergeProblem",
        ProposeSupervision => "proposeSupervision",
        RaiseSupervision => "raiseSupervision",
        LiftSupervision => "liftSupervision",
    }
}

/// One way to do something about a whistle: what it needs, whether it is given, in which states, the guards.
type WhistleWay = (WhistleAction, May, bool, Vec<WhistleStatus>, Vec<(bool, WhistleGuard)>);

/// What a viewer may do about a whistle: the words of its state machine, guard by guard.
pub fn of_whistle(eye: &Eye, row: &whistle::Model) -> Value {
    use WhistleAction as A;
    use WhistleStatus::{Raised, Responding};
    let (office, ground) = (eye.whistle_office(row), eye.whistle_ground(row));
    let own = eye.own_calls(row);
    let calls: Vec<_> = eye.data.calls.iter().filter(|call| call.whistle_id == row.id).collect();
    let open = |status: WhistleCallStatus| [WhistleCallStatus::Called, WhistleCallStatus::ReportedIn].contains(&status);
    let is = |status: WhistleCallStatus| own.iter().any(|call| call.status == status);
    let undone = calls.iter().any(|call| open(call.status));
    let others = calls.iter().any(|call| open(call.status) && !eye.acts_for_called(call));
    let free = (!eye.whistle_concerned(row), WhistleGuard::NotConcerned);
    let under_way = || vec![Raised, Responding];
    let ways: [WhistleWay; 6] = [
        (A::CallParty, May::RaiseWhistle, office || ground, under_way(), vec![free]),
        (
            A::ReportIn,
            May::ReportIn,
            !own.is_empty(),
            under_way(),
            vec![(is(WhistleCallStatus::Called), WhistleGuard::Waiting)],
        ),
        (
            A::RecordDone,
            May::ReportIn,
            !own.is_empty(),
            vec![Responding],
            vec![(is(WhistleCallStatus::ReportedIn), WhistleGuard::Present)],
        ),
        (
            A::Excuse,
            May::RaiseWhistle,
            office,
            under_way(),
            vec![free, (undone, WhistleGuard::Undone), (others, WhistleGuard::NotOwn)],
        ),
        (A::Close, May::RaiseWhistle, office || ground, under_way(), vec![free, (!undone, WhistleGuard::AllDone)]),
        (A::Cancel, May::RaiseWhistle, office || row.raised_by == eye.viewer.user, vec![Raised], vec![free]),
    ];
    let mutations = ["callParty", "reportIn", "recordWhistleDone", "excuseCall", "closeWhistle", "cancelWhistle"];
    let told = ways
        .iter()
        .zip(mutations)
        .filter(|((_, needs, given, ..), _)| *given && needs.held(eye.viewer.role, eye.viewer.scopes));
    let told = told.map(|((action, _, _, from, guards), mutation)| {
        let guard = guards.iter().find(|(holds, _)| !holds);
        let reason = if from.contains(&row.status) {
            guard.map(|(_, guard)| guard.why().1.to_owned())
        } else {
            Some(format!("it is {}", row.status.en()))
        };
        json!({ "action": action.value(), "mutation": mutation, "allowed": reason.is_none(), "reason": reason })
    });
    told.collect()
}
