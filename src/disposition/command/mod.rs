//! The mutations on tasks.

pub mod request;

use entity::disposition_task;
use entity::word::{DispositionAction, QuantityPrecision, QuantityUnit};

use super::service;
use crate::input;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// An acknowledgement (签收); of a READ task: that it was read (已阅).
    pub struct AcknowledgeTaskInput {
        /// The task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// A quantity of work.
    pub struct QuantityInput {
        /// How much, in whole units; at least 1.
        pub value: i64,
        /// Of what.
        pub unit: QuantityUnit,
        /// How exactly: 余 is `AT_LEAST`, 约 is `ABOUT`.
        pub precision: QuantityPrecision,
    }
}

input! {
    /// One act on a problem (处置), under a task that was acknowledged.
    pub struct RecordDispositionInput {
        /// The task.
        pub task: Id<disposition_task::Entity>,
        /// What was done.
        pub action: DispositionAction,
        /// The same in words, for the parties; up to 2000 characters, no personal data.
        pub content: String,
        /// A note for the secretary, the street and the grid worker.
        pub internal_note: Option<String>,
        /// An answer to the reporter, who reads it at once; no personal data.
        pub reply: Option<String>,
        /// How much was done.
        pub quantity: Option<QuantityInput>,
        /// A key of the caller's choice: the same key and input record once.
        pub idempotency_key: String,
    }
}

input! {
    /// Feedback (反馈): the party's part is done.
    pub struct SubmitFeedbackInput {
        /// The task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// What was achieved; up to 2000 characters, no personal data.
        pub feedback: String,
    }
}

const TASK: (&str, &str) = ("task", "DispositionTask");

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    let mut commands = vec![
        Command::of(
            "acknowledgeTask",
            Capability::ActOnTask,
            TASK,
            |call, input: AcknowledgeTaskInput| Box::pin(service::acknowledge(call, input)),
            "Acknowledges a task (签收); the lead's puts the problem in progress.",
        ),
        Command::of(
            "recordDisposition",
            Capability::ActOnTask,
            ("disposition", "Disposition"),
            |call, input: RecordDispositionInput| Box::pin(service::record(call, input)),
            "Records what was done (处置). It cannot be changed afterwards.",
        ),
        Command::of(
            "submitFeedback",
            Capability::ActOnTask,
            TASK,
            |call, input: SubmitFeedbackInput| Box::pin(service::submit(call, input)),
            "Submits feedback (反馈). The lead's takes the problem to verification; it needs a disposition, and the feedback of each assisting party.",
        ),
    ];
    commands.extend(request::commands());
    commands
}
