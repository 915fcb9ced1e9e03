//! The mutations on time limits.

use entity::word::{LimitStep, LimitUnit, ProblemComplexity, ProblemDomain, ProblemNature};

use super::read::TimeLimit;
use super::service;
use crate::input;
use crate::policy::Capability::SetLimits;
use crate::read::model::Command;

input! {
    /// A time limit (时限) for a region and all below it.
    pub struct SetTimeLimitInput {
        /// The 12-digit code of the region: your own, or one below it.
        pub region_code: String,
        /// The step that it limits.
        pub step: LimitStep,
        /// For urgent problems; for those that are not where left out. What is set for the others does not touch urgent ones.
        pub urgent: Option<bool>,
        /// For problems of this domain; of any where left out. Unknown at TRIAGE, and not to be given there.
        pub domain: Option<ProblemDomain>,
        /// For this nature; for either where left out. Not to be given for TRIAGE.
        pub nature: Option<ProblemNature>,
        /// For this complexity; for any where left out. Not to be given for TRIAGE.
        pub complexity: Option<ProblemComplexity>,
        /// How many, from 1: up to 366 working days, 100,000 minutes of working time, or 527,040 minutes (366 days).
        pub amount: i64,
        /// Of what.
        pub unit: LimitUnit,
        /// The limit's `revision` as you read it, where the region has set one for this already; left out where it has not.
        pub expected_revision: Option<String>,
    }
}

input! {
    /// A time limit that a region gives up: the next above holds again.
    pub struct RemoveTimeLimitInput {
        /// The 12-digit code of the region that set it.
        pub region_code: String,
        /// The step.
        pub step: LimitStep,
        /// Whether it is for urgent problems.
        pub urgent: Option<bool>,
        /// Its domain.
        pub domain: Option<ProblemDomain>,
        /// Its nature.
        pub nature: Option<ProblemNature>,
        /// Its complexity.
        pub complexity: Option<ProblemComplexity>,
        /// Its `revision` as you read it.
        pub expected_revision: String,
    }
}

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    vec![
        Command::value::<SetTimeLimitInput, TimeLimit, _>(
            "setTimeLimit",
            SetLimits,
            "timeLimit",
            |call, input: SetTimeLimitInput| Box::pin(service::set(call, input)),
            "Sets a time limit (时限) for a region of yours, or changes one that it has set. The nearest region's limit holds, and of one region's the one that says most of what it is for. The deadlines of open problems are reckoned anew; a chosen one stays, and no pause is lost.",
        ),
        Command::value::<RemoveTimeLimitInput, TimeLimit, _>(
            "removeTimeLimit",
            SetLimits,
            "timeLimit",
            |call, input: RemoveTimeLimitInput| Box::pin(service::remove(call, input)),
            "Removes a time limit that a region of yours has set; the payload is what it was. The deadlines of open problems are reckoned anew.",
        ),
    ]
}
