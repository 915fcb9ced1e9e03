//! What `Problem` shows of what leaves the straight road: requests, mergers, the ledger, supervision, the archive.

use chrono::{DateTime, Utc};
use entity::problem::{self, Column as C};
use entity::word::{ClosureOutcome, ProblemStatus};
use entity::{extension_request, ledger_entry, problem_merge, request, supervision, suspension};
use sea_orm::EntityName;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query};
use serde_json::Value;

use crate::answer;
use crate::policy::Capability;
use crate::policy::rows::problem as rows;
use crate::policy::rule::{At, Rule, any, of};
use crate::read::model::{Fact, Holds, Join, Look, Operand, Type, col};
use crate::read::shape::Output;

answer! {
    /// What a reporter sees of the problem that their own was merged into.
    pub struct Followed {
        /// Where it stands.
        pub status: ProblemStatus,
        /// What came of it; null while it is open.
        pub outcome: Option<ClosureOutcome>,
        /// The answer (答复); null before there is one.
        pub reply: Option<String>,
        /// When its closure was verified; null while it is not closed.
        pub closed_at: Option<DateTime<Utc>>,
    }
}

/// Adds them.
pub fn declare(declared: Type) -> Type {
    lists(merged(declared))
        .field(
            col(C::ReturnCount).shown_if(rows::summary),
            "How often a lead gave it back (退回); null for those who read public problems alone.",
        )
        .field(
            col(C::ArchivedAt).shown_if(rows::summary),
            "When it went to the archive (归档); null before, and for those who read public problems alone.",
        )
        .filter(
            "awaitingDecision",
            Operand::Boolean,
            |at, asked| rows::trusted_office(at) & asked.of(&waits(at).expr()),
            "Problems about which something is asked for that the secretary or the street has to decide: a return, an extension, a suspension, a withdrawal; for the two of them.",
        )
}

fn merged(declared: Type) -> Type {
    declared
        .link(
            "mergedInto",
            C::MergedIntoId,
            "Problem",
            "The problem that it was merged into (并案); for the secretary and the street, null for everybody else, and where it was not.",
        )
        .shown_if(rows::trusted_office)
        .derived::<Option<String>>(
            "mergeReason",
            vec![],
            vec![Fact { name: "merge_reason", holds: Holds::Text, sql: why_merged }],
            |look| look.cells.text("merge_reason").json(),
            "Why it was merged (并案原因); for the secretary and the street, null for everybody else, and where it was not.",
        )
        .shown_if(rows::trusted_office)
        .many_by(
            "merged",
            "Problem",
            Join::Column { theirs: "merged_into_id", ours: "id" },
            ("reportedAt", false),
            "The problems that were merged into it; for the secretary and the street, null for everybody else.",
        )
        .shown_if(rows::trusted_office)
        .derived::<Option<Followed>>(
            "followed",
            vec![],
            vec![
                Fact { name: "followed_status", holds: Holds::Text, sql: |at| followed(at, C::Status) },
                Fact { name: "followed_outcome", holds: Holds::Text, sql: |at| followed(at, C::Outcome) },
                Fact { name: "followed_reply", holds: Holds::Text, sql: |at| followed(at, C::Reply) },
                Fact { name: "followed_closed_at", holds: Holds::Time, sql: |at| followed(at, C::ClosedAt) },
            ],
            follows,
            "What came of the problem that it was merged into: for its reporter, who follows that one, and the community and the street where that one is theirs too; null where it was not merged, and for everybody else.",
        )
        .shown_if(follower)
}

/// The reason of the merger that stands.
fn why_merged(at: &At) -> Expr {
    use problem_merge::Column as M;
    let select = Query::select()
        .column(M::Reason)
        .from(problem_merge::Entity)
        .and_where(Expr::col((problem_merge::Entity, M::ProblemId)).eq(at.col(C::Id)))
        .and_where(Expr::col((problem_merge::Entity, M::UndoneAt)).is_null())
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// Its reporter and the office.
fn follower(at: &At) -> Rule {
    rows::reporter(at) | rows::trusted_office(at)
}

/// A column of the problem at the end of the mergers: the reporter's to know, and an office's that has the say there too.
fn followed(at: &At, column: C) -> Expr {
    let target = At { table: Alias::new(format!("{}_f", at.table.0)), ..at.clone() };
    let both = rows::trusted_office(at) & rows::problem(&target) & rows::trusted_office(&target);
    let select = Query::select()
        .expr(target.col(column))
        .from_as(Alias::new(problem::Entity.table_name()), target.table.clone())
        .and_where(target.col(C::Id).eq(at.col(C::FollowsId)))
        .and_where((rows::reporter(at) | both).expr())
        .take();
    CaseStatement::new().case(follower(at).expr(), Expr::SubQuery(None, Box::new(select.into()))).into()
}

fn follows(look: &Look<'_>) -> Value {
    let followed = || {
        Some(Followed {
            status: look.cells.word("followed_status")?,
            outcome: look.cells.word("followed_outcome"),
            reply: look.cells.text("followed_reply"),
            closed_at: look.cells.time("followed_closed_at"),
        })
    };
    followed().json()
}

fn lists(declared: Type) -> Type {
    declared
        .many(
            "requests",
            "Request",
            request::Column::ProblemId,
            ("askedAt", false),
            "What was asked for about it: returns, a withdrawal, voiding; as far as it is for the caller.",
        )
        .many(
            "extensions",
            "ExtensionRequest",
            extension_request::Column::ProblemId,
            ("askedAt", false),
            "More time that its leads asked for (延期); empty for those who do not work on it.",
        )
        .needs(Capability::ReadTasks)
        .many(
            "suspensions",
            "Suspension",
            suspension::Column::ProblemId,
            ("askedAt", false),
            "Pauses that its leads asked for (缓办); empty for those who do not work on it.",
        )
        .needs(Capability::ReadTasks)
        .many(
            "ledgerEntries",
            "LedgerEntry",
            ledger_entry::Column::ProblemId,
            ("carriedAt", false),
            "Its times on the ledger (挂账); empty for those who read public problems alone.",
        )
        .many(
            "supervisions",
            "Supervision",
            supervision::Column::ProblemId,
            ("proposedAt", false),
            "Its supervision and what was proposed (督办), as far as it is for the caller.",
        )
        .needs(Capability::ReadTasks)
}

/// Whether something waits for the office's decision.
fn waits(at: &At) -> Rule {
    use entity::word::{RequestKind, RequestStatus};
    let mut requests = any(request::Entity);
    requests
        .and_where(of(request::Column::ProblemId).eq(at.col(C::Id)))
        .and_where(of(request::Column::Status).eq(RequestStatus::Pending))
        .and_where(of(request::Column::Kind).ne(RequestKind::Void));
    let mut extensions = any(extension_request::Entity);
    extensions
        .and_where(of(extension_request::Column::ProblemId).eq(at.col(C::Id)))
        .and_where(of(extension_request::Column::Status).eq(RequestStatus::Pending));
    let mut suspensions = any(suspension::Entity);
    suspensions
        .and_where(of(suspension::Column::ProblemId).eq(at.col(C::Id)))
        .and_where(of(suspension::Column::Status).eq(RequestStatus::Pending));
    Rule::exists(requests) | Rule::exists(extensions) | Rule::exists(suspensions)
}
