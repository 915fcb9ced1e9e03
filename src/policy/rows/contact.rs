//! Who may see a reporter's contact data, and which part of it: by office, by task, or by the reporter's release.

use entity::word::{ContactField, RedactionStatus, Role, TaskRole, TaskStatus, Word};
use entity::{contact_release, disposition_task, problem, redaction};
use sea_orm::EntityName;
use sea_orm::sea_query::{Alias, ExprTrait, SelectStatement};

use super::problem::{concerned, not_confidential, own_tasks, reporter, trusted};
use crate::id::prefix;
use crate::policy::rule::{At, Known, Rule, any, of, viewer};

/// The field by which redactions name contact data: that of the problem.
pub const ERASED: &str = "reporter";

/// The reporter themself: their data is shown in full.
pub fn reporter_visible(at: &At) -> Rule {
    reporter(at)
}

/// Who may see that there is a reporter's name and phone, masked, and reveal them with a record; everybody else sees
/// nothing, whether or not there is one.
pub fn reporter_masked(at: &At) -> Rule {
    whole_contact(at) | released(at, None)
}

/// Whether it was taken out of the record: there is none, and a redaction says so.
pub fn erased(at: &At) -> Rule {
    use problem::Column as P;
    use redaction::Column as C;
    let none = [P::ReporterPhone, P::ReporterAddress].map(|column| at.col(column).is_null());
    let none = none.into_iter().fold(at.col(P::ReporterName).is_null(), ExprTrait::and);
    let mut done = any(redaction::Entity);
    done.and_where(of(C::ProblemId).eq(at.col(P::Id)))
        .and_where(of(C::Subject).eq(prefix::PROBLEM.0))
        .and_where(of(C::Field).eq(ERASED))
        .and_where(of(C::Status).eq(RedactionStatus::Done));
    Rule::When(none) & Rule::exists(done)
}

/// The same of one part of it: a release may hold less than the whole.
pub fn contact_field(at: &At, field: ContactField) -> Rule {
    whole_contact(at) | released(at, Some(field))
}

/// Whose office or task, and no release, lets them see it: the whole of it.
fn whole_contact(at: &At) -> Rule {
    trusted(at) | reached_by_authority(at)
}

/// A party that works on it, while the reporter's release to its organisation holds. Never of a confidential one, and
/// never to who is complained of.
fn released(at: &At, field: Option<ContactField>) -> Rule {
    use contact_release::Column as C;
    if !receives(at.role) {
        return Rule::Never;
    }
    let mut tasks = own_working(at);
    tasks
        .from(Alias::new(contact_release::Entity.table_name()))
        .and_where(of(C::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(C::PartyId).eq(of(disposition_task::Column::PartyId)))
        .and_where(of(C::OrganisationId).eq(viewer(Known::Organisation)))
        .and_where(of(C::WithdrawnAt).is_null())
        .and_where(of(C::ExpiresAt).gt(viewer(Known::Now)));
    if let Some(field) = field {
        tasks.and_where(of(match field {
            ContactField::Name => C::Name,
            ContactField::Phone => C::Phone,
            ContactField::Address => C::Address,
        }));
    }
    Rule::exists(tasks) & not_confidential(at) & !concerned(at)
}

/// The roles that a reporter can release contact data to: the parties', never a partner's client.
fn receives(role: Role) -> bool {
    match role {
        Role::Police
        | Role::CityManagement
        | Role::Lawyer
        | Role::PropertyManager
        | Role::OwnerRepresentative
        | Role::PartyMember => true,
        Role::Supervisor
        | Role::StreetCoordinator
        | Role::Secretary
        | Role::GridWorker
        | Role::GridHelper
        | Role::Resident
        | Role::Partner => false,
    }
}

/// Those of [`own_tasks`] by which the organisation works on it, and not those it has given up.
fn own_working(at: &At) -> SelectStatement {
    let given_up = [TaskStatus::Returned, TaskStatus::Transferred, TaskStatus::Waived, TaskStatus::Cancelled];
    let mut tasks = own_tasks(at);
    tasks
        .and_where(of(disposition_task::Column::Role).is_in([TaskRole::Lead, TaskRole::Assist].map(Word::value)))
        .and_where(of(disposition_task::Column::Status).is_not_in(given_up.map(Word::value)));
    tasks
}

/// Police and city management with a LEAD or ASSIST task, from its acknowledgement until 30 days after closure; not one
/// that has given it up.
fn reached_by_authority(at: &At) -> Rule {
    if !matches!(at.role, Role::Police | Role::CityManagement) {
        return Rule::Never;
    }
    let mut tasks = own_working(at);
    tasks.and_where(of(disposition_task::Column::AcknowledgedAt).is_not_null());
    let recent = at.col(problem::Column::Open).or(at.col(problem::Column::ClosedAt).gt(viewer(Known::ContactDay)));
    Rule::exists(tasks) & Rule::When(recent) & not_confidential(at) & !concerned(at)
}
