//! What the state machine looks at: the same facts of a row and its viewer, whether a list is read or a command runs.

use entity::whistle;
use entity::word::{WhistleCallStatus, WhistleStatus};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement};

use crate::policy::rows::whistle as rows;
use crate::policy::rule::{At, Known, viewer};
use crate::read::model::{Column, Fact, Holds};
use crate::read::run::Cells;

/// What the state machine looks at.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where the whistle stands.
    pub status: WhistleStatus,
    /// Whether the viewer decides on it.
    pub office: bool,
    /// Whether the viewer is the grid worker of its grid.
    pub ground: bool,
    /// Whether the viewer blew it.
    pub raiser: bool,
    /// Whether an organisation of the viewer is complained of in its problem.
    pub concerned: bool,
    /// Whether it calls the viewer's organisation.
    pub called: bool,
    /// Whether a call of the viewer's organisation awaits its report-in.
    pub waiting: bool,
    /// Whether the viewer's organisation is on the spot and not done.
    pub present: bool,
    /// Whether a called party has not come, or is not done.
    pub undone: bool,
    /// Whether there is one that is no organisation of the viewer's.
    pub excusable: bool,
}

/// How one call stands to the viewer.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Whether the viewer may answer it.
    pub answers: bool,
    /// Whether it is of an organisation that the person acts for in any post, or did within twelve months.
    pub belongs: bool,
}

/// The columns of the whistle that are needed.
#[must_use]
pub fn columns() -> Vec<Column> {
    vec![Column::of(whistle::Column::Status)]
}

/// The facts that are needed.
#[must_use]
pub fn facts() -> Vec<Fact> {
    let yes = |name, sql| Fact { name, holds: Holds::Boolean, sql };
    vec![
        yes("office", |at| rows::office(at).expr()),
        yes("ground", |at| rows::ground(at).expr()),
        yes("raiser", |at| at.col(whistle::Column::RaisedBy).eq(viewer(Known::User))),
        yes("concerned", |at| rows::concerned(at).expr()),
        yes("called", |at| rows::called(at).expr()),
        yes("waiting", |at| rows::own_call_is(at, WhistleCallStatus::Called).expr()),
        yes("present", |at| rows::own_call_is(at, WhistleCallStatus::ReportedIn).expr()),
        yes("undone", |at| rows::undone(at).expr()),
        yes("excusable", |at| rows::excusable(at).expr()),
    ]
}

impl Facts {
    /// Reads them off a row; `None` where it has no status.
    #[must_use]
    pub fn of(cells: &Cells<'_>) -> Option<Self> {
        Some(Self {
            status: cells.word("status")?,
            office: cells.yes("office"),
            ground: cells.yes("ground"),
            raiser: cells.yes("raiser"),
            concerned: cells.yes("concerned"),
            called: cells.yes("called"),
            waiting: cells.yes("waiting"),
            present: cells.yes("present"),
            undone: cells.yes("undone"),
            excusable: cells.yes("excusable"),
        })
    }

    /// The same, asked about one call and no other.
    #[must_use]
    pub fn about(mut self, status: WhistleCallStatus, own: Own) -> Self {
        let (waits, is_there) = (status == WhistleCallStatus::Called, status == WhistleCallStatus::ReportedIn);
        self.called = own.answers;
        (self.waiting, self.present) = (own.answers && waits, own.answers && is_there);
        self.undone = waits || is_there;
        self.excusable = self.undone && !own.belongs;
        self
    }
}

impl sea_orm::FromQueryResult for Facts {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, sea_orm::DbErr> {
        let names = columns().into_iter().map(|column| column.name).chain(facts().into_iter().map(|fact| fact.name));
        let places: Vec<_> = names.zip(0..).collect();
        Self::of(&Cells::new(row, &places)).ok_or_else(|| sea_orm::DbErr::Type("a whistle without a status".into()))
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
