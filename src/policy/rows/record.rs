//! Which events, disclosures, follow-ups, ratings and additions a viewer may read.

use entity::word::Role;
use entity::{disclosure, event, follow_up, problem_addition, rating as rated};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query};

use super::contact::reporter_masked;
use super::keeps;
use super::problem::{
    below, concerned, of_problem, problem, rating, report, reporter, summary, trusted, trusted_office,
};
use crate::event::{Circle, Kind, Sight};
use crate::policy::rule::{At, Known, Rule, viewer};
use crate::policy::{Capability, Reach};

/// Who looks at a problem's timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The office, the grid worker, the supervisor, unless complained of: everything.
    Insider,
    /// A reporter whose party has a task on it or a released complaint: what either sees.
    Both,
    /// The reporter. Whoever reported reads the summary, too, and is no party by that.
    Reporter,
    /// A party with a task or a released complaint, a recorder.
    Party,
    /// Everybody else, of a public problem.
    Public,
}

impl Audience {
    /// All of them, those who see most first.
    pub const ALL: [Self; 5] = [Self::Insider, Self::Both, Self::Reporter, Self::Party, Self::Public];

    /// As a statement says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Insider => "INSIDER",
            Self::Both => "BOTH",
            Self::Reporter => "REPORTER",
            Self::Party => "PARTY",
            Self::Public => "PUBLIC",
        }
    }

    /// What it sees of an event.
    #[must_use]
    pub fn sight(self, kind: Kind) -> Sight {
        match self {
            Self::Insider => Sight::Seen,
            Self::Both => kind.for_reporter().min(kind.for_party()),
            Self::Reporter => kind.for_reporter(),
            Self::Party => kind.for_party(),
            Self::Public => kind.for_public(),
        }
    }

    /// Whether the viewer belongs to it, asked of a problem in sight.
    fn rule(self, at: &At) -> Rule {
        match self {
            Self::Insider if at.role == Role::Supervisor => !concerned(at),
            Self::Insider => trusted(at),
            Self::Both => reporter(at) & super::problem::involved(at),
            Self::Reporter => reporter(at),
            Self::Party => summary(at) & another(at),
            Self::Public => Rule::Always,
        }
    }

    /// The events it sees something of.
    fn kinds(self, at: &At) -> Rule {
        if self == Self::Insider {
            return Rule::Always;
        }
        let kinds = Kind::ALL.iter().filter(|kind| self.sight(**kind) != Sight::Unseen).map(|kind| kind.name());
        at.col(event::Column::Kind).is_in(kinds).into()
    }
}

/// Whether the viewer is another than the reporter, who may have no account.
fn another(at: &At) -> Rule {
    let reporter = at.col(entity::problem::Column::ReporterId);
    Rule::When(reporter.clone().is_null().or(reporter.ne(viewer(Known::User))))
}

/// The audience that the viewer of an event belongs to, as SQL.
pub fn audience(at: &At) -> Expr {
    let above = At { table: Alias::new(format!("{}_a", at.table.0)), ..at.clone() };
    let case = Audience::ALL.iter().fold(CaseStatement::new(), |case, audience| {
        case.case(audience.rule(&above).expr(), Expr::val(audience.name()))
    });
    let select = Query::select()
        .expr(case)
        .from_as(Alias::new("problem"), above.table.clone())
        .and_where(above.col(entity::problem::Column::Id).eq(at.col(event::Column::ProblemId)))
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// A problem's timeline: the events of problems in sight that the viewer's audience sees something of.
pub fn timeline(at: &At) -> Rule {
    of_problem(at, at.col(event::Column::ProblemId), |above| {
        let seen = Audience::ALL
            .iter()
            .map(|audience| audience.rule(above) & audience.kinds(at))
            .fold(Rule::Never, |seen, rule| seen | rule);
        problem(above) & seen & known(at, above)
    })
}

/// The events of a circle.
fn within(at: &At, circle: Circle) -> Rule {
    let kinds = Kind::ALL.iter().filter(|kind| kind.circle() == circle).map(|kind| kind.name());
    at.col(event::Column::Kind).is_in(kinds).into()
}

/// The events that the viewer may know of: what belongs to a mediation is for the office, and what is said there for
/// nobody who only reads the record.
fn known(at: &At, above: &At) -> Rule {
    !(within(at, Circle::Office) | within(at, Circle::Doer)) | (within(at, Circle::Office) & trusted_office(above))
}

/// The same of events that belong to no problem: those of redactions are for the secretary and the street; what residents
/// do is for themselves, for when they sign in would tell who reported.
fn known_alone(at: &At) -> Rule {
    let role = at.col(event::Column::ActorRole);
    let others = Rule::When(role.clone().is_null().or(role.ne(Role::Resident)));
    let office = within(at, Circle::Office) & !keeps(at.role);
    others & !(office | within(at, Circle::Doer))
}

/// The events of which the viewer is told who did them, as a role or party.
pub fn faced(at: &At) -> Rule {
    of_problem(at, at.col(event::Column::ProblemId), |above| {
        let faced = |audience: Audience| {
            let kinds = Kind::ALL.iter().filter(|kind| audience.sight(**kind) == Sight::Seen).map(|kind| kind.name());
            audience.rule(above) & Rule::When(at.col(event::Column::Kind).is_in(kinds))
        };
        Audience::ALL.into_iter().map(faced).fold(Rule::Never, |any, rule| any | rule)
    })
}

/// The audit trail: one's own calls; for those with the whole of it, everything in the region but what belongs to a
/// problem out of sight, or one in which an organisation of theirs is complained of (who did what would tell who
/// complained), and what of a mediation is not theirs to know.
pub fn audit(at: &At) -> Rule {
    let own = Rule::When(at.col(event::Column::ActorId).eq(viewer(Known::User)));
    match Capability::ReadAudit.reach(at.role) {
        Reach::Full => {
            let problem_id = at.col(event::Column::ProblemId);
            let in_sight = (Rule::When(problem_id.clone().is_null()) & known_alone(at))
                | of_problem(at, problem_id, |above| problem(above) & !concerned(above) & known(at, above));
            at.within(event::Column::Stream) & in_sight
        }
        Reach::Own => own,
        Reach::None
        | Reach::Masked
        | Reach::Party
        | Reach::PublicOrParty
        | Reach::Grid
        | Reach::PublicInGrid
        | Reach::PublicOrOwn => Rule::Never,
    }
}

/// The entries of the audit trail of which the viewer is told who did it: one's own, and others' but on problems in which
/// the viewer is complained of. There it would tell who complained.
pub fn told(at: &At) -> Rule {
    let own = Rule::When(at.col(event::Column::ActorId).eq(viewer(Known::User)));
    own | !of_problem(at, at.col(event::Column::ProblemId), concerned)
}

/// Of these, the ones of which the viewer reads the person's name: for those who read the whole trail. Never the name of
/// the problem's reporter, which is masked in every query, nor that of who recorded it for one who is withheld, nor of
/// anyone in a mediation: its sides are named to each other alone.
pub fn named(at: &At) -> Rule {
    if !matches!(at.role, Role::Secretary | Role::StreetCoordinator) {
        return Rule::Never;
    }
    let source = of_problem(at, at.col(event::Column::ProblemId), |above| {
        let is = |person: entity::problem::Column| Rule::When(above.col(person).eq(at.col(event::Column::ActorId)));
        let withheld = !(reporter(above) | reporter_masked(above));
        is(entity::problem::Column::ReporterId) | (is(entity::problem::Column::RecordedById) & withheld)
    });
    told(at) & !source & within(at, Circle::Record)
}

/// Disclosures: those of one's own data, and for the office those of its problems.
pub fn disclosed(at: &At) -> Rule {
    let own = Rule::When(at.col(disclosure::Column::SubjectId).eq(viewer(Known::User)));
    own | of_problem(at, at.col(disclosure::Column::ProblemId), |above| problem(above) & trusted_office(above))
}

/// Additions to a report: as the report.
pub fn addition(at: &At) -> Rule {
    below(at, problem_addition::Column::CommunityCode, problem_addition::Column::ProblemId, report)
}

/// Follow-ups: the reporter, the office, the grid worker.
pub fn followed_up(at: &At) -> Rule {
    below(at, follow_up::Column::CommunityCode, follow_up::Column::ProblemId, rating)
}

/// A follow-up's note: the office, the grid worker.
pub fn follow_up_note(at: &At) -> Rule {
    of_problem(at, at.col(follow_up::Column::ProblemId), trusted)
}

/// Single ratings: the reporter, the office, the grid worker; never the parties.
pub fn rating_row(at: &At) -> Rule {
    below(at, rated::Column::CommunityCode, rated::Column::ProblemId, rating)
}
