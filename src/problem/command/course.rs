//! The mutations off the straight road: withdrawal after dispatch, voiding, merging, the ledger, supervision.

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::{SupervisionGrounds, SupervisionLevel};
use entity::{organisation, problem, request, supervision};

use super::PROBLEM;
use crate::input;
use crate::policy::Capability;
use crate::problem::service::{ledger, merge, supervise, void, withdraw};
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A wish to withdraw a problem that was dispatched (申请撤回).
    pub struct RequestWithdrawalInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters. The parties do not read it.
        pub reason: String,
    }
}

input! {
    /// A decision on a withdrawal (审批撤回).
    pub struct DecideWithdrawalInput {
        /// The request.
        pub request: Id<request::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Whether the secretary consents.
        pub approve: bool,
        /// Why; needed where it is refused. Up to 2000 characters; the reporter reads it.
        pub reason: Option<String>,
    }
}

input! {
    /// A wish to void a problem (申请作废): it should never have been one.
    pub struct RequestVoidInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, no personal data. Once it is void the reporter and the parties read it.
        pub reason: String,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// The second person's word that a problem is void (确认作废).
    pub struct ConfirmVoidInput {
        /// The request.
        pub request: Id<request::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// A merger (并案).
    pub struct MergeProblemInput {
        /// The problem that goes into another.
        pub problem: Id<problem::Entity>,
        /// That problem's `revision` as it was read.
        pub expected_revision: String,
        /// The open problem of the same community that it goes into.
        pub into: Id<problem::Entity>,
        /// Why; up to 2000 characters. It is for those who merge.
        pub reason: String,
    }
}

input! {
    /// The undoing of a merger (撤销并案).
    pub struct UnmergeProblemInput {
        /// The problem that was merged into another.
        pub problem: Id<problem::Entity>,
        /// Its `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// A problem to be carried on the ledger (挂账).
    pub struct CarryOnLedgerInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// The organisation that answers for it meanwhile.
        pub owner: Id<organisation::Entity>,
        /// The day on which it is to be looked at again: after today, within a year.
        pub review_on: NaiveDate,
        /// Why; up to 2000 characters, no personal data. The reporter and the parties read it.
        pub reason: String,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A look at a problem on the ledger (挂账复核).
    pub struct ReviewLedgerInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// The day on which it is to be looked at again: after today, within a year.
        pub review_on: NaiveDate,
        /// The organisation that answers for it from now on; by default the same.
        pub owner: Option<Id<organisation::Entity>>,
    }
}

input! {
    /// The way back from the ledger (销账续办).
    pub struct TakeOffLedgerInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Until when its lead has to handle it; by default the default limit.
        pub due_at: Option<DateTime<Utc>>,
    }
}

input! {
    /// A wish that a problem be supervised (提请督办).
    pub struct ProposeSupervisionInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// How close.
        pub level: SupervisionLevel,
        /// Why; up to 2000 characters. The community, the street and the supervisor read it.
        pub reason: String,
    }
}

input! {
    /// Supervision of a problem (督办).
    pub struct RaiseSupervisionInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// How close.
        pub level: SupervisionLevel,
        /// The proposal that is followed, if it is one.
        pub proposal: Option<Id<supervision::Entity>>,
        /// On what grounds; by default those of the proposal, else OTHER.
        pub grounds: Option<SupervisionGrounds>,
        /// Why; up to 2000 characters. The community, the street and the supervisor read it.
        pub reason: String,
    }
}

input! {
    /// The end of supervision, or of a proposal (解除督办).
    pub struct LiftSupervisionInput {
        /// The supervision, or the proposal.
        pub supervision: Id<supervision::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters. The community, the street and the supervisor read it.
        pub reason: String,
    }
}

const REQUEST: (&str, &str) = ("request", "Request");
const SUPERVISION: (&str, &str) = ("supervision", "Supervision");

/// The mutations.
pub fn commands() -> Vec<Command> {
    let mut commands = ended();
    commands.extend(ledger());
    commands.extend(supervision());
    commands
}

fn ended() -> Vec<Command> {
    vec![
        Command::of(
            "requestWithdrawal",
            Capability::ReporterActs,
            REQUEST,
            |call, input: RequestWithdrawalInput| Box::pin(withdraw::ask(call, input)),
            "Asks to withdraw one's own problem after dispatch (申请撤回), unless public safety is concerned; the community consents or not. Before dispatch: `withdrawProblem`.",
        ),
        Command::of(
            "decideWithdrawal",
            Capability::TriageProblem,
            REQUEST,
            |call, input: DecideWithdrawalInput| Box::pin(withdraw::decide(call, input)),
            "Decides on a reporter's wish to withdraw (审批撤回). Open tasks are cancelled.",
        ),
        Command::of(
            "requestVoid",
            Capability::RequestVoid,
            REQUEST,
            |call, input: RequestVoidInput| Box::pin(void::ask(call, input)),
            "Asks for a problem to be void (申请作废): for the street. A second street coordinator or the supervisor confirms within 7 days, or it lapses.",
        ),
        Command::of(
            "confirmVoid",
            Capability::ConfirmVoid,
            REQUEST,
            |call, input: ConfirmVoidInput| Box::pin(void::confirm(call, input)),
            "Confirms that a problem is void (确认作废): for another person than who asked. Open tasks are cancelled.",
        ),
        Command::of(
            "mergeProblem",
            Capability::TriageProblem,
            PROBLEM,
            |call, input: MergeProblemInput| Box::pin(merge::merge(call, input)),
            "Merges a problem into an open one of the same community (并案). Its open tasks are cancelled; its reporter follows the other one's public state, answer and date (`followed`), and rates alone. Confidential problems are not merged.",
        ),
        Command::of(
            "unmergeProblem",
            Capability::TriageProblem,
            PROBLEM,
            |call, input: UnmergeProblemInput| Box::pin(merge::undo(call, input)),
            "Undoes a merger within 30 days (撤销并案): the problem is where it stood before, with its tasks; where its lead's seat has ended it waits for dispatch.",
        ),
    ]
}

fn ledger() -> Vec<Command> {
    vec![
        Command::of(
            "carryOnLedger",
            Capability::KeepLedger,
            PROBLEM,
            |call, input: CarryOnLedgerInput| Box::pin(ledger::carry(call, input)),
            "Carries a problem on the ledger (挂账) once its extension is spent: an organisation answers for it, and it is looked at again on a day. The handling limit does not run meanwhile.",
        ),
        Command::of(
            "reviewLedger",
            Capability::KeepLedger,
            PROBLEM,
            |call, input: ReviewLedgerInput| Box::pin(ledger::review(call, input)),
            "Looks at a problem on the ledger again (挂账复核) and sets the next day for it. A day that passes without raises supervision.",
        ),
        Command::of(
            "takeOffLedger",
            Capability::KeepLedger,
            PROBLEM,
            |call, input: TakeOffLedgerInput| Box::pin(ledger::take_off(call, input)),
            "Takes a problem off the ledger (销账续办): its lead goes on.",
        ),
    ]
}

fn supervision() -> Vec<Command> {
    vec![
        Command::of(
            "proposeSupervision",
            Capability::ProposeSupervision,
            SUPERVISION,
            |call, input: ProposeSupervisionInput| Box::pin(supervise::propose(call, input)),
            "Proposes that a problem be supervised (提请督办).",
        ),
        Command::of(
            "raiseSupervision",
            Capability::RaiseSupervision,
            SUPERVISION,
            |call, input: RaiseSupervisionInput| Box::pin(supervise::raise(call, input)),
            "Supervises a problem (督办), in place of what was in force.",
        ),
        Command::of(
            "liftSupervision",
            Capability::RaiseSupervision,
            SUPERVISION,
            |call, input: LiftSupervisionInput| Box::pin(supervise::lift(call, input)),
            "Lifts supervision, or dismisses a proposal (解除督办).",
        ),
    ]
}
