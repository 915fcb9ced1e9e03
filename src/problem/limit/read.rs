//! The query `timeLimits`.

use chrono::TimeDelta;
use entity::word::{LimitStep, LimitUnit, ProblemComplexity, ProblemDomain, ProblemNature};
use entity::{region, time_limit};
use sea_orm::ColumnTrait;
use serde_json::{Map, Value};

use super::{Limit, Span};
use crate::act::Caller;
use crate::answer;
use crate::error::{Error, Result};
use crate::policy::Capability;
use crate::policy::rows::place;
use crate::read::model::Query;
use crate::read::shape::{Member, Scalar, Shape, member};
use crate::read::{load, revision};
use crate::vault::Vault;

answer! {
    /// A time limit (时限): how long a step may take, for which problems, and who set it.
    pub struct TimeLimit {
        /// The 12-digit code of the region that set it; null for what holds where nobody set another.
        pub region_code: Option<String>,
        /// The step that it limits.
        pub step: LimitStep,
        /// Whether it is for urgent problems, or for those that are not.
        pub urgent: bool,
        /// The domain it is for; null: any.
        pub domain: Option<ProblemDomain>,
        /// The nature it is for; null: either.
        pub nature: Option<ProblemNature>,
        /// The complexity it is for; null: any.
        pub complexity: Option<ProblemComplexity>,
        /// How many.
        pub amount: i64,
        /// Of what.
        pub unit: LimitUnit,
        /// What a change has to quote as `expectedRevision`; null for what nobody set.
        pub revision: Option<String>,
    }
}

/// What holds where nobody set another: whether urgent, the domain, the complexity, the limit.
const DEFAULTS: [(bool, Option<ProblemDomain>, Option<ProblemComplexity>, Limit); 11] = [
    (false, None, None, Limit::Triage),
    (true, None, None, Limit::TriageUrgent),
    (false, None, None, Limit::Acknowledge),
    (true, None, None, Limit::Acknowledge),
    (false, Some(ProblemDomain::ResidentDispute), Some(ProblemComplexity::Simple), Limit::DisputeSimple),
    (false, Some(ProblemDomain::ResidentDispute), Some(ProblemComplexity::Complex), Limit::DisputeComplex),
    (false, Some(ProblemDomain::ResidentDispute), None, Limit::DisputeOrdinary),
    (false, None, None, Limit::Handle),
    (true, None, None, Limit::HandleUrgent),
    (false, None, None, Limit::Verify),
    (true, None, None, Limit::Verify),
];

/// The root query.
#[must_use]
pub fn query() -> Query {
    let arguments = vec![Member {
        name: "region".into(),
        about: "The 12-digit code of a region in sight.".into(),
        shape: Shape::scalar(Scalar::Text),
    }];
    Query::value::<Option<Vec<TimeLimit>>, _>(
        "timeLimits",
        Capability::ReadGroups,
        arguments,
        |caller, arguments| Box::pin(async move { limits(caller, &arguments).await }),
        "The time limits (时限) that hold in a region, each with the region that set it: by step, and of each step in the order in which they are asked, so that the first that fits a problem is the one that holds. Null where there is no such region in sight.",
    )
    .takes(2)
}

async fn limits(caller: Caller<'_>, arguments: &Map<String, Value>) -> Result<Option<Vec<TimeLimit>>> {
    let viewer = caller.viewer.ok_or_else(|| Error::fault("limits for nobody"))?;
    let Some(code) = member(arguments, "region").as_str().and_then(|code| code.parse::<i64>().ok()) else {
        return Ok(None);
    };
    let regions = load::scoped::<region::Entity>(viewer, caller.app.clock.now(), place::regions);
    if !regions.filter(region::Column::Code.eq(code)).any(&caller.app.db).await? {
        return Ok(None);
    }
    let set = super::system_set(&caller.app.db, code).await?;
    Ok(Some(effective(&set, &caller.app.vault)))
}

/// Those that hold: what a nearer region set for all that one is for hides it.
fn effective(set: &[time_limit::Model], vault: &Vault) -> Vec<TimeLimit> {
    let mut shown: Vec<TimeLimit> = vec![];
    let defaults = DEFAULTS.iter().filter_map(|(urgent, domain, complexity, limit)| {
        let (amount, unit) = counted(limit.span())?;
        Some(TimeLimit {
            region_code: None,
            step: limit.step()?,
            urgent: *urgent,
            domain: *domain,
            nature: None,
            complexity: *complexity,
            amount,
            unit,
            revision: None,
        })
    });
    for limit in set.iter().map(|row| of(row, vault)).chain(defaults) {
        let hidden = shown.iter().any(|nearer| nearer.region_code != limit.region_code && covers(nearer, &limit));
        if !hidden {
            shown.push(limit);
        }
    }
    let step = |limit: &TimeLimit| <LimitStep as entity::word::Word>::ALL.iter().position(|step| *step == limit.step);
    shown.sort_by_key(|limit| (step(limit), limit.urgent));
    shown
}

/// Whether one is for everything that another is for.
fn covers(one: &TimeLimit, other: &TimeLimit) -> bool {
    fn all<T: PartialEq + Copy>(one: Option<T>, other: Option<T>) -> bool {
        one.is_none() || one == other
    }
    one.step == other.step
        && one.urgent == other.urgent
        && all(one.domain, other.domain)
        && all(one.nature, other.nature)
        && all(one.complexity, other.complexity)
}

fn counted(span: Span) -> Option<(i64, LimitUnit)> {
    Some(match span {
        Span::WorkingMinutes(minutes) => (minutes, LimitUnit::WorkingMinutes),
        Span::WorkingDays(days) => (i64::from(days), LimitUnit::WorkingDays),
        Span::Clock(span) => (TimeDelta::num_minutes(&span), LimitUnit::ClockMinutes),
        Span::Chosen => return None,
    })
}

/// What a region set, as clients see it.
pub(super) fn of(row: &time_limit::Model, vault: &Vault) -> TimeLimit {
    TimeLimit {
        region_code: Some(row.region_code.to_string()),
        step: row.step,
        urgent: row.urgent,
        domain: row.domain,
        nature: row.nature,
        complexity: row.complexity,
        amount: row.amount,
        unit: row.unit,
        revision: Some(revision::show(vault, row.id, row.revision)),
    }
}
