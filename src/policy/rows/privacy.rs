//! Which redactions and requests about one's data a viewer may read.

use entity::word::{RedactionAudience, RedactionStatus};
use entity::{redaction, subject_request};
use sea_orm::sea_query::ExprTrait;

use super::keeps;
use super::problem::{of_problem, problem, report, summary, trusted_office};
use crate::policy::rule::{At, Known, Rule, viewer};

/// Redactions: all of them for the office; those that were done for whoever reads what is missing.
pub fn redaction(at: &At) -> Rule {
    use redaction::Column as C;
    let done = Rule::When(at.col(C::Status).eq(RedactionStatus::Done));
    let told = |audience: RedactionAudience| Rule::When(at.col(C::Audience).eq(audience));
    let of = |rule: fn(&At) -> Rule| of_problem(at, at.col(C::ProblemId), |above| problem(above) & rule(above));
    let reported = told(RedactionAudience::Shared) | told(RedactionAudience::Report);
    let missed = (reported & of(report)) | (told(RedactionAudience::Shared) & of(summary));
    at.within(C::CommunityCode) & (of(trusted_office) | (done & missed) | alone(at))
}

/// What belongs to no problem: for the secretary and the street of the community.
fn alone(at: &At) -> Rule {
    keeps(at.role) & Rule::When(at.col(redaction::Column::ProblemId).is_null())
}

/// What the office has to say of a redaction: for the office.
pub fn note(at: &At) -> Rule {
    let of = of_problem(at, at.col(redaction::Column::ProblemId), trusted_office);
    of | alone(at)
}

/// Requests about one's data: one's own; those that the viewer answers.
pub fn subject_request(at: &At) -> Rule {
    Rule::When(at.col(subject_request::Column::PersonId).eq(viewer(Known::User))) | answered(at)
}

/// Those that the viewer answers: the secretary's and the street's; of a problem, those of who decides on it. Nobody
/// answers oneself.
pub fn answered(at: &At) -> Rule {
    use subject_request::Column as C;
    let own = Rule::When(at.col(C::PersonId).is_not_null().and(at.col(C::PersonId).eq(viewer(Known::User))));
    let alone = keeps(at.role) & Rule::When(at.col(C::ProblemId).is_null());
    let decided = of_problem(at, at.col(C::ProblemId), |above| problem(above) & trusted_office(above));
    at.within(C::CommunityCode) & !own & (alone | decided)
}

/// Who asks, by name: for who answers, unless a problem is named. There it would tell who reported, who is masked.
pub fn asker(at: &At) -> Rule {
    answered(at) & Rule::When(at.col(subject_request::Column::ProblemId).is_null())
}
