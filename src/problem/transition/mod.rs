//! The state machine of a problem: one table, read by commands, by `allowedActions` and by refusals; what a row's guards
//! mean is in `guard`.

mod guard;

use chrono::{DateTime, Utc};
use entity::word::{ProblemAction, ProblemStatus, Role, Word};

use super::facts::Facts;
use super::limit::Limit;
use crate::machine::{Guard as _, Machine, Obstacle};
use crate::policy::{Capability, Viewer};
pub use guard::Guard;

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
    /// The street, or in place of a concerned one the county.
    Above,
    /// The same, or a supervisor.
    Overseer,
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
    RequestReturn [Dispatched InProgress] -> [] ActOnTask Lead [TaskReturnable] None;
    RequestReturn [Dispatched InProgress Suspended] -> [] ActOnTask Assist [TaskReturnable] None;
    DecideReturn [Dispatched InProgress] -> [Accepted] TriageProblem Office [NotConcerned ReturnAsked ReturnByOther] None;
    DecideReturn [Accepted Suspended OnLedger] -> [] TriageProblem Office [NotConcerned ReturnAsked ReturnByOther] None;
    TransferTask [Dispatched InProgress] -> [Dispatched] TriageProblem Office [NotConcerned TaskOpen] None;
    TransferTask [Accepted Suspended OnLedger] -> [] TriageProblem Office [NotConcerned AssistOpen] None;
    WaiveTask [Accepted Dispatched InProgress Suspended OnLedger] -> [] TriageProblem Office [NotConcerned AssistOpen] None;
    CancelTask [Dispatched InProgress] -> [Accepted] TriageProblem Office [NotConcerned TaskOpen] None;
    CancelTask [Accepted Suspended OnLedger] -> [] TriageProblem Office [NotConcerned AssistOpen] None;
    RequestExtension [InProgress] -> [] ActOnTask Lead [TaskAcknowledged NotDue NotExtended] None;
    DecideExtension [InProgress] -> [] TriageProblem Office [NotConcerned ExtensionAsked ExtensionByOther] None;
    RequestSuspension [InProgress] -> [] ActOnTask Lead [TaskAcknowledged NoSuspensionAsked] None;
    DecideSuspension [InProgress] -> [Suspended] TriageProblem Office [NotConcerned SuspensionAsked SuspensionByOther] None;
    Resume [Suspended] -> [InProgress] ActOnTask Lead [] None;
    CarryOnLedger [InProgress Suspended] -> [OnLedger] KeepLedger Above [NotConcerned ExtensionSpent] None;
    ReviewLedger [OnLedger] -> [] KeepLedger Above [NotConcerned] None;
    TakeOffLedger [OnLedger] -> [InProgress] KeepLedger Above [NotConcerned] None;
    RequestVoid [Reported Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger] -> []
        RequestVoid Above [NotConcerned NoVoidAsked] None;
    ConfirmVoid [Reported Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger] -> [Voided]
        ConfirmVoid Overseer [NotConcerned VoidAsked VoidByOther] Some(Limit::Void);
    RequestWithdrawal [Dispatched InProgress Suspended AwaitingVerification OnLedger] -> []
        ReporterActs Reporter [NotPublicSafety NoWithdrawalAsked] None;
    DecideWithdrawal [Dispatched InProgress Suspended AwaitingVerification OnLedger] -> [Withdrawn]
        TriageProblem Office [NotConcerned WithdrawalAsked] None;
    Merge [Reported] -> [Merged] TriageProblem Office [NotConcerned AppealElsewhere] None;
    Merge [Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger] -> [Merged]
        TriageProblem Office [NotConcerned] None;
    Unmerge [Merged] -> [Reported Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger]
        TriageProblem Office [NotConcerned UnmergeOpen] Some(Limit::Unmerge);
    Rate [Merged] -> [] RateProblem Reporter [TargetClosed NotRated] None;
    ProposeSupervision [Reported Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger] -> []
        ProposeSupervision Office [NotConcerned NotProposed] None;
    RaiseSupervision [Reported Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger] -> []
        RaiseSupervision Overseer [NotConcerned] None;
    LiftSupervision [Reported Accepted Dispatched InProgress Suspended AwaitingVerification OnLedger] -> []
        RaiseSupervision Overseer [NotConcerned Supervised] None;
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
        ProblemAction::RequestReturn => "requestReturn",
        ProblemAction::DecideReturn => "decideReturn",
        ProblemAction::TransferTask => "transferTask",
        ProblemAction::WaiveTask => "waiveTask",
        ProblemAction::CancelTask => "cancelTask",
        ProblemAction::RequestExtension => "requestExtension",
        ProblemAction::DecideExtension => "decideExtension",
        ProblemAction::RequestSuspension => "requestSuspension",
        ProblemAction::DecideSuspension => "decideSuspension",
        ProblemAction::Resume => "resumeProblem",
        ProblemAction::CarryOnLedger => "carryOnLedger",
        ProblemAction::ReviewLedger => "reviewLedger",
        ProblemAction::TakeOffLedger => "takeOffLedger",
        ProblemAction::RequestVoid => "requestVoid",
        ProblemAction::ConfirmVoid => "confirmVoid",
        ProblemAction::RequestWithdrawal => "requestWithdrawal",
        ProblemAction::DecideWithdrawal => "decideWithdrawal",
        ProblemAction::Merge => "mergeProblem",
        ProblemAction::Unmerge => "unmergeProblem",
        ProblemAction::ProposeSupervision => "proposeSupervision",
        ProblemAction::RaiseSupervision => "raiseSupervision",
        ProblemAction::LiftSupervision => "liftSupervision",
    }
}

/// The mutations of a reporter without account, who shows number and code.
const WITHOUT_ACCOUNT: [(ProblemAction, &str); 5] = [
    (ProblemAction::Add, "supplementReport"),
    (ProblemAction::Appeal, "appealReport"),
    (ProblemAction::Rate, "rateReport"),
    (ProblemAction::Reopen, "reopenReport"),
    (ProblemAction::Withdraw, "withdrawReport"),
];

/// The mutation by which a viewer does an action; none where a reporter without account has none for it.
#[must_use]
pub fn mutation_for(action: ProblemAction, viewer: &Viewer) -> Option<&'static str> {
    if !viewer.is_without_account() {
        return Some(mutation(action));
    }
    WITHOUT_ACCOUNT.iter().find(|(other, _)| *other == action).map(|(_, name)| *name)
}

/// A problem as one viewer finds it at some time.
pub struct Asked<'a> {
    /// What the guards look at.
    pub facts: &'a Facts,
    /// Who asks.
    pub viewer: &'a Viewer,
    /// When.
    pub now: DateTime<Utc>,
}

impl Machine for Asked<'_> {
    type Action = ProblemAction;
    type State = ProblemStatus;
    type Guard = Guard;

    fn state(&self) -> ProblemStatus {
        self.facts.status
    }

    fn mutation(&self, action: ProblemAction) -> Option<&'static str> {
        mutation_for(action, self.viewer)
    }

    fn obstacles(&self, action: ProblemAction) -> impl Iterator<Item = Option<Obstacle<Guard>>> {
        let own = move |step: &&Move| {
            step.action == action
                && step.capability.held(self.viewer.role, self.viewer.scopes)
                && step.who.is(self.facts, self.viewer)
        };
        MOVES.iter().filter(own).map(|step| {
            let holds = |guard: Guard| guard.holds(step, self.facts, self.viewer, self.now);
            Obstacle::of(step.from.contains(&self.facts.status), step.guards, holds)
        })
    }
}

impl Who {
    fn is(self, facts: &Facts, viewer: &Viewer) -> bool {
        match self {
            Self::Office => facts.office,
            Self::Above => facts.office && viewer.role != Role::Secretary,
            Self::Overseer => (facts.office && viewer.role != Role::Secretary) || viewer.role == Role::Supervisor,
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
