//! The mutations by which an office changes tasks and decides on what parties ask for.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{disposition_task, extension_request, request, suspension};

use super::AssignmentInput;
use crate::input;
use crate::policy::Capability;
use crate::problem::service::{extension, suspend, task};
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A decision on a return (审批退回).
    pub struct DecideReturnInput {
        /// The request.
        pub request: Id<request::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// True: the party is rid of the task, and where it led the problem waits for dispatch. False: it keeps the task.
        pub approve: bool,
        /// Why; needed where it is refused. Up to 2000 characters, no personal data; the party reads it.
        pub reason: Option<String>,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A transfer (转办) of an open task to another seat.
    pub struct TransferTaskInput {
        /// The task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Who does it now, in the same role.
        pub to: AssignmentInput,
        /// Until when; by default the default limit, from now on.
        pub due_at: Option<DateTime<Utc>>,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A task that an assisting party need not do any more (免除协办).
    pub struct WaiveTaskInput {
        /// The task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, no personal data. Those who work on the problem read it.
        pub reason: String,
    }
}

input! {
    /// A task that is taken away (取消任务).
    pub struct CancelTaskInput {
        /// The task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, no personal data. Those who work on the problem read it.
        pub reason: String,
    }
}

input! {
    /// A decision on an extension (审批延期), by another than who asked.
    pub struct DecideExtensionInput {
        /// The request.
        pub extension: Id<extension_request::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Whether it is granted.
        pub approve: bool,
        /// Until when it is granted: after the present limit, and not after what was asked; by default as asked.
        pub until: Option<DateTime<Utc>>,
        /// Why; needed where it is refused. Up to 2000 characters, no personal data; the parties read it.
        pub reason: Option<String>,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A decision on a suspension (审批缓办), by another than who asked.
    pub struct DecideSuspensionInput {
        /// The request.
        pub suspension: Id<suspension::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Whether it is granted: then the clock pauses.
        pub approve: bool,
        /// The day on which work goes on: after today, and not after what was asked; by default as asked.
        pub until: Option<NaiveDate>,
        /// Why; needed where it is refused. Up to 2000 characters, no personal data; the parties read it.
        pub reason: Option<String>,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

const TASK: (&str, &str) = ("task", "DispositionTask");

/// The mutations.
pub fn commands() -> Vec<Command> {
    vec![
        Command::of(
            "decideReturn",
            Capability::TriageProblem,
            ("request", "Request"),
            |call, input: DecideReturnInput| Box::pin(task::decide_return(call, input)),
            "Decides on a task that its party wants to give back (审批退回). When a lead's second return is approved, the problem goes on the next joint meeting's agenda (`escalatedToMeeting`); a confidential one goes to the street.",
        ),
        Command::of(
            "transferTask",
            Capability::TriageProblem,
            TASK,
            |call, input: TransferTaskInput| Box::pin(task::transfer(call, input)),
            "Transfers an open task to another seat (转办): it ends, and a task linked to it opens in the same moment, which the payload shows. A lead's puts the problem back to DISPATCHED.",
        ),
        Command::of(
            "waiveTask",
            Capability::TriageProblem,
            TASK,
            |call, input: WaiveTaskInput| Box::pin(task::waive(call, input)),
            "Waives the open task of an assisting party (免除协办), so that the lead can submit without it.",
        ),
        Command::of(
            "cancelTask",
            Capability::TriageProblem,
            TASK,
            |call, input: CancelTaskInput| Box::pin(task::cancel(call, input)),
            "Cancels an open task (取消任务). Without its lead the problem waits for dispatch, and the convenor answers for it.",
        ),
        Command::of(
            "decideExtension",
            Capability::TriageProblem,
            ("extension", "ExtensionRequest"),
            |call, input: DecideExtensionInput| Box::pin(extension::decide(call, input)),
            "Decides on more time that a lead asks for (审批延期), before its limit passes. What was asked and what was granted are both kept.",
        ),
        Command::of(
            "decideSuspension",
            Capability::TriageProblem,
            ("suspension", "Suspension"),
            |call, input: DecideSuspensionInput| Box::pin(suspend::decide(call, input)),
            "Decides on a pause that a lead asks for (审批缓办). While it lasts the limit does not run; it ends by the lead, or by itself on its day.",
        ),
    ]
}
