//! What a viewer may do about a problem, from the life cycle's table in words; written apart from the server's.

use chrono::TimeDelta;
use entity::word::*;
use entity::{problem, whistle};
use liufang::policy::Capability as May;
use liufang::problem::transition::Guard;
use liufang::whistle::transition::Guard as WhistleGuard;
use serde_json::{Value, json};

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
    let reading = [S::Dispatched, S::InProgress, S::Suspended, S::AwaitingVerification, S::OnLedger, S::Closed];
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
    ways.extend([
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
    ]);
    ways
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
