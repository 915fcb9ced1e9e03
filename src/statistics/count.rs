//! The statements: three, whatever is asked, each under the rule of who may count what.

use chrono::{DateTime, Utc};
use entity::word::{ClosureOutcome, PartyKind, ProblemDomain, ProblemStatus, RegionLevel, TaskRole};
use entity::{closure, disposition_task, party, problem};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func, JoinType};
use sea_orm::{ConnectionTrait, EntityName, FromQueryResult};
use uuid::Uuid;

use super::period::Span;
use super::suppress::Cell;
use crate::error::Result;
use crate::policy::Viewer;
use crate::policy::rows::problem::{counted, of_problem};
use crate::policy::rule::{At, Rule, any, cut, divisor, of};
use crate::read::load;

/// Where and when is counted.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// For whom.
    pub viewer: &'a Viewer,
    /// The region.
    pub region: i64,
    /// Its level.
    pub level: RegionLevel,
    /// The period.
    pub span: Span,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Problems reported within the period.
#[derive(Debug, FromQueryResult)]
pub struct Reported {
    /// What they are about now.
    pub domain: Option<ProblemDomain>,
    /// Where they stand now.
    pub status: ProblemStatus,
    /// The place of the month.
    pub bucket: i32,
    /// How many.
    pub problems: i64,
}

/// Closures made within the period that stood at the end of their month.
#[derive(Debug, FromQueryResult)]
pub struct Closed {
    /// What the problems were about.
    pub domain: Option<ProblemDomain>,
    /// What came of them.
    pub outcome: ClosureOutcome,
    /// The place of the month.
    pub bucket: i32,
    /// 1 where they stand at the end of the period too.
    pub still: i32,
    /// Who led at closing.
    pub party: Option<Uuid>,
    /// That party's name.
    pub name: Option<String>,
    /// That party's kind.
    pub kind: Option<PartyKind>,
    /// How many.
    pub problems: i64,
}

/// Problems open at the end of the period.
#[derive(Debug, FromQueryResult)]
pub struct Standing {
    /// How many are open.
    pub still_open: i64,
    /// How many of these are overdue.
    pub late: i64,
}

/// Rows that count something in a month.
pub trait Counted {
    /// The place of the month.
    fn month(&self) -> i32;
    /// What it adds to the month's count.
    fn cell(&self) -> Cell;
}

impl Counted for Reported {
    fn month(&self) -> i32 {
        self.bucket
    }
    fn cell(&self) -> Cell {
        Cell { own: self.problems, left: self.problems }
    }
}

impl Counted for Closed {
    fn month(&self) -> i32 {
        self.bucket
    }
    fn cell(&self) -> Cell {
        Cell { own: self.problems, left: self.problems * i64::from(self.still) }
    }
}

impl Scope<'_> {
    fn here(&self, code: Expr) -> Expr {
        cut(code, self.level).eq(Expr::Constant((self.region / divisor(self.level)).into()))
    }

    /// The place of the month that `time` falls in.
    fn bucket(&self, time: &Expr) -> Expr {
        self.by_month(time, |place, _| Expr::Constant(place.into()))
    }

    /// What `value` makes of the month that `time` falls in, by its place and its end.
    fn by_month(&self, time: &Expr, value: impl Fn(i32, DateTime<Utc>) -> Expr) -> Expr {
        let months = self.span.months();
        let (before, last) = months.split_at(months.len().saturating_sub(1));
        let (case, place) = before.iter().fold((CaseStatement::new(), 0), |(case, place), (_, end)| {
            (case.case(time.clone().lt(*end), value(place, *end)), place + 1)
        });
        let last = value(place, last.first().map_or(self.span.to, |(_, end)| *end));
        if before.is_empty() { last } else { case.finally(last).into() }
    }

    /// Counts what was reported.
    pub async fn reported<C: ConnectionTrait>(&self, db: &C) -> Result<Vec<Reported>> {
        use problem::Column as P;
        let time = of(P::ReportedAt);
        let within = time.clone().gte(self.span.from).and(time.clone().lt(self.span.to));
        let scoped = load::scoped::<problem::Entity>(self.viewer, self.now, counted)
            .filter(self.here(of(P::CommunityCode)).and(within));
        scoped
            .ask(db, |select| {
                select
                    .clear_selects()
                    .expr_as(of(P::Domain), Alias::new("domain"))
                    .expr_as(of(P::Status), Alias::new("status"))
                    .expr_as(self.bucket(&time), Alias::new("bucket"))
                    .expr_as(Expr::cust("COUNT(*)"), Alias::new("problems"))
                    .add_group_by([of(P::Domain), of(P::Status), Expr::col(Alias::new("bucket"))]);
            })
            .await
    }

    /// Counts what was closed within the period and not taken up again by the end of its month, or of the period.
    pub async fn closed<C: ConnectionTrait>(&self, db: &C) -> Result<Vec<Closed>> {
        use closure::Column as C;
        let (ended, resumed) = (of(C::EndedAt), of(C::ResumedAt));
        let within = ended.clone().gte(self.span.from).and(ended.clone().lt(self.span.end(self.now)));
        let stood = resumed.clone().is_null().or(resumed.clone().gte(self.by_month(&ended, |_, end| Expr::val(end))));
        let stands = resumed.clone().is_null().or(resumed.gte(self.span.end(self.now)));
        let still: Expr = CaseStatement::new().case(stands, Expr::cust("1")).finally(Expr::cust("0")).into();
        let closed = of(C::Status).eq(ProblemStatus::Closed);
        let scoped = load::scoped::<closure::Entity>(self.viewer, self.now, closures)
            .filter(self.here(of(C::CommunityCode)).and(closed).and(within).and(stood));
        scoped
            .ask(db, |select| {
                let party = Alias::new(party::Entity.table_name());
                select
                    .clear_selects()
                    .join(JoinType::LeftJoin, party, of(party::Column::Id).eq(of(C::LeadPartyId)))
                    .expr_as(of(C::Domain), Alias::new("domain"))
                    .expr_as(of(C::Outcome), Alias::new("outcome"))
                    .expr_as(self.bucket(&ended), Alias::new("bucket"))
                    .expr_as(still, Alias::new("still"))
                    .expr_as(of(party::Column::Id), Alias::new("party"))
                    .expr_as(of(party::Column::Name), Alias::new("name"))
                    .expr_as(of(party::Column::Kind), Alias::new("kind"))
                    .expr_as(Expr::cust("COUNT(*)"), Alias::new("problems"))
                    .add_group_by([
                        of(C::Domain),
                        of(C::Outcome),
                        Expr::col(Alias::new("bucket")),
                        Expr::col(Alias::new("still")),
                        of(party::Column::Id),
                        of(party::Column::Name),
                        of(party::Column::Kind),
                    ]);
            })
            .await
    }

    /// Counts what is open at the end of the period, and what of it is overdue.
    pub async fn standing<C: ConnectionTrait>(&self, db: &C) -> Result<Standing> {
        use problem::Column as P;
        let end = self.span.end(self.now);
        let mut over = any(closure::Entity);
        let resumed = of(closure::Column::ResumedAt);
        over.and_where(of(closure::Column::ProblemId).eq(of(P::Id)))
            .and_where(of(closure::Column::EndedAt).lt(end))
            .and_where(resumed.clone().is_null().or(resumed.gte(end)));
        let open = of(P::ReportedAt).lt(end).and(ExprTrait::not(Expr::exists(over)));
        let scoped = load::scoped::<problem::Entity>(self.viewer, self.now, counted)
            .filter(self.here(of(P::CommunityCode)).and(open));
        let found: Vec<Standing> = scoped
            .ask(db, |select| {
                let late: Expr = CaseStatement::new().case(late(end), Expr::cust("1")).into();
                select
                    .clear_selects()
                    .expr_as(Expr::cust("COUNT(*)"), Alias::new("still_open"))
                    .expr_as(Func::count(late), Alias::new("late"));
            })
            .await?;
        Ok(found.into_iter().next().unwrap_or(Standing { still_open: 0, late: 0 }))
    }
}

/// Whether an open problem is overdue at `end`: its present step is, or a lead had not submitted by its due time.
fn late(end: DateTime<Utc>) -> Expr {
    use disposition_task::Column as T;
    let mut tasks = any(disposition_task::Entity);
    tasks
        .and_where(of(T::ProblemId).eq(of(problem::Column::Id)))
        .and_where(of(T::Role).eq(TaskRole::Lead))
        .and_where(of(T::AssignedAt).lt(end).and(of(T::DueAt).lt(end)))
        .and_where(of(T::SubmittedAt).is_null().or(of(T::SubmittedAt).gte(end)))
        .and_where(of(T::EndedAt).is_null().or(of(T::EndedAt).gte(end)));
    of(problem::Column::Open).and(of(problem::Column::DueAt).lt(end)).or(Expr::exists(tasks))
}

fn closures(at: &At) -> Rule {
    at.within(closure::Column::CommunityCode) & of_problem(at, at.col(closure::Column::ProblemId), counted)
}
