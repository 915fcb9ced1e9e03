//! Problems that may be the same as another: near it, reported about when it was, in similar words.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::problem::{self, Column as C};
use entity::word::{ProblemStatus, Word};
use sea_orm::sea_query::{ExprTrait, Order, SelectStatement};
use sea_orm::{ColumnTrait, Condition, FromQueryResult, IdenStatic};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::act::Caller;
use crate::answer;
use crate::error::{Code, Error, Result};
use crate::event::text::TOMBSTONE;
use crate::id::{self, prefix};
use crate::policy::Viewer;
use crate::policy::rows::search as rows;
use crate::policy::rule::of;
use crate::read::load::{self, RowRule};
use crate::read::run::invalid_id;
use crate::read::shape::{Id, member};
use crate::text::word;

answer! {
    /// A problem that may be the same as another.
    pub struct SimilarProblem {
        /// Its id: `problem(id:)` answers the rest.
        pub problem: Id<problem::Entity>,
        /// Its number for people.
        pub number: String,
        /// Where it stands.
        pub status: ProblemStatus,
        /// When it was reported.
        pub reported_at: DateTime<Utc>,
        /// What is wrong, in one line: its title, before acceptance the first line of its report; null for those who ask before they report.
        pub title: Option<String>,
        /// What everyone is told; null where it is not public.
        pub public_summary: Option<String>,
        /// How alike the texts are, 20 to 100.
        pub likeness: i64,
        /// Whether it is of the same building; null where that is not known, and for those who ask before they report.
        pub same_building: Option<bool>,
    }
}

/// So many are told at most.
const MOST_TOLD: usize = 10;
/// So many are looked at, the newest.
const MOST_LOOKED_AT: u64 = 200;
/// What is less alike is not told.
const LEAST_LIKENESS: i64 = 20;
/// The fewest pairs of letters that a text is taken to have: two short texts are alike by more than one word.
const FEWEST_PAIRS: usize = 4;
/// The longest text that can be asked about: that of a report.
const LONGEST: usize = 5000;

/// What is compared.
#[derive(FromQueryResult)]
struct Near {
    id: Uuid,
    community_code: i64,
    grid_id: Option<Uuid>,
    building_id: Option<Uuid>,
    number: String,
    status: ProblemStatus,
    reported_at: DateTime<Utc>,
    title: Option<String>,
    summary: Option<String>,
    public_summary: Option<String>,
    report: String,
}

/// Where and when the problems are looked for.
struct Around {
    community_code: i64,
    grid: Option<Uuid>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

/// The pairs of neighbouring letters in a text: Chinese words are mostly of two.
type Pairs = BTreeSet<(char, char)>;

/// Problems like one that the caller decides on.
///
/// # Errors
/// `INVALID_ID`; a fault of the database.
pub async fn to(caller: Caller<'_>, given: &Map<String, Value>) -> Result<Vec<SimilarProblem>> {
    let viewer = caller.viewer.ok_or_else(|| Error::fault("problems for nobody"))?;
    let id =
        member(given, "problem").as_str().and_then(|text| id::parse(text, prefix::PROBLEM)).ok_or_else(invalid_id)?;
    let now = caller.app.clock.now();
    let found = load::scoped::<problem::Entity>(viewer, now, rows::alike).with_id(id);
    let Some(one) = found.ask::<Near, _>(&caller.app.db, columns).await?.into_iter().next() else { return Ok(vec![]) };
    let span = TimeDelta::days(caller.app.config.similar_days.into());
    let around = Around {
        community_code: one.community_code,
        grid: one.grid_id,
        from: one.reported_at - span,
        to: one.reported_at + span,
    };
    let mut near = near(&caller, viewer, rows::alike, &around).await?;
    near.retain(|other| other.id != one.id);
    let texts = all(&one);
    let told = near.into_iter().filter_map(|other| {
        let likeness = likeness(&texts, &all(&other))?;
        let title = other.title.clone().or_else(|| other.report.lines().next().map(str::to_owned));
        let same_building = one.building_id.zip(other.building_id).map(|(one, other)| one == other);
        Some(similar(other, title, likeness, same_building))
    });
    Ok(ranked(told.collect()))
}

/// Public problems like one that the caller is about to report.
///
/// # Errors
/// `INVALID_ID`, `TEXT_SIZE`; a fault of the database.
pub async fn to_report(caller: Caller<'_>, given: &Map<String, Value>) -> Result<Vec<SimilarProblem>> {
    let viewer = caller.viewer.ok_or_else(|| Error::fault("problems for nobody"))?;
    let text = member(given, "text").as_str().unwrap_or_default();
    if text.chars().count() > LONGEST || !text.chars().any(word::is_letter) {
        return Err(Error::request(Code::TextSize, vec![1.into(), LONGEST.into()]));
    }
    let asked = Some(member(given, "grid")).filter(|grid| !grid.is_null());
    let read = |grid: &Value| grid.as_str().and_then(|text| id::parse(text, prefix::GRID)).ok_or_else(invalid_id);
    let grid = asked.map(read).transpose()?;
    let code = member(given, "communityCode").as_str().and_then(|code| code.parse::<i64>().ok());
    let Some(community_code) = code.filter(|code| viewer.covers(*code)) else { return Ok(vec![]) };
    let now = caller.app.clock.now();
    let around =
        Around { community_code, grid, from: now - TimeDelta::days(caller.app.config.similar_days.into()), to: now };
    let near = near(&caller, viewer, rows::alike_public, &around).await?;
    let texts = [pairs(text)];
    let told = near.into_iter().filter_map(|other| {
        let likeness = likeness(&texts, &[pairs(other.public_summary.as_deref()?)])?;
        Some(similar(other, None, likeness, None))
    });
    Ok(ranked(told.collect()))
}

fn columns(select: &mut SelectStatement) {
    select.clear_selects();
    for column in [
        C::Id,
        C::CommunityCode,
        C::GridId,
        C::BuildingId,
        C::Number,
        C::Status,
        C::ReportedAt,
        C::Title,
        C::Summary,
        C::PublicSummary,
        C::Report,
    ] {
        select.expr_as(of(column), sea_orm::sea_query::Alias::new(IdenStatic::as_str(&column)));
    }
}

/// The problems there: an index bounds them by grid or community, and time.
async fn near(caller: &Caller<'_>, viewer: &Viewer, rule: RowRule, around: &Around) -> Result<Vec<Near>> {
    let gone = [ProblemStatus::Merged, ProblemStatus::Withdrawn, ProblemStatus::Voided].map(Word::value);
    let mut there = Condition::all()
        .add(C::CommunityCode.eq(around.community_code))
        .add(C::ReportedAt.between(around.from, around.to))
        .add(of(C::Status).is_not_in(gone));
    if let Some(grid) = around.grid {
        there = there.add(C::GridId.eq(grid));
    }
    let found = load::scoped::<problem::Entity>(viewer, caller.app.clock.now(), rule).filter(there);
    found
        .ask::<Near, _>(&caller.app.db, |select| {
            columns(select);
            select.order_by_expr(of(C::ReportedAt), Order::Desc).order_by_expr(of(C::Id), Order::Desc);
            select.limit(MOST_LOOKED_AT);
        })
        .await
}

/// Everything that the office reads of a problem.
fn all(near: &Near) -> [Pairs; 3] {
    let shared: Vec<&str> = [&near.title, &near.summary].into_iter().flatten().map(String::as_str).collect();
    [pairs(&near.report), pairs(&shared.join("\n")), pairs(near.public_summary.as_deref().unwrap_or_default())]
}

fn pairs(text: &str) -> Pairs {
    // What was taken back is like nothing.
    let letters = word::letters(&text.replace(TOMBSTONE, "\n"));
    letters.windows(2).map(|pair| (pair[0].0, pair[1].0)).collect()
}

/// How alike two problems are by those of their texts that are most so; `None` where that is too little.
fn likeness(one: &[Pairs], other: &[Pairs]) -> Option<i64> {
    let each = one.iter().flat_map(|one| other.iter().map(move |other| of_two(one, other)));
    each.max().filter(|likeness| *likeness >= LEAST_LIKENESS)
}

/// How much of the shorter text is in the other, of a hundred.
fn of_two(one: &Pairs, other: &Pairs) -> i64 {
    let common = one.intersection(other).count();
    let shorter = one.len().min(other.len()).max(FEWEST_PAIRS);
    i64::try_from(common * 100 / shorter).unwrap_or_default()
}

fn similar(near: Near, title: Option<String>, likeness: i64, same_building: Option<bool>) -> SimilarProblem {
    SimilarProblem {
        problem: Id::new(near.id),
        number: near.number,
        status: near.status,
        reported_at: near.reported_at,
        title,
        public_summary: near.public_summary,
        likeness,
        same_building,
    }
}

/// The most alike, those of the same building before others, the newest before older ones.
fn ranked(mut told: Vec<SimilarProblem>) -> Vec<SimilarProblem> {
    told.sort_by_key(|one| Reverse((one.likeness, one.same_building == Some(true), one.reported_at, one.problem.0)));
    told.truncate(MOST_TOLD);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> Option<i64> {
        likeness(&[pairs(one)], &[pairs(other)])
    }

    #[test]
    fn texts_are_alike_by_their_pairs_of_letters() {
        assert_eq!(alike("三号楼的路灯坏了", "三号楼的路灯坏了"), Some(100));
        assert_eq!(
            alike("路灯坏了，晚上看不见路", "小区北门路灯坏了三天"),
            alike("小区北门路灯坏了三天", "路灯坏了，晚上看不见路")
        );
        assert!(alike("小区北门路灯坏了三天", "北门的路灯坏了").is_some());
        assert_eq!(alike("电梯停了", "楼道堆物"), None);
        assert_eq!(alike("灯", "灯"), None, "a letter alone is no likeness");
    }
}
