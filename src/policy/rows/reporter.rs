//! Which contact releases and offered visits a viewer may read.

use entity::{contact_release, disposition_task, visit_offer};
use sea_orm::sea_query::{Expr, ExprTrait};

use super::contact::reporter_masked;
use super::problem::{acted_tasks, below, concerned, of_problem, problem, reporter, trusted_office};
use crate::policy::rule::{At, Known, Rule, of, viewer};
use crate::policy::{Capability, Reach};

/// Contact releases: the reporter and the office; the organisation it is for, as long as it holds.
pub fn release(at: &At) -> Rule {
    use contact_release::Column as C;
    let known = |above: &At| reporter(above) | trusted_office(above);
    let holds = at
        .col(C::OrganisationId)
        .eq(viewer(Known::Organisation))
        .and(at.col(C::WithdrawnAt).is_null())
        .and(at.col(C::ExpiresAt).gt(viewer(Known::Now)));
    let received = of_problem(at, at.col(C::ProblemId), |above| problem(above) & reporter_masked(above));
    below(at, C::CommunityCode, C::ProblemId, known) | (at.within(C::CommunityCode) & Rule::When(holds) & received)
}

/// Offered visits: the reporter and the office; whoever may act on the task under which it was offered, unless complained
/// of.
pub fn visit(at: &At) -> Rule {
    use visit_offer::Column as C;
    below(at, C::CommunityCode, C::ProblemId, |above| reporter(above) | trusted_office(above)) | offered(at)
}

/// The code word: those who meet.
pub fn code_word(at: &At) -> Rule {
    let open = of(disposition_task::Column::EndedAt).is_null();
    of_problem(at, at.col(visit_offer::Column::ProblemId), reporter) | acting(at, Some(&open))
}

/// Whether the viewer acts for who offered it.
pub fn offered(at: &At) -> Rule {
    acting(at, None)
}

/// The same, of a task that fulfils `also`.
fn acting(at: &At, also: Option<&Expr>) -> Rule {
    use visit_offer::Column as C;
    if Capability::ActOnTask.reach(at.role) == Reach::None {
        return Rule::Never;
    }
    let task = at.col(C::TaskId);
    let own = of_problem(at, at.col(C::ProblemId), |above| {
        let mut tasks = acted_tasks(above);
        tasks.and_where(of(disposition_task::Column::Id).eq(task.clone()));
        tasks.and_where_option(also.cloned());
        problem(above) & !concerned(above) & Rule::exists(tasks)
    });
    at.within(C::CommunityCode) & own
}
