//! What can be read of problems and of what is kept with them.

mod audience;
mod course;
mod problem;
mod record;
mod remaining;
mod reporter;
mod request;
mod timeline;

use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::problem as rows;
use crate::read::model::{By, Column, Query, Show, Type};

pub use audience::{ReportAudience, ReportAudienceInput, ReportReader};
pub use course::Followed;
pub use problem::AllowedAction;
pub use remaining::{Remaining, remaining};
pub use reporter::{ADDRESS, NAME, PHONE, Reporter, mask_name, mask_phone};

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    let mut types = vec![
        problem::problem(),
        record::addition(),
        record::follow_up(),
        record::rating(),
        record::disclosure(),
        timeline::timeline_entry(),
        timeline::audit_entry(),
    ];
    types.extend(request::types());
    types
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    let number = By {
        name: "number",
        about: "Its number for people: `ZXL-2026-40173-6`.",
        column: Column::of(entity::problem::Column::Number),
        show: Show::Plain,
    };
    vec![
        crate::problem::notice::query(),
        audience::query(),
        Query::one(
            "problem",
            Capability::ReadProblems,
            "Problem",
            vec![By::id(prefix::PROBLEM), number],
            "One problem (问题), by its id or number; null where there is none or it is out of sight.",
        ),
        Query::many(
            "problems",
            Capability::ReadProblems,
            "Problem",
            ("reportedAt", true),
            "Problems in sight, the newest first.",
        ),
        Query::many(
            "orphans",
            Capability::TriageProblem,
            "Problem",
            ("reportedAt", true),
            "Open problems in sight for which no organisation answers as it should (无主问题): before dispatch the convenor's, above a concerned one the street's or the county's; from dispatch on the lead's; on the ledger its owner. There are none, and this proves it.",
        )
        .only(rows::orphaned),
        Query::many(
            "auditTrail",
            Capability::ReadAudit,
            "AuditEntry",
            ("at", true),
            "The audit trail (审计日志): everything in the region for the supervisor, the street and the secretary, but what belongs to problems out of their sight or about their own organisations; one's own calls for everybody else. The newest first.",
        ),
    ]
}
