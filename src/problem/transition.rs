//! The state machine of a problem: one table, read by commands, by `allowedActions` and by refusals.

use chrono::{DateTime, Utc};
use entity::word::{ProblemAction, ProblemStatus, Role, TaskStatus, Word};
use serde_json::json;

use super::facts::Facts;
use super::limit::Limit;
use crate::error::{self, Code, Error, Result, UserError};
use crate::policy::{Capability, Viewer};

/// One row of the table.
pub struct Move {
    /// What is done.
    pub action: ProblemAction,
    /// In which states.
    pub from: &'static [ProblemStatus],
    /// To which it leads; it stays where there is none. Where there are two, what happened decides.
    pub to: &'static [ProblemStatus],
    /// What the caller needs at all.
    pub capability: Capability,
    /// Who does it.
    pub who: Who,
    /// What must hold.
    pub guards: &'static [Guard],
    /// How long it may take, or until when it is open.
    pub limit: Option<Limit>,
}

/// Who does it, by the problem and not by the role alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The secretary, or the street or county above a concerned one.
    Office,
    /// The office, or the grid worker of its grid.
    Verifier,
    /// The reporter.
    Reporter,
    /// The reporter, or who recorded it for another person.
    Author,
    /// The party of the open LEAD task.
    Lead,
    /// The party of an ASSIST task.
    Assist,
    /// The party of a READ task.
    Read,
    /// Who may see that there is contact data.
    Contact,
}

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// No organisation of the viewer is complained of.
    NotConcerned,
    /// Neither the viewer nor an organisation of the viewer handled it.
    NotHandled,
    /// An appeal is decided by the street, and not by who declined.
    AppealElsewhere,
    /// Within the days for appealing.
    AppealOpen,
    /// Within the days for reopening.
    ReopenOpen,
    /// Public safety is not concerned.
    NotPublicSafety,
    /// The closure was not rated before.
    NotRated,
    /// Each assisting party is ready or waived.
    AssistsReady,
    /// At least one disposition was recorded since the task was given or sent back.
    Disposed,
    /// The task waits to be acknowledged.
    TaskAssigned,
    /// The task was acknowledged and not submitted.
    TaskAcknowledged,
    /// The READ task was not read.
    TaskUnread,
}

macro_rules! moves {
    ($($action:ident [$($from:ident)+] -> [$($to:ident)*] $capability:ident $who:ident [$($guard:ident)*] $limit:expr;)+) => {
        /// The table.
        pub const MOVES: &[Move] = &[$(Move {
            action: ProblemAction::$action,
            from: &[$(ProblemStatus::$from),+],
            to: &[$(ProblemStatus::$to),*],
            capability: Capability::$capability,
            who: Who::$who,
            guards: &[$(Guard::$guard),*],
            limit: $limit,
        }),+];
    };
}

moves! {
    Add [Reported Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger] -> [] ReportProblem Author [] None;
    Accept [Reported] -> [Accepted] TriageProblem Office [NotConcerned AppealElsewhere] Some(Limit::Triage);
    Decline [Reported] -> [Declined] TriageProblem Office [NotConcerned AppealElsewhere] Some(Limit::Triage);
    Appeal [Declined] -> [Reported] ReporterActs Reporter [AppealOpen] Some(Limit::Appeal);
    Dispatch [Accepted] -> [Dispatched] TriageProblem Office [NotConcerned] None;
    Acknowledge [Dispatched] -> [InProgress] ActOnTask Lead [TaskAssigned] Some(Limit::Acknowledge);
    Acknowledge [Dispatched InProgress Suspended] -> [] ActOnTask Assist [TaskAssigned] Some(Limit::Acknowledge);
    Acknowledge [Dispatched InProgress Suspended AwaitingVerification OnLedger Closed] -> [] ActOnTask Read [TaskUnread] None;
    Record [InProgress Suspended] -> [] ActOnTask Lead [TaskAcknowledged] None;
    Record [Dispatched InProgress Suspended] -> [] ActOnTask Assist [TaskAcknowledged] None;
    Submit [InProgress] -> [AwaitingVerification] ActOnTask Lead [TaskAcknowledged AssistsReady Disposed] Some(Limit::Handle);
    Submit [Dispatched InProgress] -> [] ActOnTask Assist [TaskAcknowledged] None;
    Close [AwaitingVerification] -> [Closed] VerifyProblem Verifier [NotConcerned NotHandled] Some(Limit::Verify);
    Rework [AwaitingVerification] -> [InProgress] VerifyProblem Verifier [NotConcerned NotHandled] Some(Limit::Verify);
    FollowUp [Closed] -> [] FollowUpProblem Verifier [NotConcerned] None;
    Rate [Closed] -> [] RateProblem Reporter [NotRated] None;
    Reopen [Closed] -> [Dispatched Accepted] ReopenProblem Reporter [ReopenOpen] Some(Limit::Reopen);
    Reopen [Closed] -> [Dispatched Accepted] ReopenProblem Office [NotConcerned] None;
    Withdraw [Reported Accepted] -> [Withdrawn] ReporterActs Reporter [NotPublicSafety] None;
    RevealContact [Reported Accepted Declined Dispatched InProgress Suspended AwaitingVerification OnLedger Closed] -> []
        RevealContact Contact [] None;
}

/// The mutation that does an action.
#[must_use]
pub const fn mutation(action: ProblemAction) -> &'static str {
    match action {
        ProblemAction::Add => "addToReport",
        ProblemAction::Accept => "acceptProblem",
        ProblemAction::Decline => "declineProblem",
        ProblemAction::Appeal => "appealProblem",
        ProblemAction::Dispatch => "dispatchProblem",
        ProblemAction::Acknowledge => "acknowledgeTask",
        ProblemAction::Record => "recordDisposition",
        ProblemAction::Submit => "submitFeedback",
        ProblemAction::Close => "closeProblem",
        ProblemAction::Rework => "reworkProblem",
        ProblemAction::FollowUp => "followUp",
        ProblemAction::Rate => "rateProblem",
        ProblemAction::Reopen => "reopenProblem",
        ProblemAction::Withdraw => "withdrawProblem",
        ProblemAction::RevealContact => "revealContact",
    }
}

/// What can be said of one action for one viewer.
#[derive(Clone, Debug, PartialEq)]
pub struct Allowed {
    /// The action.
    pub action: ProblemAction,
    /// What stands in the way; `None`: it can be done now.
    pub obstacle: Option<Obstacle>,
}

/// What stands in the way of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The problem's state.
    State,
    /// A guard.
    Guard(Guard),
}

impl Who {
    fn is(self, facts: &Facts) -> bool {
        match self {
            Self::Office => facts.office,
            Self::Verifier => facts.office || facts.ground,
            Self::Reporter => facts.reporter,
            Self::Author => facts.reporter || facts.recorder,
            Self::Lead => facts.lead.is_some(),
            Self::Assist => facts.assist.is_some(),
            Self::Read => facts.read.is_some(),
            Self::Contact => facts.contact,
        }
    }
}

impl Guard {
    fn holds(self, who: Who, facts: &Facts, viewer: &Viewer, now: DateTime<Utc>) -> bool {
        let open = |limit: Limit, from: Option<DateTime<Utc>>| from.is_some_and(|from| now < limit.open_until(from));
        let task = match who {
            Who::Lead => facts.lead,
            Who::Assist => facts.assist,
            Who::Read => facts.read,
            Who::Office | Who::Verifier | Who::Reporter | Who::Author | Who::Contact => None,
        };
        match self {
            Self::NotConcerned => !facts.concerned,
            Self::NotHandled => !facts.handled,
            Self::AppealElsewhere => {
                facts.declined_by.is_none_or(|by| by != viewer.user && viewer.role != Role::Secretary)
            }
            Self::AppealOpen => open(Limit::Appeal, facts.declined_at),
            Self::ReopenOpen => open(Limit::Reopen, facts.closed_at),
            Self::NotPublicSafety => !facts.public_safety,
            Self::NotRated => !facts.rated,
            Self::AssistsReady => !facts.assists_open,
            Self::Disposed => facts.disposed,
            Self::TaskAssigned => task == Some(TaskStatus::Assigned),
            Self::TaskAcknowledged => task == Some(TaskStatus::Acknowledged),
            Self::TaskUnread => task == Some(TaskStatus::Unread),
        }
    }

    /// Whether it speaks of where things stand, and not of who asks.
    fn is_state(self) -> bool {
        matches!(self, Self::TaskAssigned | Self::TaskAcknowledged | Self::TaskUnread)
    }

    /// Why not, in Chinese and English. It says nothing that the viewer does not know: whether an organisation of the
    /// viewer handled the problem or is complained of is one and the same reason.
    #[must_use]
    pub fn why(self) -> (&'static str, &'static str) {
        match self {
            Self::NotConcerned | Self::NotHandled => (
                "须回避：您或您所在（或一年内曾在）的单位与此事有关",
                "you, or an organisation you act for or did within a year, are involved",
            ),
            Self::AppealElsewhere => {
                ("申诉由街道另行决定", "an appeal is decided by the street, and by another person")
            }
            Self::AppealOpen => ("申诉期限（15日）已过", "the 15 days for an appeal are over"),
            Self::ReopenOpen => ("重新启动期限（15日）已过", "the 15 days for reopening are over"),
            Self::NotPublicSafety => ("涉及公共安全，不能撤回", "public safety is concerned"),
            Self::NotRated => ("本次结案已评价", "this closure was rated already"),
            Self::AssistsReady => ("协办方尚未全部反馈", "an assisting party has not submitted its feedback"),
            Self::Disposed => {
                ("派发或退回后尚无处置记录", "no disposition was recorded since it was given or sent back")
            }
            Self::TaskAssigned | Self::TaskUnread => ("没有待签收的任务", "no task waits to be acknowledged"),
            Self::TaskAcknowledged => ("没有已签收、待反馈的任务", "no task is acknowledged and waits for feedback"),
        }
    }
}

impl Obstacle {
    /// Why not, in Chinese and English.
    #[must_use]
    pub fn why(self, status: ProblemStatus) -> (String, String) {
        match self {
            Self::State => (format!("现处于“{}”", status.zh()), format!("it is {}", status.en())),
            Self::Guard(guard) => {
                let (zh, en) = guard.why();
                (zh.into(), en.into())
            }
        }
    }
}

/// What stands in the way of a move; the outer `None`: it is not this viewer's at all.
#[expect(clippy::option_option, reason = "out of the question, open, or open but for an obstacle")]
fn obstacle(step: &Move, facts: &Facts, viewer: &Viewer, now: DateTime<Utc>) -> Option<Option<Obstacle>> {
    if !step.capability.held(viewer.role, viewer.scopes) || !step.who.is(facts) {
        return None;
    }
    if !step.from.contains(&facts.status) {
        return Some(Some(Obstacle::State));
    }
    let failing = step.guards.iter().find(|guard| !guard.holds(step.who, facts, viewer, now));
    Some(failing.map(|guard| Obstacle::Guard(*guard)))
}

/// What a viewer may do about a problem at some time in its life, and what stands in the way now.
#[must_use]
pub fn allowed(facts: &Facts, viewer: &Viewer, now: DateTime<Utc>) -> Vec<Allowed> {
    ProblemAction::ALL
        .iter()
        .filter_map(|action| verdict(*action, facts, viewer, now).map(|obstacle| Allowed { action: *action, obstacle }))
        .collect()
}

/// The best of an action's moves: free, then held up by a guard, then by the state.
#[expect(clippy::option_option, reason = "as above")]
fn verdict(action: ProblemAction, facts: &Facts, viewer: &Viewer, now: DateTime<Utc>) -> Option<Option<Obstacle>> {
    let verdicts = MOVES.iter().filter(|step| step.action == action);
    verdicts.filter_map(|step| obstacle(step, facts, viewer, now)).min_by_key(|obstacle| match obstacle {
        None => 0,
        Some(Obstacle::Guard(_)) => 1,
        Some(Obstacle::State) => 2,
    })
}

/// Says no unless `action` can be done now.
///
/// # Errors
/// `INVALID_TRANSITION` with the present state and what can be done in it; `FORBIDDEN` with the reason.
pub fn require(action: ProblemAction, facts: &Facts, viewer: &Viewer, now: DateTime<Utc>) -> Result<()> {
    match verdict(action, facts, viewer, now) {
        Some(None) => Ok(()),
        Some(Some(Obstacle::Guard(guard))) if !guard.is_state() => {
            let (zh, en) = guard.why();
            Err(Error::refused(Code::Forbidden, "", vec![error::Word::Both(zh.into(), en.into())]))
        }
        Some(Some(Obstacle::State | Obstacle::Guard(_))) => Err(invalid(facts, viewer, now)),
        None => {
            let why = error::Word::Both("不由您办理".into(), "it is not yours to do".into());
            Err(Error::refused(Code::Forbidden, "", vec![why]))
        }
    }
}

fn invalid(facts: &Facts, viewer: &Viewer, now: DateTime<Utc>) -> Error {
    let open: Vec<_> = allowed(facts, viewer, now)
        .into_iter()
        .filter(|allowed| allowed.obstacle.is_none())
        .map(|allowed| allowed.action)
        .collect();
    let list = |empty: &str, label: fn(ProblemAction) -> &'static str, comma: &str| {
        if open.is_empty() {
            empty.to_owned()
        } else {
            open.iter().map(|action| label(*action)).collect::<Vec<_>>().join(comma)
        }
    };
    let words = vec![
        error::Word::Both(facts.status.zh().into(), facts.status.en().into()),
        error::Word::Both(list("无", Word::zh, "、"), list("nothing", Word::en, ", ")),
    ];
    UserError::new(Code::InvalidTransition, "", words)
        .with("from", json!(facts.status.value()))
        .with("allowed", json!(open.iter().map(|action| mutation(*action)).collect::<Vec<_>>()))
        .into()
}

/// The table as lines of text, for the documentation.
#[must_use]
pub fn table() -> String {
    let states = |states: &[ProblemStatus], none: &str| {
        if states.is_empty() {
            none.to_owned()
        } else {
            states.iter().map(|state| state.value()).collect::<Vec<_>>().join(" ")
        }
    };
    let lines = MOVES.iter().map(|step| {
        let guards: Vec<_> = step.guards.iter().map(|guard| format!("not where {}", guard.why().1)).collect();
        let limit = step.limit.map_or(String::new(), |limit| format!("{:?}", limit.span()));
        let (from, to) = (states(step.from, ""), states(step.to, "(stays)"));
        format!("| {} | {from} | {to} | {:?} | {} | {limit} |", step.action.value(), step.who, guards.join("; "))
    });
    let head = "| action | from | to | who | guard | limit |\n|---|---|---|---|---|---|\n";
    format!("{head}{}\n", lines.collect::<Vec<_>>().join("\n"))
}
