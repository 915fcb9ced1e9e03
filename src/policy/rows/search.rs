//! Which problems are found by which of their texts.

use entity::word::TextAudience;
use entity::{problem, problem_text};
use sea_orm::EntityName;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};

use super::problem::{concerned, problem as in_sight, public, report, summary, trusted_office};
use crate::policy::rule::{At, Known, Rule, viewer};

/// Finds the texts that bear a mark: the mark's first letter, then the key that the mark ends in.
pub type Matching<'a> = &'a dyn Fn(&'static str, Expr) -> Expr;

/// The letter that an audience's marks begin with. With a region's key after it, a mark narrows what is looked through to
/// the viewer's own region before anything is read of a problem.
#[must_use]
pub fn mark(audience: TextAudience) -> &'static str {
    match audience {
        TextAudience::Public => "p",
        TextAudience::Shared => "s",
        TextAudience::Report => "r",
    }
}

/// Of the problems in sight, those found by a text that the viewer may read; confidential ones by none, for anyone.
pub fn found(at: &At, matching: Matching<'_>) -> Rule {
    let by = |audience| {
        let select = Query::select()
            .column((Alias::new(problem_text::Entity.table_name()), problem_text::Column::ProblemId))
            .from(Alias::new(problem_text::Entity.table_name()))
            .and_where(matching(mark(audience), viewer(Known::RegionKey)))
            .take();
        Rule::When(at.col(problem::Column::Id).in_subquery(select))
    };
    let public = by(TextAudience::Public);
    let (shared, reported) = (summary(at) & by(TextAudience::Shared), report(at) & by(TextAudience::Report));
    open(at) & (public | shared | reported)
}

/// Problems that are not confidential: only they are found.
pub fn open(at: &At) -> Rule {
    let visibility = at.col(problem::Column::Visibility);
    visibility.ne(entity::word::ProblemVisibility::Confidential).into()
}

/// The problems that the office may be told of as like another: those it decides on, and is not complained of in.
pub fn alike(at: &At) -> Rule {
    in_sight(at) & open(at) & trusted_office(at)
}

/// The problems that whoever is about to report one may be told of: public ones in sight.
pub fn alike_public(at: &At) -> Rule {
    in_sight(at) & public(at) & !concerned(at)
}
