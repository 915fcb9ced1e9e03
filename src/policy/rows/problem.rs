//! Which problems a viewer may read, and what of them.
//!
//! The words used here: *office* is who decides on the problem (the secretary, or the street or county above a concerned
//! one), *ground* the grid worker of its grid, *involved* an organisation with a task on it or a released complaint,
//! *insider* someone who may read more than the public summary. The reporter's contact data: [`super::contact`].

use entity::word::{OrganisationKind, ProblemStatus, ProblemVisibility, RegionLevel, Role, TaskRole, Word};
use entity::{
    appointment, disposition, disposition_task, event, grid, ledger_entry, linkage_group, organisation, party_seat,
    problem, problem_concern,
};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityName};

use crate::event::Kind;
use crate::policy::rule::{At, Known, Rule, any, divisor, of, viewer};
use crate::policy::{Capability, Reach};

/// The problems a viewer may read at all.
pub fn problem(at: &At) -> Rule {
    let reached = match Capability::ReadProblems.reach(at.role) {
        Reach::None | Reach::Own => Rule::Never,
        Reach::Full => office(at),
        Reach::Masked => open_to_supervision(at),
        Reach::Party => involved(at),
        Reach::PublicOrParty => public(at) | involved(at),
        Reach::Grid => ground(at),
        Reach::PublicInGrid => public(at) & in_own_grid(at),
        Reach::PublicOrOwn => public(at),
    };
    at.within(problem::Column::CommunityCode) & (reached | own(at))
}

/// Who decides on it: the secretary, or above a concerned one the street, or above a concerned street the county (and not
/// the city).
pub fn office(at: &At) -> Rule {
    let handled = at.col(problem::Column::HandledBy);
    match at.role {
        Role::Secretary => handled.eq(RegionLevel::Community).into(),
        Role::StreetCoordinator => handled.ne(RegionLevel::County).into(),
        Role::Supervisor if at.level == RegionLevel::County => handled.eq(RegionLevel::County).into(),
        Role::Supervisor
        | Role::Police
        | Role::CityManagement
        | Role::Lawyer
        | Role::PropertyManager
        | Role::OwnerRepresentative
        | Role::PartyMember
        | Role::GridWorker
        | Role::GridHelper
        | Role::Resident
        | Role::Partner => Rule::Never,
    }
}

fn open_to_supervision(at: &At) -> Rule {
    not_confidential(at) | office(at)
}

pub(super) fn not_confidential(at: &At) -> Rule {
    at.col(problem::Column::Visibility).ne(ProblemVisibility::Confidential).into()
}

/// Whether it has a public summary for everyone in the region.
pub fn public(at: &At) -> Rule {
    at.col(problem::Column::Visibility).eq(ProblemVisibility::Public).into()
}

fn in_own_grid(at: &At) -> Rule {
    let grid = at.col(problem::Column::GridId).eq(viewer(Known::Grid));
    grid.or(at.col(problem::Column::MicroGridId).eq(viewer(Known::Grid))).into()
}

/// The grid worker of its grid; of a confidential one, nobody.
pub fn ground(at: &At) -> Rule {
    if at.role == Role::GridWorker { in_own_grid(at) & not_confidential(at) } else { Rule::Never }
}

/// Whether the viewer is its reporter.
pub fn reporter(at: &At) -> Rule {
    at.col(problem::Column::ReporterId).eq(viewer(Known::User)).into()
}

/// Whether the viewer recorded it for another person, and is not complained of.
pub fn recorder(at: &At) -> Rule {
    Rule::When(at.col(problem::Column::RecordedById).eq(viewer(Known::User))) & !concerned(at)
}

pub(super) fn own(at: &At) -> Rule {
    reporter(at) | recorder(at)
}

/// Whether an organisation that the person acts for in any post, or did in the last twelve months, is complained of.
/// Where no organisation filled the party complained of, its members are.
pub fn concerned(at: &At) -> Rule {
    concerned_by(at, &viewer(Known::User))
}

/// The same of any `person`.
pub fn concerned_by(at: &At, person: &Expr) -> Rule {
    let complained_of = of(problem_concern::Column::OrganisationId);
    let same = complained_of.clone().eq(of(appointment::Column::OrganisationId));
    let same_party =
        complained_of.is_null().and(of(problem_concern::Column::PartyId).eq(of(appointment::Column::PartyId)));
    let mut select = any(problem_concern::Entity);
    select
        .from(Alias::new(appointment::Entity.table_name()))
        .and_where(of(problem_concern::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(posts_of(person))
        .and_where(same.or(same_party));
    Rule::exists(select)
}

/// Whether the person, or anyone of an organisation that the person acts for in any post or did in the last twelve
/// months, acknowledged, recorded or submitted on any task of it.
pub fn handled(at: &At) -> Rule {
    handled_by(at, &viewer(Known::User))
}

/// The same of any `person`.
pub fn handled_by(at: &At, person: &Expr) -> Rule {
    let mut tasks = any(disposition_task::Entity);
    let acted = of(disposition_task::Column::AcknowledgedAt).is_not_null();
    tasks
        .and_where(of(disposition_task::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(disposition_task::Column::Role).ne(TaskRole::Read))
        .and_where(acted.or(of(disposition_task::Column::SubmittedAt).is_not_null()))
        .and_where(
            of(disposition_task::Column::AcknowledgedBy)
                .eq(person.clone())
                .or(of_an_organisation(person, of(disposition_task::Column::OrganisationId))),
        );
    let mut acts = any(disposition::Entity);
    acts.and_where(of(disposition::Column::ProblemId).eq(at.col(problem::Column::Id))).and_where(
        of(disposition::Column::RecordedBy)
            .eq(person.clone())
            .or(of_an_organisation(person, of(disposition::Column::OrganisationId))),
    );
    // A task that was sent back may be submitted by another: the record knows both.
    let mut submissions = any(event::Entity);
    submissions
        .and_where(of(event::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(event::Column::Kind).eq(Kind::TaskSubmitted.name()))
        .and_where(of(event::Column::ActorId).eq(person.clone()));
    Rule::exists(tasks) | Rule::exists(acts) | Rule::exists(submissions)
}

/// Appointments of a person that hold, or ended within the span in which a post excludes from judging.
fn posts_of(person: &Expr) -> Expr {
    let ended = of(appointment::Column::EndedOn);
    of(appointment::Column::UserId)
        .eq(person.clone())
        .and(ended.clone().is_null().or(ended.gt(viewer(Known::ExclusionDay))))
}

/// Whether an organisation is one that the person acts for in any post, or did in the last twelve months.
pub(super) fn one_of_own(organisation: Expr) -> Expr {
    of_an_organisation(&viewer(Known::User), organisation)
}

/// Whether a person acts for an organisation in any post, or did within that span.
pub(super) fn of_an_organisation(person: &Expr, organisation: Expr) -> Expr {
    let mut posts = any(appointment::Entity);
    posts.and_where(of(appointment::Column::OrganisationId).eq(organisation)).and_where(posts_of(person));
    Expr::exists(posts)
}

/// Whether the viewer's organisation has a task on it through a seat that it holds, or a complaint released to it.
pub fn involved(at: &At) -> Rule {
    let mut complaints = any(problem_concern::Entity);
    complaints
        .and_where(of(problem_concern::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(problem_concern::Column::OrganisationId).eq(viewer(Known::Organisation)))
        .and_where(of(problem_concern::Column::ReleasedAt).is_not_null());
    Rule::exists(own_tasks(at)) | Rule::exists(complaints)
}

/// Tasks on it of the viewer's organisation, through seats that it holds today.
#[must_use]
pub fn own_tasks(at: &At) -> SelectStatement {
    let mut select = any(disposition_task::Entity);
    select
        .from(Alias::new(party_seat::Entity.table_name()))
        .and_where(of(disposition_task::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(party_seat::Column::Id).eq(of(disposition_task::Column::SeatId)))
        .and_where(of(party_seat::Column::OrganisationId).eq(viewer(Known::Organisation)))
        .and_where(held_today());
    select
}

/// Tasks that the viewer may act on: those of its organisation's seats; for a grid worker those given to its own grid.
#[must_use]
pub fn acted_tasks(at: &At) -> SelectStatement {
    match Capability::ActOnTask.reach(at.role) {
        Reach::Grid => {
            let mut select = any(disposition_task::Entity);
            select
                .and_where(of(disposition_task::Column::ProblemId).eq(at.col(problem::Column::Id)))
                .and_where(own_grid(of(disposition_task::Column::GridId)));
            select
        }
        Reach::None
        | Reach::Full
        | Reach::Masked
        | Reach::Party
        | Reach::PublicOrParty
        | Reach::PublicInGrid
        | Reach::PublicOrOwn
        | Reach::Own => own_tasks(at),
    }
}

/// Whether a grid is the viewer's own: the one of the post, or a micro-grid of it.
#[must_use]
pub fn own_grid(id: Expr) -> Expr {
    let parts = Query::select()
        .column(grid::Column::Id)
        .from(Alias::new(grid::Entity.table_name()))
        .and_where(of(grid::Column::ParentId).eq(viewer(Known::Grid)))
        .take();
    id.clone().eq(viewer(Known::Grid)).or(id.in_subquery(parts))
}

/// A LEAD or ASSIST task of the viewer's organisation: what was done is read by those who do.
fn working(at: &At) -> Rule {
    let mut tasks = own_tasks(at);
    tasks.and_where(of(disposition_task::Column::Role).ne(TaskRole::Read));
    Rule::exists(tasks)
}

/// Of the problems in sight, those of which the viewer may read more than what is public: title, summary, tasks.
pub fn summary(at: &At) -> Rule {
    match Capability::ReadProblems.reach(at.role) {
        Reach::None => Rule::Never,
        Reach::Full | Reach::Masked | Reach::Party | Reach::Grid => Rule::Always,
        Reach::PublicOrParty => involved(at) | own(at),
        Reach::PublicInGrid | Reach::PublicOrOwn | Reach::Own => own(at),
    }
}

/// The reporter's own words, and what is kept with them: for the office, the grid worker, the reporter and the recorder,
/// never for the party complained of.
pub fn report(at: &At) -> Rule {
    reporter(at) | recorder(at) | trusted(at)
}

/// The office and the grid worker, unless they are complained of: internal notes.
pub fn trusted(at: &At) -> Rule {
    match office(at) | ground(at) {
        Rule::Never => Rule::Never,
        rule @ (Rule::Always | Rule::When(_)) => rule & !concerned(at),
    }
}

/// The office, unless it is complained of.
pub fn trusted_office(at: &At) -> Rule {
    match office(at) {
        Rule::Never => Rule::Never,
        rule @ (Rule::Always | Rule::When(_)) => rule & !concerned(at),
    }
}

/// A single rating or follow-up: the reporter, the office and the grid worker.
pub fn rating(at: &At) -> Rule {
    reporter(at) | trusted(at)
}

/// Why it was declined, closed unsolved (a shared text) or withdrawn (the reporter's words).
pub fn reason(at: &At) -> Rule {
    let status = at.col(problem::Column::Status);
    report(at) | (summary(at) & Rule::When(status.ne(ProblemStatus::Withdrawn)))
}

/// The parties complained of: of a confidential problem, for those who may read the report.
pub fn concerns(at: &At) -> Rule {
    report(at) | (summary(at) & not_confidential(at))
}

/// What a party did, in its words: for the parties that work on it and those above; a party that is only told or only
/// complained of reads the summary.
pub fn done(at: &At) -> Rule {
    match Capability::ReadTasks.reach(at.role) {
        Reach::None => Rule::Never,
        Reach::Full | Reach::Masked | Reach::Grid => Rule::Always,
        Reach::Party | Reach::PublicOrParty => working(at) | own(at),
        Reach::PublicInGrid | Reach::PublicOrOwn | Reach::Own => own(at),
    }
}

/// The problems that a viewer may count without reading them: those in sight for those who see everything; those it is
/// involved in for a party, those of the grid for a grid worker, those of the region for everybody else. Confidential ones
/// are counted where they can be read.
pub fn counted(at: &At) -> Rule {
    let reached = match Capability::ReadStatistics.reach(at.role) {
        Reach::None | Reach::Own => Rule::Never,
        Reach::Full => return problem(at),
        Reach::Party | Reach::PublicOrParty => involved(at),
        Reach::Grid => in_own_grid(at),
        Reach::Masked | Reach::PublicInGrid | Reach::PublicOrOwn => Rule::Always,
    };
    at.within(problem::Column::CommunityCode) & not_confidential(at) & reached
}

/// The rows of a table below a problem whose problem is in sight and fulfils `also`.
pub fn below<C: ColumnTrait>(at: &At, community: C, key: C, also: fn(&At) -> Rule) -> Rule {
    at.within(community) & of_problem(at, at.col(key), |above| problem(above) & also(above))
}

/// Whether the problem whose id is `key` fulfils a rule.
pub fn of_problem(at: &At, key: Expr, rule: impl Fn(&At) -> Rule) -> Rule {
    let above = At { table: Alias::new(format!("{}_p", at.table.0)), ..at.clone() };
    let select = any_as(&above, key, &rule(&above));
    select.map_or(Rule::Never, Rule::exists)
}

fn any_as(above: &At, key: Expr, rule: &Rule) -> Option<SelectStatement> {
    let mut select = Query::select();
    select
        .expr(Expr::cust("1"))
        .from_as(Alias::new(problem::Entity.table_name()), above.table.clone())
        .and_where(above.col(problem::Column::Id).eq(key));
    match rule {
        Rule::Never => None,
        Rule::Always => Some(select),
        Rule::When(expr) => Some(select.and_where(expr.clone()).take()),
    }
}

/// Open problems for which no organisation answers as it should.
pub fn orphaned(at: &At) -> Rule {
    use ProblemStatus::{Accepted, AwaitingVerification, Dispatched, InProgress, OnLedger, Reported, Suspended};
    let status = |states: &[ProblemStatus]| {
        Rule::When(at.col(problem::Column::Status).is_in(states.iter().map(|state| state.value())))
    };
    let answers = (status(&[Reported, Accepted]) & answered_by_office(at))
        | (status(&[Dispatched, InProgress, Suspended, AwaitingVerification]) & answered_by_lead(at))
        | (status(&[OnLedger]) & answered_by_owner(at));
    Rule::When(at.col(problem::Column::Open)) & !answers
}

/// Who decides on it: an organisation that has a seat of the convenor's (the street where there is none), or the street's
/// or the county's government.
fn answered_by_office(at: &At) -> Rule {
    let handled = |level: RegionLevel| Rule::When(at.col(problem::Column::HandledBy).eq(level));
    let mut seats = any(party_seat::Entity);
    seats
        .from(Alias::new(linkage_group::Entity.table_name()))
        .and_where(of(linkage_group::Column::Id).eq(at.col(problem::Column::GroupId)))
        .and_where(of(party_seat::Column::PartyId).eq(of(linkage_group::Column::ConvenorPartyId)))
        .and_where(of(party_seat::Column::OrganisationId).eq(at.col(problem::Column::AccountableId)));
    let street = || answered_by_government(at, RegionLevel::Street);
    (handled(RegionLevel::Community) & (Rule::exists(seats) | street()))
        | (handled(RegionLevel::Street) & street())
        | (handled(RegionLevel::County) & answered_by_government(at, RegionLevel::County))
}

/// The government of the region of `level` that its community lies in.
fn answered_by_government(at: &At, level: RegionLevel) -> Rule {
    let by = || Expr::Constant(sea_orm::Value::BigInt(Some(divisor(level))));
    let region = at.col(problem::Column::CommunityCode).div(by()).mul(by());
    let mut governments = any(organisation::Entity);
    governments
        .and_where(of(organisation::Column::Id).eq(at.col(problem::Column::AccountableId)))
        .and_where(of(organisation::Column::Kind).eq(OrganisationKind::Government))
        .and_where(of(organisation::Column::RegionCode).eq(region));
    Rule::exists(governments)
}

/// The organisation of the open LEAD task.
fn answered_by_lead(at: &At) -> Rule {
    let mut tasks = any(disposition_task::Entity);
    tasks
        .and_where(of(disposition_task::Column::Id).eq(at.col(problem::Column::LeadTaskId)))
        .and_where(of(disposition_task::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(disposition_task::Column::EndedAt).is_null())
        .and_where(of(disposition_task::Column::OrganisationId).eq(at.col(problem::Column::AccountableId)));
    Rule::exists(tasks)
}

/// The owner of the entry of the ledger that stands.
fn answered_by_owner(at: &At) -> Rule {
    let mut entries = any(ledger_entry::Entity);
    entries
        .and_where(of(ledger_entry::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(ledger_entry::Column::EndedAt).is_null())
        .and_where(of(ledger_entry::Column::OwnerId).eq(at.col(problem::Column::AccountableId)));
    Rule::exists(entries)
}

/// Tasks: of the problems of which more is in sight than what is public.
pub fn task(at: &At) -> Rule {
    below(at, disposition_task::Column::CommunityCode, disposition_task::Column::ProblemId, summary)
}

/// Of the tasks in sight, those that the viewer may act on.
pub fn acted_task(at: &At) -> Rule {
    let own = match Capability::ActOnTask.reach(at.role) {
        Reach::None => Rule::Never,
        Reach::Grid => own_grid(at.col(disposition_task::Column::GridId)).into(),
        Reach::Full
        | Reach::Masked
        | Reach::Party
        | Reach::PublicOrParty
        | Reach::PublicInGrid
        | Reach::PublicOrOwn
        | Reach::Own => {
            let mut seats = any(party_seat::Entity);
            seats
                .and_where(of(party_seat::Column::Id).eq(at.col(disposition_task::Column::SeatId)))
                .and_where(of(party_seat::Column::OrganisationId).eq(viewer(Known::Organisation)))
                .and_where(held_today());
            Rule::exists(seats)
        }
    };
    task(at) & own
}

/// Whether a seat is held today.
pub(super) fn held_today() -> Expr {
    let ended = of(party_seat::Column::EndedOn);
    ended.clone().is_null().or(ended.gt(viewer(Known::Today)))
}

/// Dispositions: as tasks.
pub fn disposition(at: &At) -> Rule {
    below(at, disposition::Column::CommunityCode, disposition::Column::ProblemId, summary)
}

/// A disposition's content and a task's feedback.
pub fn content(at: &At) -> Rule {
    of_problem(at, at.col(disposition::Column::ProblemId), done)
}

/// A task's instruction, feedback and reason of its end: for those who work on the problem, and the party it is given to.
pub fn task_text(at: &At) -> Rule {
    let mine = at.col(disposition_task::Column::OrganisationId).eq(viewer(Known::Organisation));
    of_problem(at, at.col(disposition_task::Column::ProblemId), done) | mine.into()
}

/// A disposition's internal note.
pub fn internal_note(at: &At) -> Rule {
    of_problem(at, at.col(disposition::Column::ProblemId), trusted)
}

/// A disposition's answer to the reporter.
pub fn disposition_reply(at: &At) -> Rule {
    of_problem(at, at.col(disposition::Column::ProblemId), report)
}
