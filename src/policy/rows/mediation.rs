//! Which mediations a viewer may know of, and what of them.
//!
//! The words used here: *office* is who decides on the problem and opened the mediation, *mediator* who was appointed and
//! acts in that post, *side* a person whose dispute it is. Nobody else knows that there is one: no party, no grid worker,
//! no supervisor, whatever they do about the problem.

use entity::word::SideConsent;
use entity::{
    mediation, mediation_agreement, mediation_exclusion, mediation_obligation, mediation_session, mediation_side,
    mediation_statement, problem,
};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityName};

use super::problem::{concerned_by, handled_by, of_an_organisation, of_problem, trusted_office};
use crate::policy::rule::{At, Known, Rule, any, of, viewer};
use crate::policy::{Capability, Reach};

/// The mediations that a viewer may know of.
pub fn mediation(at: &At) -> Rule {
    at.within(mediation::Column::CommunityCode) & (office(at) | inside(at))
}

/// Who decides on the problem, unless complained of. It knows the state, the dates and the agreement.
pub fn office(at: &At) -> Rule {
    match Capability::AppointMediator.reach(at.role) {
        Reach::Full => of_problem(at, at.col(mediation::Column::ProblemId), trusted_office),
        Reach::None
        | Reach::Masked
        | Reach::Party
        | Reach::PublicOrParty
        | Reach::Grid
        | Reach::PublicInGrid
        | Reach::PublicOrOwn
        | Reach::Own => Rule::Never,
    }
}

/// The mediator, in the post that was appointed.
pub fn mediator(at: &At) -> Rule {
    if Capability::Mediate.reach(at.role) == Reach::None {
        return Rule::Never;
    }
    at.col(mediation::Column::MediatorPostId).eq(viewer(Known::Post)).into()
}

/// Whoever is one of its sides.
pub fn side(at: &At) -> Rule {
    if Capability::TakePartInMediation.reach(at.role) == Reach::None {
        return Rule::Never;
    }
    named(at, &viewer(Known::User))
}

/// Whether a person is one of its sides.
pub fn named(at: &At, person: &Expr) -> Rule {
    let mut sides = any(mediation_side::Entity);
    sides
        .and_where(of(mediation_side::Column::MediationId).eq(at.col(mediation::Column::Id)))
        .and_where(of(mediation_side::Column::UserId).eq(person.clone()));
    Rule::exists(sides)
}

/// The mediator and the sides.
pub fn inside(at: &At) -> Rule {
    mediator(at) | side(at)
}

/// The mediator and the office: what the parties are told of the problem.
pub fn briefed(at: &At) -> Rule {
    mediator(at) | office(at)
}

/// Whether all sides consented to be named to each other and to the mediator.
fn consented(at: &At) -> Rule {
    at.col(mediation::Column::ConsentedAt).is_not_null().into()
}

/// Whether a person may not mediate on a problem: who is complained of or handled it, in any post held within twelve
/// months, who advised a side or whose organisation did, who reported it, who is a side of any mediation on it.
pub fn unfit(at: &At, person: &Expr) -> Rule {
    let mut said = any(mediation_exclusion::Entity);
    said.and_where(of(mediation_exclusion::Column::ProblemId).eq(at.col(problem::Column::Id))).and_where(
        of(mediation_exclusion::Column::UserId)
            .eq(person.clone())
            .or(of_an_organisation(person, of(mediation_exclusion::Column::OrganisationId))),
    );
    let mut sides = any(mediation_side::Entity);
    sides
        .from(Alias::new(mediation::Entity.table_name()))
        .and_where(of(mediation_side::Column::UserId).eq(person.clone()))
        .and_where(of(mediation::Column::Id).eq(of(mediation_side::Column::MediationId)))
        .and_where(of(mediation::Column::ProblemId).eq(at.col(problem::Column::Id)));
    let reported = Rule::When(
        at.col(problem::Column::ReporterId)
            .eq(person.clone())
            .or(at.col(problem::Column::RecordedById).eq(person.clone())),
    );
    concerned_by(at, person) | handled_by(at, person) | Rule::exists(said) | Rule::exists(sides) | reported
}

/// The rows of a table below a mediation in sight that fulfils `also`.
fn below<C: ColumnTrait>(at: &At, community: C, key: C, also: fn(&At) -> Rule) -> Rule {
    at.within(community) & of_mediation(at, at.col(key), |above| mediation(above) & also(above))
}

fn every(_: &At) -> Rule {
    Rule::Always
}

/// Whether the mediation whose id is `key` fulfils a rule.
pub fn of_mediation(at: &At, key: Expr, rule: impl Fn(&At) -> Rule) -> Rule {
    let above = At { table: Alias::new(format!("{}_m", at.table.0)), ..at.clone() };
    let mut select = Query::select();
    select
        .expr(Expr::cust("1"))
        .from_as(Alias::new(mediation::Entity.table_name()), above.table.clone())
        .and_where(above.col(mediation::Column::Id).eq(key));
    match rule(&above) {
        Rule::Never => Rule::Never,
        Rule::Always => Rule::exists(select),
        Rule::When(expr) => Rule::exists(select.and_where(expr).take()),
    }
}

/// Sides: that they are there, and whether they consent, for all who know of the mediation. Who they are is another
/// matter: [`one_s_own`], [`named_to`], [`opened_by`].
pub fn sides(at: &At) -> Rule {
    below(at, mediation_side::Column::CommunityCode, mediation_side::Column::MediationId, every)
}

/// The side that the viewer is.
pub fn one_s_own(at: &At) -> Rule {
    if Capability::TakePartInMediation.reach(at.role) == Reach::None {
        return Rule::Never;
    }
    at.col(mediation_side::Column::UserId).eq(viewer(Known::User)).into()
}

/// Sides that are named to the viewer: to the mediator and the other sides once all consented.
pub fn named_to(at: &At) -> Rule {
    of_mediation(at, at.col(mediation_side::Column::MediationId), |above| consented(above) & inside(above))
}

/// Sides that the office named, and sees masked.
pub fn opened_by(at: &At) -> Rule {
    of_mediation(at, at.col(mediation_side::Column::MediationId), office)
}

/// Sessions: the mediator and the sides.
pub fn sessions(at: &At) -> Rule {
    below(at, mediation_session::Column::CommunityCode, mediation_session::Column::MediationId, inside)
}

/// A session's notes: who wrote them, while that is the mediator.
pub fn notes(at: &At) -> Rule {
    Rule::When(at.col(mediation_session::Column::NotedBy).eq(viewer(Known::User)))
        & of_mediation(at, at.col(mediation_session::Column::MediationId), mediator)
}

/// Statements: the side's own, and all for the mediator.
pub fn statements(at: &At) -> Rule {
    let key = || at.col(mediation_statement::Column::MediationId);
    let mut own = any(mediation_side::Entity);
    own.and_where(of(mediation_side::Column::Id).eq(at.col(mediation_statement::Column::SideId)))
        .and_where(of(mediation_side::Column::UserId).eq(viewer(Known::User)));
    let own = Rule::exists(own) & of_mediation(at, key(), side);
    at.within(mediation_statement::Column::CommunityCode) & (of_mediation(at, key(), mediator) | own)
}

/// Agreements: all who know of the mediation.
pub fn agreements(at: &At) -> Rule {
    below(at, mediation_agreement::Column::CommunityCode, mediation_agreement::Column::MediationId, every)
}

/// What is owed by them, likewise.
pub fn obligations(at: &At) -> Rule {
    below(at, mediation_obligation::Column::CommunityCode, mediation_obligation::Column::MediationId, every)
}

/// Sides without an account, for which the mediator writes down what they say.
#[must_use]
pub fn unaccounted(at: &At) -> sea_orm::sea_query::SelectStatement {
    let mut sides = any(mediation_side::Entity);
    sides
        .and_where(of(mediation_side::Column::MediationId).eq(at.col(mediation::Column::Id)))
        .and_where(of(mediation_side::Column::UserId).is_null());
    sides
}

/// The side that the viewer is, of a mediation.
#[must_use]
pub fn own_side(at: &At) -> sea_orm::sea_query::SelectStatement {
    let mut sides = any(mediation_side::Entity);
    sides
        .and_where(of(mediation_side::Column::MediationId).eq(at.col(mediation::Column::Id)))
        .and_where(of(mediation_side::Column::UserId).eq(viewer(Known::User)));
    sides
}

/// Sides that have not said whether they consent.
#[must_use]
pub fn pending() -> Expr {
    of(mediation_side::Column::Consent).eq(SideConsent::Pending)
}
