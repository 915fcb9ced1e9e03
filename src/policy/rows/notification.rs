//! What a person was told of.

use entity::{appointment, notification};
use sea_orm::sea_query::ExprTrait;

use super::post::{beneath, holding};
use super::{problem, whistle};
use crate::policy::rule::{At, Known, Rule, any, of, viewer};

/// One's own notifications: those of the person, and those of the posts held today.
pub fn notification(at: &At) -> Rule {
    let own = Rule::When(at.col(notification::Column::UserId).eq(viewer(Known::User)));
    let mut held = any(appointment::Entity);
    held.and_where(of(appointment::Column::Id).eq(at.col(notification::Column::PostId)))
        .and_where(holding(&beneath(at, appointment::Entity)).expr());
    let personal = Rule::When(at.col(notification::Column::PostId).is_null());
    own & (personal | Rule::exists(held))
}

/// Problems whose number a party with a task may be told: what it reads, and of a confidential one only who is not
/// complained of.
pub fn for_party(at: &At) -> Rule {
    problem::problem(at) & (problem::not_confidential(at) | !problem::concerned(at))
}

/// Problems that the viewer decides on, and is not complained of in.
pub fn for_office(at: &At) -> Rule {
    problem::problem(at) & problem::trusted_office(at)
}

/// Problems that the viewer may verify.
pub fn for_verifier(at: &At) -> Rule {
    problem::problem(at) & problem::trusted(at) & !problem::handled(at)
}

/// Problems that the person reported.
pub fn for_reporter(at: &At) -> Rule {
    problem::reporter(at)
}

/// Whistles that the viewer decides on, and is not complained of in.
pub fn for_whistle_office(at: &At) -> Rule {
    whistle::whistle(at) & whistle::office(at) & !whistle::concerned(at)
}
