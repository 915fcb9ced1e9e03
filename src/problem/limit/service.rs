//! Limits, set and removed; the deadlines that they concern are reckoned anew.

use entity::time_limit;
use entity::word::{LimitStep, LimitUnit, ProblemComplexity, ProblemDomain, ProblemNature};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::command::{RemoveTimeLimitInput, SetTimeLimitInput};
use super::read::{TimeLimit, of};
use crate::act::{Act, Call};
use crate::calendar::service::{changed, reckon_anew};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Kind};
use crate::problem::service::deadline;
use crate::read::revision;
use crate::region::service::{invalid, own_region};

/// How many batches of problems a command reckons anew itself; what is left waits.
const AT_ONCE: usize = 20;

/// What a limit is for: no two of a region are for the same.
struct Key {
    region: i64,
    step: LimitStep,
    urgent: bool,
    domain: Option<ProblemDomain>,
    nature: Option<ProblemNature>,
    complexity: Option<ProblemComplexity>,
}

/// Sets a limit, or changes it.
///
/// # Errors
/// `NOT_FOUND` for a region that is not the caller's; `OUT_OF_RANGE`, `INVALID_VALUE`, `REVISION_CONFLICT`.
pub async fn set(call: Call<'_>, input: SetTimeLimitInput) -> Result<TimeLimit> {
    let mut act = call.begin().await?;
    let region = own_region(&act, &input.region_code, "regionCode").await?;
    let key = Key {
        region: region.code,
        step: input.step,
        urgent: input.urgent.unwrap_or_default(),
        domain: input.domain,
        nature: input.nature,
        complexity: input.complexity,
    };
    known_then(&key)?;
    let most = match input.unit {
        LimitUnit::WorkingDays => 366,
        LimitUnit::WorkingMinutes => 100_000,
        LimitUnit::ClockMinutes => 366 * 24 * 60,
    };
    if !(1..=most).contains(&input.amount) {
        return Err(Error::refused(Code::OutOfRange, "amount", vec![1.into(), most.into()]));
    }
    // From here on nobody else changes a limit: what is looked for is found, or is not there.
    changed(&act.tx).await?;
    let found = system_limit(&act, &key).await?;
    let known = found.as_ref().map(|found| (found.id, found.revision));
    revision::check_found(&act.app.vault, known, input.expected_revision.as_deref())?;
    let row = time_limit::Model {
        id: found.as_ref().map_or_else(|| act.new_id(), |found| found.id),
        region_code: key.region,
        step: key.step,
        urgent: key.urgent,
        domain: key.domain,
        nature: key.nature,
        complexity: key.complexity,
        amount: input.amount,
        unit: input.unit,
        revision: found.as_ref().map_or(1, |found| found.revision + 1),
    };
    if found.is_some() {
        let change = time_limit::ActiveModel {
            id: Unchanged(row.id),
            amount: Set(row.amount),
            unit: Set(row.unit),
            revision: Set(row.revision),
            ..Default::default()
        };
        time_limit::Entity::update(change).exec(&act.tx).await?;
    } else {
        let made = time_limit::ActiveModel::from(row.clone());
        time_limit::Entity::insert(made).exec_without_returning(&act.tx).await?;
    }
    let event = told(Kind::TimeLimitSet, &row, region.id).with("amount", &row.amount).with("unit", &row.unit);
    act.emit(event);
    done(act, &row).await
}

/// Removes a limit.
///
/// # Errors
/// `NOT_FOUND` for a region that is not the caller's, or that set no such limit; `REVISION_CONFLICT`.
pub async fn remove(call: Call<'_>, input: RemoveTimeLimitInput) -> Result<TimeLimit> {
    let mut act = call.begin().await?;
    let region = own_region(&act, &input.region_code, "regionCode").await?;
    let key = Key {
        region: region.code,
        step: input.step,
        urgent: input.urgent.unwrap_or_default(),
        domain: input.domain,
        nature: input.nature,
        complexity: input.complexity,
    };
    changed(&act.tx).await?;
    let found = system_limit(&act, &key).await?.ok_or_else(|| Error::not_found("step"))?;
    revision::check(&act.app.vault, found.id, found.revision, &input.expected_revision)?;
    time_limit::Entity::delete_by_id(found.id).exec(&act.tx).await?;
    act.emit(told(Kind::TimeLimitRemoved, &found, region.id));
    done(act, &found).await
}

/// At triage nothing is known of a problem but whether it was called urgent.
fn known_then(key: &Key) -> Result<()> {
    let said =
        [("domain", key.domain.is_some()), ("nature", key.nature.is_some()), ("complexity", key.complexity.is_some())];
    match said.iter().find(|(_, said)| *said && key.step == LimitStep::Triage) {
        Some((path, _)) => Err(invalid(path, "受理前尚不知道", "it is not known before acceptance")),
        None => Ok(()),
    }
}

fn told(kind: Kind, row: &time_limit::Model, region: uuid::Uuid) -> Event {
    Event::new(kind, row.region_code, region)
        .with("step", &row.step)
        .with("urgent", &row.urgent)
        .with("domain", &row.domain)
        .with("nature", &row.nature)
        .with("complexity", &row.complexity)
}

/// Commits, and reckons anew what the limit is for.
async fn done(act: Act<'_>, row: &time_limit::Model) -> Result<TimeLimit> {
    let app = act.app;
    reckon_anew(&act.tx, row.region_code, act.now).await?;
    act.commit().await?;
    deadline::reckon_some(app, AT_ONCE).await;
    Ok(of(row, &app.vault))
}

fn is<T: Into<sea_orm::Value>>(column: time_limit::Column, value: Option<T>) -> Expr {
    value.map_or_else(|| column.is_null(), |value| column.eq(value.into()))
}

async fn system_limit(act: &Act<'_>, key: &Key) -> Result<Option<time_limit::Model>> {
    let select = time_limit::Entity::find()
        .filter(time_limit::Column::RegionCode.eq(key.region))
        .filter(time_limit::Column::Step.eq(key.step))
        .filter(time_limit::Column::Urgent.eq(key.urgent))
        .filter(is(time_limit::Column::Domain, key.domain))
        .filter(is(time_limit::Column::Nature, key.nature))
        .filter(is(time_limit::Column::Complexity, key.complexity));
    Ok(select.one(&act.tx).await?)
}
