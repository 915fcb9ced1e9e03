//! What is asked for about a problem, the ledger, supervision, mergers: who may read it.

use entity::word::{RequestKind, Role, SupervisionStatus, Word};
use entity::{extension_request, ledger_entry, request, supervision, suspension};
use sea_orm::sea_query::ExprTrait;

use super::problem::{below, concerned, done, of_problem, reporter, summary, trusted_office};
use crate::policy::rule::{At, Rule};

/// A return: those who work on the problem and those above. A withdrawal: the reporter and the office. Voiding: the
/// office and the supervisor.
pub fn requests(at: &At) -> Rule {
    let kind = |kind: RequestKind| Rule::When(at.col(request::Column::Kind).eq(kind.value()));
    let readable = [
        (RequestKind::Return, done as fn(&At) -> Rule),
        (RequestKind::Withdrawal, withdrawal),
        (RequestKind::Void, overseen),
    ]
    .into_iter()
    .map(|(of, rule)| kind(of) & below(at, request::Column::CommunityCode, request::Column::ProblemId, rule));
    readable.fold(Rule::Never, |any, rule| any | rule)
}

fn withdrawal(at: &At) -> Rule {
    reporter(at) | trusted_office(at)
}

/// The office and the supervisor, unless they are complained of.
pub fn overseen(at: &At) -> Rule {
    if at.role == Role::Supervisor { !concerned(at) } else { trusted_office(at) }
}

/// Extensions: those who work on the problem and those above.
pub fn extensions(at: &At) -> Rule {
    below(at, extension_request::Column::CommunityCode, extension_request::Column::ProblemId, done)
}

/// Suspensions: likewise.
pub fn suspensions(at: &At) -> Rule {
    below(at, suspension::Column::CommunityCode, suspension::Column::ProblemId, done)
}

/// Entries of the ledger: whoever may read more of the problem than what is public.
pub fn ledger(at: &At) -> Rule {
    below(at, ledger_entry::Column::CommunityCode, ledger_entry::Column::ProblemId, summary)
}

/// Supervision that is or was in force: whoever may read more than what is public; proposals: the office and the
/// supervisor.
pub fn supervisions(at: &At) -> Rule {
    let in_force = [SupervisionStatus::InForce, SupervisionStatus::Lifted].map(Word::value);
    let known = Rule::When(at.col(supervision::Column::Status).is_in(in_force));
    let of = |rule| below(at, supervision::Column::CommunityCode, supervision::Column::ProblemId, rule);
    (known & of(summary)) | of(overseen)
}

/// Why a problem is supervised, and why not: the office and the supervisor.
pub fn supervision_reason(at: &At) -> Rule {
    of_problem(at, at.col(supervision::Column::ProblemId), overseen)
}
