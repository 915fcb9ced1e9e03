//! The query `problemStatistics`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::word::{ClosureOutcome, PartyKind, ProblemDomain, ProblemStatus, Word};
use entity::{party, region};
use sea_orm::ColumnTrait;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::count::{Closed, Counted, Reported, Scope, Standing};
use super::period::{Period, Span, too_fine};
use super::suppress::{self, Cell};
use crate::act::Caller;
use crate::answer;
use crate::error::{Error, Result};
use crate::policy::rows::place;
use crate::policy::{Capability, Reach};
use crate::read::load;
use crate::read::model::Query;
use crate::read::shape::{Id, Input, Member, Scalar, Shape, member};

answer! {
    /// Counts of problems in a region over a period.
    pub struct ProblemStatistics {
        /// The region's 12-digit code.
        pub region: String,
        /// Where the period begins, inclusive.
        pub from: DateTime<Utc>,
        /// Where it ends, exclusive.
        pub to: DateTime<Utc>,
        /// Problems reported within the period; null where suppressed.
        pub reported: Option<i64>,
        /// Problems solved (已解决): outcome SOLVED at the last closure within the period, and not reopened by its end.
        pub solved: Option<i64>,
        /// Closed likewise with the outcome `PARTLY_SOLVED`.
        pub partly_solved: Option<i64>,
        /// Closed likewise with the outcome UNFOUNDED.
        pub unfounded: Option<i64>,
        /// Closed likewise with the outcome REFERRED.
        pub referred: Option<i64>,
        /// Closed likewise with the outcome `NOT_SOLVABLE`.
        pub not_solvable: Option<i64>,
        /// Problems open at the period's end, or now if that is earlier; null where suppressed.
        pub open: Option<i64>,
        /// Those of them that were overdue then; null where suppressed.
        pub overdue: Option<i64>,
        /// Whether any of the counts above is suppressed (已隐去): `problemStatistics` says when, and for whom.
        pub suppressed: bool,
        /// By what they are about. Those reported and not accepted yet have the domain null.
        pub by_domain: Vec<DomainCount>,
        /// Those reported within the period, by where they stand now.
        pub by_status: Vec<StatusCount>,
        /// Those solved, by the party that led at closing.
        pub by_party: Vec<PartyCount>,
        /// By calendar month.
        pub by_month: Vec<MonthCount>,
    }
}

answer! {
    /// Counts of one domain.
    pub struct DomainCount {
        /// The domain; null for problems not accepted yet.
        pub domain: Option<ProblemDomain>,
        /// Reported within the period; null where suppressed.
        pub reported: Option<i64>,
        /// Solved within the period; null where suppressed.
        pub solved: Option<i64>,
        /// Whether a count is suppressed.
        pub suppressed: bool,
    }
}

answer! {
    /// The count of one status.
    pub struct StatusCount {
        /// The status.
        pub status: ProblemStatus,
        /// How many; null where suppressed.
        pub count: Option<i64>,
        /// Whether the count is suppressed.
        pub suppressed: bool,
    }
}

answer! {
    /// The count of one party.
    pub struct PartyCount {
        /// The party's id; null for problems that were closed without a lead.
        pub party: Option<Id<party::Entity>>,
        /// Its name.
        pub name: Option<String>,
        /// Its kind.
        pub kind: Option<PartyKind>,
        /// Solved within the period; null where suppressed.
        pub solved: Option<i64>,
        /// Whether the count is suppressed.
        pub suppressed: bool,
    }
}

answer! {
    /// Counts of one calendar month.
    pub struct MonthCount {
        /// The month: `2026-03`.
        pub month: String,
        /// Reported in it; null where suppressed.
        pub reported: Option<i64>,
        /// Solved in it; null where suppressed.
        pub solved: Option<i64>,
        /// Whether a count is suppressed.
        pub suppressed: bool,
    }
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    let arguments = vec![
        Member {
            name: "region".into(),
            about: "The 12-digit code of a region in reach.".into(),
            shape: Shape::scalar(Scalar::Text),
        },
        Member { name: "period".into(), about: "The period.".into(), shape: Period::shape() },
    ];
    vec![Query::value::<Option<ProblemStatistics>, _>(
        "problemStatistics",
        Capability::ReadStatistics,
        arguments,
        |caller, arguments| Box::pin(async move { statistics(caller, &arguments).await }),
        "Counts of problems in a region over a period; null where there is no such region or it is out of reach. The secretary, the street and the supervisor count what they can read; parties what they are involved in, grid workers their grid, everybody else the region, over closed calendar months and longer. To these a count is told only where each month of the period, for itself, tells it: none below five, and none by which one below five would follow (of a breakdown the next smallest is suppressed too); what changed since by reopening, and how many are open and overdue, which from month to month would tell what came and went, are not told. A suppressed count is null, and `suppressed` is true. Confidential problems are counted for the secretary and the street alone.",
    )
    .takes(4)]
}

async fn statistics(caller: Caller<'_>, arguments: &Map<String, Value>) -> Result<Option<ProblemStatistics>> {
    let viewer = caller.viewer.ok_or_else(|| Error::fault("statistics for nobody"))?;
    let mut mistakes = vec![];
    let Some(period) = Period::read(member(arguments, "period"), "period", &mut mistakes) else {
        return Err(Error::Refused(mistakes));
    };
    let span = Span::of(&period)?;
    let now = caller.app.clock.now();
    let whole = viewer.require(Capability::ReadStatistics)? == Reach::Full;
    if !whole && !span.is_closed_months(now) {
        return Err(too_fine());
    }
    let code = member(arguments, "region").as_str().and_then(|code| code.parse::<i64>().ok());
    let Some(code) = code.filter(|code| viewer.covers(*code)) else { return Ok(None) };
    let regions = load::scoped::<region::Entity>(viewer, now, place::regions);
    let Some(region) = regions.filter(region::Column::Code.eq(code)).one(&caller.app.db).await? else {
        return Ok(None);
    };
    let scope = Scope { viewer, region: code, level: region.level, span, now };
    let (reported, mut closed) = (scope.reported(&caller.app.db).await?, scope.closed(&caller.app.db).await?);
    let standing = if whole { Some(scope.standing(&caller.app.db).await?) } else { None };
    if whole {
        closed.retain(|row| row.still == 1);
    }
    Ok(Some(Told { whole, months: span.months() }.all(&scope, &reported, &closed, standing.as_ref())))
}

/// How counts are told: as they are, or without small ones.
struct Told {
    whole: bool,
    /// The months of the period: their names, and where they end.
    months: Vec<(String, DateTime<Utc>)>,
}

impl Told {
    /// What rows count in the period by cell: `place` says which of `cells` a row belongs to.
    fn parts<R: Counted>(&self, rows: &[R], cells: usize, place: impl Fn(&R) -> Option<usize>) -> Vec<Option<i64>> {
        self.tell(&self.table(rows, cells, place))
    }

    /// What the rows for which `counts` holds count in the period.
    fn one<R: Counted>(&self, rows: &[R], counts: impl Fn(&R) -> bool) -> Option<i64> {
        self.parts(rows, 1, |row| counts(row).then_some(0)).first().copied().flatten()
    }

    /// The same of each month.
    fn monthly<R: Counted>(&self, rows: &[R], counts: impl Fn(&R) -> bool) -> Vec<Option<i64>> {
        let months = self.table(rows, 1, |row| counts(row).then_some(0));
        months.into_iter().flat_map(|month| self.tell(&[month])).collect()
    }

    fn table<R: Counted>(&self, rows: &[R], cells: usize, place: impl Fn(&R) -> Option<usize>) -> Vec<Vec<Cell>> {
        let mut table = vec![vec![Cell::default(); cells]; self.months.len()];
        for row in rows {
            let month = usize::try_from(row.month()).ok().and_then(|month| table.get_mut(month));
            if let (Some(month), Some(place)) = (month, place(row)) {
                month[place].own += row.cell().own;
                month[place].left += row.cell().left;
            }
        }
        table
    }

    fn tell(&self, months: &[Vec<Cell>]) -> Vec<Option<i64>> {
        if !self.whole {
            return suppress::breakdown(months);
        }
        let cells = months.first().map_or(0, Vec::len);
        (0..cells).map(|cell| Some(months.iter().map(|month| month[cell].left).sum())).collect()
    }

    fn all(
        &self,
        scope: &Scope<'_>,
        reported: &[Reported],
        closed: &[Closed],
        standing: Option<&Standing>,
    ) -> ProblemStatistics {
        let outcome = |outcome: ClosureOutcome| self.one(closed, |row| row.outcome == outcome);
        let mut statistics = ProblemStatistics {
            region: scope.region.to_string(),
            from: scope.span.from,
            to: scope.span.to,
            reported: self.one(reported, |_| true),
            solved: outcome(ClosureOutcome::Solved),
            partly_solved: outcome(ClosureOutcome::PartlySolved),
            unfounded: outcome(ClosureOutcome::Unfounded),
            referred: outcome(ClosureOutcome::Referred),
            not_solvable: outcome(ClosureOutcome::NotSolvable),
            // From one month's end to the next they change by what came and went, however little that was.
            open: standing.map(|standing| standing.still_open),
            overdue: standing.map(|standing| standing.late),
            suppressed: false,
            by_domain: self.by_domain(reported, closed),
            by_status: self.by_status(reported),
            by_party: self.by_party(closed),
            by_month: self.by_month(reported, closed),
        };
        statistics.suppressed = [
            statistics.reported,
            statistics.solved,
            statistics.partly_solved,
            statistics.unfounded,
            statistics.referred,
            statistics.not_solvable,
            statistics.open,
            statistics.overdue,
        ]
        .contains(&None);
        statistics
    }

    fn by_domain(&self, reported: &[Reported], closed: &[Closed]) -> Vec<DomainCount> {
        let domains: Vec<_> = ProblemDomain::ALL.iter().copied().map(Some).chain([None]).collect();
        let place = |domain| domains.iter().position(|other| *other == domain);
        let came = self.parts(reported, domains.len(), |row| place(row.domain));
        let went = self.parts(closed, domains.len(), |row| place(row.domain).filter(|_| solved(row)));
        let rows = domains.iter().zip(came.into_iter().zip(went));
        rows.map(|(domain, (reported, solved))| DomainCount {
            domain: *domain,
            reported,
            solved,
            suppressed: reported.is_none() || solved.is_none(),
        })
        .collect()
    }

    fn by_status(&self, reported: &[Reported]) -> Vec<StatusCount> {
        let statuses = ProblemStatus::ALL;
        let place = |row: &Reported| statuses.iter().position(|other| *other == row.status);
        let rows = statuses.iter().copied().zip(self.parts(reported, statuses.len(), place));
        rows.map(|(status, count)| StatusCount { status, count, suppressed: count.is_none() }).collect()
    }

    fn by_party(&self, closed: &[Closed]) -> Vec<PartyCount> {
        let parties: BTreeMap<Option<Uuid>, &Closed> =
            closed.iter().filter(|row| solved(row)).map(|row| (row.party, row)).collect();
        let places: Vec<_> = parties.keys().copied().collect();
        let place = |row: &Closed| places.iter().position(|other| *other == row.party).filter(|_| solved(row));
        let rows = parties.into_iter().zip(self.parts(closed, places.len(), place));
        rows.map(|((party, row), solved)| PartyCount {
            party: party.map(Id::new),
            name: row.name.clone(),
            kind: row.kind,
            solved,
            suppressed: solved.is_none(),
        })
        .collect()
    }

    fn by_month(&self, reported: &[Reported], closed: &[Closed]) -> Vec<MonthCount> {
        let rows = self.monthly(reported, |_| true).into_iter().zip(self.monthly(closed, solved));
        let rows = self.months.iter().zip(rows);
        rows.map(|((month, _), (reported, solved))| MonthCount {
            month: month.clone(),
            reported,
            solved,
            suppressed: reported.is_none() || solved.is_none(),
        })
        .collect()
    }
}

fn solved(row: &Closed) -> bool {
    row.outcome == ClosureOutcome::Solved
}
