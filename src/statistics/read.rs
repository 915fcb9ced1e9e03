//! The query `problemStatistics`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::word::{ClosureOutcome, PartyKind, ProblemDomain, ProblemStatus, Word};
use entity::{party, region};
use sea_orm::ColumnTrait;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::count::{Closed, Reported, Scope, Standing};
use super::period::{Period, Span, too_fine};
use super::suppress;
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
        /// Problems open at the period's end, or now if that is earlier.
        pub open: Option<i64>,
        /// Those of them that were overdue then.
        pub overdue: Option<i64>,
        /// Whether any of the counts above is suppressed: fewer than five are told to nobody but the secretary, the
        /// street and the supervisor.
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
        "Counts of problems in a region over a period; null where there is no such region or it is out of reach. The secretary, the street and the supervisor count what they can read; parties what they are involved in, grid workers their grid, everybody else the region, over closed calendar months and longer and without counts below five. Confidential problems are counted for the secretary and the street alone.",
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
    let (reported, closed, standing) = (
        scope.reported(&caller.app.db).await?,
        scope.closed(&caller.app.db).await?,
        scope.standing(&caller.app.db).await?,
    );
    Ok(Some(Told { whole }.all(&scope, &reported, &closed, &standing)))
}

/// How counts are told: as they are, or without small ones.
struct Told {
    whole: bool,
}

impl Told {
    fn one(&self, count: i64) -> Option<i64> {
        if self.whole { Some(count) } else { suppress::alone(count) }
    }

    fn parts(&self, counts: &[i64]) -> Vec<Option<i64>> {
        if self.whole { counts.iter().copied().map(Some).collect() } else { suppress::breakdown(counts) }
    }

    fn all(
        &self,
        scope: &Scope<'_>,
        reported: &[Reported],
        closed: &[Closed],
        standing: &Standing,
    ) -> ProblemStatistics {
        let outcome = |outcome: ClosureOutcome| {
            self.one(closed.iter().filter(|row| row.outcome == outcome).map(|row| row.problems).sum())
        };
        let mut statistics = ProblemStatistics {
            region: scope.region.to_string(),
            from: scope.span.from,
            to: scope.span.to,
            reported: self.one(reported.iter().map(|row| row.problems).sum()),
            solved: outcome(ClosureOutcome::Solved),
            partly_solved: outcome(ClosureOutcome::PartlySolved),
            unfounded: outcome(ClosureOutcome::Unfounded),
            referred: outcome(ClosureOutcome::Referred),
            not_solvable: outcome(ClosureOutcome::NotSolvable),
            open: self.one(standing.still_open),
            overdue: self.one(standing.late),
            suppressed: false,
            by_domain: self.by_domain(reported, closed),
            by_status: self.by_status(reported),
            by_party: self.by_party(closed),
            by_month: self.by_month(scope, reported, closed),
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
        let mut domains: Vec<Option<ProblemDomain>> = ProblemDomain::ALL.iter().copied().map(Some).collect();
        if self.whole || reported.iter().any(|row| row.domain.is_none()) {
            domains.push(None);
        }
        let came = |domain| reported.iter().filter(|row| row.domain == domain).map(|row| row.problems).sum();
        let went = |domain| solved(closed).filter(|row| row.domain == domain).map(|row| row.problems).sum();
        let came = self.parts(&domains.iter().copied().map(came).collect::<Vec<_>>());
        let went = self.parts(&domains.iter().copied().map(went).collect::<Vec<_>>());
        let rows = domains.into_iter().zip(came.into_iter().zip(went));
        rows.map(|(domain, (reported, solved))| DomainCount {
            domain,
            reported,
            solved,
            suppressed: reported.is_none() || solved.is_none(),
        })
        .collect()
    }

    fn by_status(&self, reported: &[Reported]) -> Vec<StatusCount> {
        let count = |status| reported.iter().filter(|row| row.status == status).map(|row| row.problems).sum();
        let counts = self.parts(&ProblemStatus::ALL.iter().copied().map(count).collect::<Vec<_>>());
        let rows = ProblemStatus::ALL.iter().copied().zip(counts);
        rows.map(|(status, count)| StatusCount { status, count, suppressed: count.is_none() }).collect()
    }

    fn by_party(&self, closed: &[Closed]) -> Vec<PartyCount> {
        let mut parties: BTreeMap<Option<Uuid>, (Option<String>, Option<PartyKind>, i64)> = BTreeMap::new();
        for row in solved(closed) {
            let party = parties.entry(row.party).or_insert_with(|| (row.name.clone(), row.kind, 0));
            party.2 += row.problems;
        }
        let counts = self.parts(&parties.values().map(|party| party.2).collect::<Vec<_>>());
        let rows = parties.into_iter().zip(counts);
        rows.map(|((party, (name, kind, _)), solved)| PartyCount {
            party: party.map(Id::new),
            name,
            kind,
            solved,
            suppressed: solved.is_none(),
        })
        .collect()
    }

    fn by_month(&self, scope: &Scope<'_>, reported: &[Reported], closed: &[Closed]) -> Vec<MonthCount> {
        let months = scope.span.months();
        let places = || (0..).take(months.len());
        let came = |place: i32| reported.iter().filter(|row| row.bucket == place).map(|row| row.problems).sum();
        let went = |place: i32| solved(closed).filter(|row| row.bucket == place).map(|row| row.problems).sum();
        let came = self.parts(&places().map(came).collect::<Vec<_>>());
        let went = self.parts(&places().map(went).collect::<Vec<_>>());
        let rows = months.iter().zip(came.into_iter().zip(went));
        rows.map(|((month, _), (reported, solved))| MonthCount {
            month: month.clone(),
            reported,
            solved,
            suppressed: reported.is_none() || solved.is_none(),
        })
        .collect()
    }
}

fn solved(closed: &[Closed]) -> impl Iterator<Item = &Closed> {
    closed.iter().filter(|row| row.outcome == ClosureOutcome::Solved)
}
