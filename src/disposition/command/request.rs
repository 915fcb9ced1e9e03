//! The mutations by which parties ask for something under their tasks.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{disposition_task, party, problem};

use crate::disposition::service::request;
use crate::input;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A wish to give a task back (申请退回).
    pub struct RequestReturnInput {
        /// The task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, no personal data. Those who work on the problem read it.
        pub reason: String,
        /// The party of the group that should do it instead.
        pub suggested_party: Option<Id<party::Entity>>,
    }
}

input! {
    /// A wish for more time (申请延期): before the limit passes, once a task.
    pub struct RequestExtensionInput {
        /// The LEAD task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Until when: after the present limit, and by at most half of it.
        pub until: DateTime<Utc>,
        /// Why; up to 2000 characters, no personal data. Those who work on the problem read it.
        pub reason: String,
    }
}

input! {
    /// A wish for a pause (申请缓办).
    pub struct RequestSuspensionInput {
        /// The LEAD task.
        pub task: Id<disposition_task::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// The day on which work goes on: after today, within 30 days.
        pub until: NaiveDate,
        /// Why; up to 2000 characters, no personal data. Those who work on the problem read it.
        pub reason: String,
    }
}

input! {
    /// The end of a pause, before its day (恢复办理).
    pub struct ResumeProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
    }
}

/// The mutations.
pub fn commands() -> Vec<Command> {
    vec![
        Command::of(
            "requestReturn",
            Capability::ActOnTask,
            ("request", "Request"),
            |call, input: RequestReturnInput| Box::pin(request::give_back(call, input)),
            "Asks to give back a task that is not submitted (申请退回); the secretary or the street decides.",
        ),
        Command::of(
            "requestExtension",
            Capability::ActOnTask,
            ("extension", "ExtensionRequest"),
            |call, input: RequestExtensionInput| Box::pin(request::more_time(call, input)),
            "Asks for more time to lead (申请延期), before the limit passes, once a task, and at most half of the limit; the secretary or the street decides. It lapses when the limit passes.",
        ),
        Command::of(
            "requestSuspension",
            Capability::ActOnTask,
            ("suspension", "Suspension"),
            |call, input: RequestSuspensionInput| Box::pin(request::pause(call, input)),
            "Asks for a pause (申请缓办) until a day within 30 days; the secretary or the street decides. It lapses on that day.",
        ),
        Command::of(
            "resumeProblem",
            Capability::ActOnTask,
            ("problem", "Problem"),
            |call, input: ResumeProblemInput| Box::pin(request::resume(call, input)),
            "Goes on with a suspended problem before its day (恢复办理): for its lead. What was left of the limit runs from now.",
        ),
    ]
}
