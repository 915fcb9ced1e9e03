//! What waits for a person, in any post held today.
//!
//! Nothing is asked here of the post that the token acts in: each row is judged by the role, the region, the organisation
//! and the grid of its own post, as they stand in the row. What excludes a person is asked of the person, and so of all
//! posts. The rows are those that the post may act on: [`problem::acted_task`], [`super::whistle::own_call`] and
//! [`super::privacy::answered`], as far as they are open.

use entity::inbox_item::Column as C;
use entity::problem as case;
use entity::word::{InboxKind, RegionLevel, Role};
use sea_orm::sea_query::{Expr, ExprTrait};

use super::problem;
use crate::policy::rule::{At, Known, Rule, cut, viewer};
use crate::policy::{Capability, Reach};

/// The rows of the viewer's own posts.
pub fn item(at: &At) -> Rule {
    let own = Rule::When(at.col(C::Person).eq(viewer(Known::User)));
    own & held_today(at) & (tasks(at) | calls(at) | requests(at))
}

/// Whether the post, and the seat where there is one, are held today.
fn held_today(at: &At) -> Rule {
    let not_over = |ended: Expr| ended.clone().is_null().or(ended.gt(viewer(Known::Today)));
    let begun = at.col(C::StartedOn).lte(viewer(Known::Today));
    begun.and(not_over(at.col(C::EndedOn))).and(not_over(at.col(C::SeatEndedOn))).into()
}

fn kind(at: &At, kind: InboxKind) -> Rule {
    at.col(C::Kind).eq(kind).into()
}

fn roles(at: &At, roles: &[Role]) -> Rule {
    match roles {
        [] => Rule::Never,
        roles => at.col(C::Role).is_in(roles.iter().copied()).into(),
    }
}

/// Tasks of the post's organisation or grid, of problems that the post may read.
fn tasks(at: &At) -> Rule {
    let by_grid = Rule::When(at.col(C::ByGrid));
    let parties = Capability::ActOnTask.reached(Reach::Party);
    // Those of a region read what they decide on; of the others a task is what makes them read the problem.
    let (regional, involved): (Vec<Role>, Vec<Role>) =
        parties.into_iter().partition(|role| Capability::ReadProblems.reach(*role) == Reach::Full);
    let deciding = regional.into_iter().fold(Rule::Never, |all, role| {
        let post = At { role, ..at.clone() };
        let read = problem::of_problem(&post, at.col(C::Problem), |above| problem::office(above) | problem::own(above));
        all | (roles(at, &[role]) & within(at, role) & read)
    });
    let seated = (roles(at, &involved) & within(at, Role::Police)) | deciding;
    let workers = roles(at, &Capability::ActOnTask.reached(Reach::Grid)) & within(at, Role::GridWorker) & grounded(at);
    kind(at, InboxKind::Task) & ((!by_grid.clone() & seated) | (by_grid & workers))
}

/// Whether the post's region covers the place; posts of a role are all of one level.
fn within(at: &At, role: Role) -> Rule {
    let level = level(role);
    cut(at.col(C::Community), level).eq(cut(at.col(C::Region), level)).into()
}

/// Whether the problem lies in the post's grid and is not confidential, or is the person's own.
fn grounded(at: &At) -> Rule {
    problem::of_problem(at, at.col(C::Problem), |above| {
        let same = |column: case::Column| above.col(column).eq(at.col(C::Grid));
        let in_grid = Rule::When(same(case::Column::GridId).or(same(case::Column::MicroGridId)));
        (in_grid & problem::not_confidential(above)) | problem::own(above)
    })
}

/// Calls of the post's organisation to the spot.
fn calls(at: &At) -> Rule {
    let (streets, others): (Vec<Role>, Vec<Role>) =
        Capability::ReportIn.reached(Reach::Party).into_iter().partition(|role| *role == Role::StreetCoordinator);
    let called =
        (roles(at, &others) & within(at, Role::Police)) | (roles(at, &streets) & within(at, Role::StreetCoordinator));
    kind(at, InboxKind::Whistle) & called
}

/// Requests about one's data that the post answers: the view pairs them with posts of the community, or of a region that
/// it is in.
fn requests(at: &At) -> Rule {
    let answering = Capability::AnswerSubjectRequest.reached(Reach::Full);
    let answered = answering.into_iter().fold(Rule::Never, |all, role| {
        let post = At { role, level: level(role), ..at.clone() };
        let alone = super::keeps(role) & Rule::When(at.col(C::Problem).is_null());
        let decided = problem::of_problem(&post, at.col(C::Problem), problem::trusted_office);
        all | (roles(at, &[role]) & (alone | decided))
    });
    kind(at, InboxKind::SubjectRequest) & answered
}

/// The level of the region that posts of a role are paired in.
fn level(role: Role) -> RegionLevel {
    match role {
        Role::Supervisor => RegionLevel::County,
        Role::StreetCoordinator => RegionLevel::Street,
        Role::Secretary
        | Role::Police
        | Role::CityManagement
        | Role::Lawyer
        | Role::PropertyManager
        | Role::OwnerRepresentative
        | Role::PartyMember
        | Role::GridWorker
        | Role::GridHelper
        | Role::Resident
        | Role::Partner => RegionLevel::Community,
    }
}
