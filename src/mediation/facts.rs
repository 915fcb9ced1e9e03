//! What the state machine looks at: the same facts of a row and its viewer, whether a list is read or a command runs.

use chrono::NaiveDate;
use entity::word::{ConfirmationStatus, MediationKind, MediationStatus, SideConsent};
use entity::{mediation, mediation_agreement, mediation_side};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, QueryResult};
use uuid::Uuid;

use crate::policy::rows::mediation as rows;
use crate::policy::rows::problem::of_problem;
use crate::policy::rule::{At, Known, Rule, any, of, viewer};
use crate::read::model::{Column, Fact, Holds};
use crate::read::run::Cells;

/// What the state machine looks at.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where it stands.
    pub status: MediationStatus,
    /// What kind it is.
    pub kind: MediationKind,
    /// Whether there is a mediator.
    pub appointed: bool,
    /// Whether the viewer is the office that decides on the problem.
    pub office: bool,
    /// Whether the viewer is the mediator.
    pub mediator: bool,
    /// Whether the viewer, in any post, is one of its sides.
    pub named: bool,
    /// Whether the viewer may not mediate on the problem.
    pub unfit: bool,
    /// What the viewer's own side said; `None`: the viewer is no side, or not in a post to take part.
    pub own: Option<Side>,
    /// The same of the sides without an account, together: what is still to be done for any of them.
    pub unaccounted: Option<Side>,
    /// The day its agreement took effect.
    pub effective_on: Option<NaiveDate>,
    /// What became of the request for judicial confirmation.
    pub confirmation: Option<ConfirmationStatus>,
}

/// What is still to be done for a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// To say whether it consents.
    pub undecided: bool,
    /// To sign.
    pub unsigned: bool,
    /// To ask for judicial confirmation.
    pub unasked: bool,
}

impl Side {
    /// That of one row.
    #[must_use]
    pub fn of(row: &mediation_side::Model) -> Self {
        Self {
            undecided: row.consent == SideConsent::Pending,
            unsigned: row.signed_on.is_none(),
            unasked: row.asked_on.is_none(),
        }
    }
}

/// The columns of the mediation that are needed.
#[must_use]
pub fn columns() -> Vec<Column> {
    [mediation::Column::Status, mediation::Column::Kind, mediation::Column::MediatorPostId].map(Column::of).into()
}

/// The facts that are needed.
#[must_use]
pub fn facts() -> Vec<Fact> {
    use mediation_agreement::Column::{Confirmation, EffectiveOn};
    use mediation_side::Column::{AskedOn, SignedOn};
    let yes = |name, sql| Fact { name, holds: Holds::Boolean, sql };
    vec![
        yes("office", |at| rows::office(at).expr()),
        yes("mediating", |at| rows::mediator(at).expr()),
        yes("taking_part", |at| rows::side(at).expr()),
        yes("named", |at| rows::named(at, &viewer(Known::User)).expr()),
        yes("unfit", |at| unfit(at).expr()),
        yes("own_undecided", |at| among(rows::own_side(at), rows::pending())),
        yes("own_unsigned", |at| among(rows::own_side(at), of(SignedOn).is_null())),
        yes("own_unasked", |at| among(rows::own_side(at), of(AskedOn).is_null())),
        yes("unaccounted", |at| Rule::exists(rows::unaccounted(at)).expr()),
        yes("others_undecided", |at| among(rows::unaccounted(at), rows::pending())),
        yes("others_unsigned", |at| among(rows::unaccounted(at), of(SignedOn).is_null())),
        yes("others_unasked", |at| among(rows::unaccounted(at), of(AskedOn).is_null())),
        Fact { name: "effective", holds: Holds::Day, sql: |at| of_agreement(at, EffectiveOn) },
        Fact { name: "confirmation", holds: Holds::Text, sql: |at| of_agreement(at, Confirmation) },
    ]
}

fn among(mut sides: SelectStatement, which: Expr) -> Expr {
    Rule::exists(sides.and_where(which).take()).expr()
}

fn unfit(at: &At) -> Rule {
    of_problem(at, at.col(mediation::Column::ProblemId), |above| rows::unfit(above, &viewer(Known::User)))
}

fn of_agreement<C: ColumnTrait>(at: &At, column: C) -> Expr {
    let mut select = any(mediation_agreement::Entity);
    select
        .clear_selects()
        .expr(of(column))
        .and_where(of(mediation_agreement::Column::MediationId).eq(at.col(mediation::Column::Id)));
    Expr::SubQuery(None, Box::new(select.into()))
}

impl Facts {
    /// Reads them off a row; `None` where it has no status.
    #[must_use]
    pub fn of(cells: &Cells<'_>) -> Option<Self> {
        let side = |undecided: &str, unsigned: &str, unasked: &str| Side {
            undecided: cells.yes(undecided),
            unsigned: cells.yes(unsigned),
            unasked: cells.yes(unasked),
        };
        let own = side("own_undecided", "own_unsigned", "own_unasked");
        let others = side("others_undecided", "others_unsigned", "others_unasked");
        Some(Self {
            status: cells.word("status")?,
            kind: cells.word("kind")?,
            appointed: cells.uuid("mediator_post_id").is_some(),
            office: cells.yes("office"),
            mediator: cells.yes("mediating"),
            named: cells.yes("named"),
            unfit: cells.yes("unfit"),
            own: cells.yes("taking_part").then_some(own),
            unaccounted: cells.yes("unaccounted").then_some(others),
            effective_on: cells.day("effective"),
            confirmation: cells.word("confirmation"),
        })
    }

    /// The same, asked about one side and no other: the person's own, or one without an account.
    #[must_use]
    pub fn about(mut self, side: &mediation_side::Model, person: Uuid) -> Self {
        let what = Side::of(side);
        self.own = self.own.filter(|_| side.user_id == Some(person)).map(|_| what);
        self.unaccounted = side.user_id.is_none().then_some(what);
        // For a side with an account the mediator does nothing.
        self.mediator &= side.user_id.is_none();
        self
    }
}

impl sea_orm::FromQueryResult for Facts {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, sea_orm::DbErr> {
        let names = columns().into_iter().map(|column| column.name).chain(facts().into_iter().map(|fact| fact.name));
        let places: Vec<_> = names.zip(0..).collect();
        Self::of(&Cells::new(row, &places)).ok_or_else(|| sea_orm::DbErr::Type("a mediation without a status".into()))
    }
}

/// Makes a select answer [`Facts`].
pub fn select(select: &mut SelectStatement, at: &At) {
    select.clear_selects();
    for column in columns() {
        select.expr(Expr::col((at.table.clone(), Alias::new(column.name))));
    }
    for fact in facts() {
        select.expr_as((fact.sql)(at), Alias::new(fact.name));
    }
}
