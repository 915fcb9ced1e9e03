//! How long data is kept (保存期限), set by region.

use entity::retention;
use entity::word::RetentionClass;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, UserError};
use crate::event::{Event, Kind};
use crate::privacy::command::SetRetentionInput;
use crate::privacy::read::{Retention, of};
use crate::privacy::retention::MOST_DAYS;
use crate::read::revision;
use crate::region::service::own_region;

/// Sets how long a class is kept in a region, or changes it.
///
/// # Errors
/// `NOT_FOUND` for a region that is not the caller's; `OUT_OF_RANGE`, `REVISION_CONFLICT`, `DUPLICATE` where another set
/// it at the same moment.
pub async fn set(call: Call<'_>, input: SetRetentionInput) -> Result<Retention> {
    let mut act = call.begin().await?;
    let region = own_region(&act, &input.region_code, "regionCode").await?;
    if input.days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        return Err(Error::refused(Code::OutOfRange, "days", vec![1.into(), MOST_DAYS.into()]));
    }
    let found = system_found(&act, region.code, input.class).await?;
    let vault = &act.app.vault;
    let known = found.as_ref().map(|found| (found.id, found.revision));
    revision::check_found(vault, known, input.expected_revision.as_deref())?;
    let row = retention::Model {
        id: found.as_ref().map_or_else(|| act.new_id(), |found| found.id),
        region_code: region.code,
        class: input.class,
        days: input.days,
        revision: found.as_ref().map_or(1, |found| found.revision + 1),
    };
    if found.is_some() {
        let (days, revision) = (Set(row.days), Set(row.revision));
        let change = retention::ActiveModel { id: Unchanged(row.id), days, revision, ..Default::default() };
        retention::Entity::update(change).exec(&act.tx).await?;
    } else {
        let written = retention::Entity::insert(retention::ActiveModel::from(row.clone()));
        let written = written.exec_without_returning(&act.tx).await;
        written.map_err(|error| {
            Error::unless_unique(error, UserError::new(Code::Duplicate, "class", vec![region.code.into()]))
        })?;
    }
    let event = Event::new(Kind::RetentionSet, region.code, region.id);
    act.emit(event.with("class", &row.class).with("days", &row.days));
    let answer = of(&row, vault);
    act.commit().await?;
    Ok(answer)
}

async fn system_found(act: &Act<'_>, region: i64, class: RetentionClass) -> Result<Option<retention::Model>> {
    let select = retention::Entity::find()
        .filter(retention::Column::RegionCode.eq(region))
        .filter(retention::Column::Class.eq(class));
    Ok(select.one(&act.tx).await?)
}

/// All that regions have set: few rows.
///
/// # Errors
/// A fault of the database.
pub async fn system_set<C: ConnectionTrait>(db: &C) -> Result<Vec<retention::Model>> {
    Ok(retention::Entity::find().all(db).await?)
}
