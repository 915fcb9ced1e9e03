//! Which whistles and calls a viewer may read, and what of them.
//!
//! A whistle that was blown for a problem shows what the problem is about. So whoever reads whistles by its region or
//! grid reads such a one only where the problem is in sight; a called organisation reads it whether or not it is.

use entity::word::{Role, WhistleCallStatus, Word};
use entity::{party_seat, whistle, whistle_call};
use sea_orm::EntityName;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement};

use super::keeps;
use super::post::beneath;
use super::problem::{self, held_today, of_problem, one_of_own};
use crate::policy::rule::{At, Known, Rule, any, of, viewer};
use crate::policy::{Capability, Reach};

/// Whistles: of the region for those above, of the grid for its workers, and those that call the viewer's organisation.
pub fn whistle(at: &At) -> Rule {
    let reached = match Capability::ReadWhistles.reach(at.role) {
        Reach::Full | Reach::Masked => problem_in_sight(at),
        Reach::Grid => in_own_grid(at) & problem_in_sight(at),
        Reach::None | Reach::Party | Reach::PublicOrParty | Reach::PublicInGrid | Reach::PublicOrOwn | Reach::Own => {
            Rule::Never
        }
    };
    at.within(whistle::Column::CommunityCode) & (reached | called(at))
}

/// Who decides on it: the secretary and the street; where it was blown for a problem, who decides on that.
pub fn office(at: &At) -> Rule {
    (keeps(at.role) & without_problem(at)) | of_problem(at, at.col(whistle::Column::ProblemId), problem::office)
}

/// The grid worker of its grid.
pub fn ground(at: &At) -> Rule {
    if at.role == Role::GridWorker { in_own_grid(at) & problem_in_sight(at) } else { Rule::Never }
}

/// Whether an organisation of the viewer is complained of in the problem it was blown for.
pub fn concerned(at: &At) -> Rule {
    of_problem(at, at.col(whistle::Column::ProblemId), problem::concerned)
}

/// Who blew it, by name: for the secretary and the street, unless complained of.
pub fn named(at: &At) -> Rule {
    keeps(at.role) & office(at) & !concerned(at)
}

fn without_problem(at: &At) -> Rule {
    at.col(whistle::Column::ProblemId).is_null().into()
}

fn problem_in_sight(at: &At) -> Rule {
    without_problem(at) | of_problem(at, at.col(whistle::Column::ProblemId), problem::problem)
}

fn in_own_grid(at: &At) -> Rule {
    let grid = at.col(whistle::Column::GridId).eq(viewer(Known::Grid));
    grid.or(at.col(whistle::Column::MicroGridId).eq(viewer(Known::Grid))).into()
}

/// Whether it calls the viewer's organisation.
pub fn called(at: &At) -> Rule {
    match Capability::ReportIn.reach(at.role) {
        // Said so, PostgreSQL reads a list in its order, and not all calls that the organisation ever had.
        Reach::Party => Rule::When(Expr::exists(own_calls(at)).eq(Expr::cust("TRUE"))),
        Reach::None
        | Reach::Full
        | Reach::Masked
        | Reach::PublicOrParty
        | Reach::Grid
        | Reach::PublicInGrid
        | Reach::PublicOrOwn
        | Reach::Own => Rule::Never,
    }
}

/// Its calls of the viewer's organisation, through seats that it holds today.
fn own_calls(at: &At) -> SelectStatement {
    let mut calls = any(whistle_call::Entity);
    calls
        .from(Alias::new(party_seat::Entity.table_name()))
        .and_where(of(whistle_call::Column::WhistleId).eq(at.col(whistle::Column::Id)))
        .and_where(of(party_seat::Column::Id).eq(of(whistle_call::Column::SeatId)))
        .and_where(of(party_seat::Column::OrganisationId).eq(viewer(Known::Organisation)))
        .and_where(held_today());
    calls
}

/// Whether one of the calls that the viewer may answer stands so.
pub fn own_call_is(at: &At, status: WhistleCallStatus) -> Rule {
    let mut calls = own_calls(at);
    calls.and_where(of(whistle_call::Column::Status).eq(status));
    called(at) & Rule::exists(calls)
}

/// The states of a call that is not over.
const OPEN: [WhistleCallStatus; 2] = [WhistleCallStatus::Called, WhistleCallStatus::ReportedIn];

fn open_calls(at: &At) -> SelectStatement {
    let mut calls = any(whistle_call::Entity);
    calls
        .and_where(of(whistle_call::Column::WhistleId).eq(at.col(whistle::Column::Id)))
        .and_where(of(whistle_call::Column::Status).is_in(OPEN.map(Word::value)));
    calls
}

/// Whether a called party has not come, or is not done.
pub fn undone(at: &At) -> Rule {
    Rule::exists(open_calls(at))
}

/// Whether there is such a party that is no organisation of the viewer's: nobody excuses itself.
pub fn excusable(at: &At) -> Rule {
    let mut calls = open_calls(at);
    calls.and_where(ExprTrait::not(one_of_own(of(whistle_call::Column::OrganisationId))));
    Rule::exists(calls)
}

/// Whether a called party has not come in time.
pub fn unanswered(at: &At) -> Rule {
    let mut calls = any(whistle_call::Entity);
    calls
        .and_where(of(whistle_call::Column::WhistleId).eq(at.col(whistle::Column::Id)))
        .and_where(of(whistle_call::Column::Status).eq(WhistleCallStatus::Called))
        .and_where(of(whistle_call::Column::DueAt).lt(viewer(Known::Now)));
    Rule::exists(calls)
}

/// Calls: of the whistles in sight.
pub fn call(at: &At) -> Rule {
    at.within(whistle_call::Column::CommunityCode) & of_whistle(at, whistle)
}

fn of_whistle(at: &At, rule: fn(&At) -> Rule) -> Rule {
    let mut above = any(whistle::Entity);
    above.and_where(of(whistle::Column::Id).eq(at.col(whistle_call::Column::WhistleId)));
    match rule(&beneath(at, whistle::Entity)) {
        Rule::Never => Rule::Never,
        Rule::Always => Rule::exists(above),
        Rule::When(expr) => Rule::exists(above.and_where(expr).take()),
    }
}

/// Of the calls in sight, those that the viewer may answer.
pub fn own_call(at: &At) -> Rule {
    let mut seats = any(party_seat::Entity);
    seats
        .and_where(of(party_seat::Column::Id).eq(at.col(whistle_call::Column::SeatId)))
        .and_where(of(party_seat::Column::OrganisationId).eq(viewer(Known::Organisation)))
        .and_where(held_today());
    let held = match Capability::ReportIn.reach(at.role) {
        Reach::Party => Rule::exists(seats),
        Reach::None
        | Reach::Full
        | Reach::Masked
        | Reach::PublicOrParty
        | Reach::Grid
        | Reach::PublicInGrid
        | Reach::PublicOrOwn
        | Reach::Own => Rule::Never,
    };
    call(at) & held
}

/// Of the calls in sight, those of an organisation that the person acts for in any post, or did within twelve months.
pub fn call_of_own(at: &At) -> Rule {
    call(at) & Rule::When(one_of_own(at.col(whistle_call::Column::OrganisationId)))
}

/// Calls of the viewer's organisation that are not over.
pub fn own_open_call(at: &At) -> Rule {
    let open = at.col(whistle_call::Column::Status).is_in(OPEN.map(Word::value));
    own_organisation(at) & open.into()
}

fn own_organisation(at: &At) -> Rule {
    at.col(whistle_call::Column::OrganisationId).eq(viewer(Known::Organisation)).into()
}

/// Where exactly somebody stood who reported in: for who decides, the grid worker, and their own organisation.
pub fn located(at: &At) -> Rule {
    of_whistle(at, |above| office(above) | ground(above)) | own_organisation(at)
}

/// Who came, by name: for the secretary, the street, and their own organisation.
pub fn named_call(at: &At) -> Rule {
    of_whistle(at, named) | own_organisation(at)
}

/// Calls that were not answered in time.
pub fn call_unanswered(at: &At) -> Expr {
    let called = at.col(whistle_call::Column::Status).eq(WhistleCallStatus::Called);
    called.and(at.col(whistle_call::Column::DueAt).lt(viewer(Known::Now)))
}
