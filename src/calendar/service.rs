//! Loading a calendar: one transaction, after which the deadlines that it concerns wait to be reckoned anew.

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::RegionLevel;
use entity::{calendar_day, calendar_hours, calendar_state, calendar_year, deadline_backlog, region};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::file::{Fault, File};
use super::{Calendar, INSTALLATION, Week};
use crate::act;
use crate::app::App;
use crate::error::{Error, Result};
use crate::event::{self, Actor, Event, Kind};
use crate::policy::rule::{divisor, level_of};

/// How many rows are written at once.
const ROWS: usize = 500;

/// What loading a file did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Whether anything is other than it was.
    pub changed: bool,
    /// How many communities' deadlines wait to be reckoned anew.
    pub communities: usize,
}

/// Loads a file for a region, or for the installation (0).
///
/// # Errors
/// `NOT_FOUND` for a region that is not there; a fault that names the file's line where it leaves a year without a
/// working day.
pub async fn load(app: &App, region: i64, file: &File) -> Result<Loaded> {
    let now = app.clock.now();
    let tx = act::begin(&app.db).await?;
    let subject = match region {
        INSTALLATION => Uuid::nil(),
        code => system_region(&tx, code).await?.ok_or_else(|| Error::not_found("region"))?.id,
    };
    changed(&tx).await?;
    let before = app.calendars.anew(&tx).await?;
    let after = before.clone().with(region, file);
    if let Some(fault) = idle_year(&after, region, file) {
        return Err(Error::fault(fault.to_string()));
    }
    if after == before {
        return Ok(Loaded { changed: false, communities: 0 });
    }
    write(&tx, region, file, now).await?;
    let communities = reckon_anew(&tx, region, now).await?;
    let event = Event::new(Kind::CalendarLoaded, region, subject).with("years", &file.years);
    event::write(&tx, &app.ids, Actor::system(), now, vec![event]).await?;
    tx.commit().await?;
    app.committed.notify_one();
    Ok(Loaded { changed: true, communities })
}

/// A year of the file in which the region would have no working day.
fn idle_year(calendar: &Calendar, region: i64, file: &File) -> Option<Fault> {
    let work = calendar.work_time(region);
    let idle = file.years.iter().find(|year| {
        let first = i32::try_from(**year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1));
        !first.is_some_and(|first| first.iter_days().take(365).any(|day| work.works(day)))
    })?;
    Some(Fault { line: file.years_line, what: format!("{idle} would have no working day") })
}

async fn write(tx: &DatabaseTransaction, region: i64, file: &File, now: DateTime<Utc>) -> Result<()> {
    for year in &file.years {
        let year_of = |month, day| i32::try_from(*year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
        let (Some(first), Some(last)) = (year_of(1, 1), year_of(12, 31)) else { continue };
        calendar_day::Entity::delete_many()
            .filter(calendar_day::Column::RegionCode.eq(region))
            .filter(calendar_day::Column::Day.between(first, last))
            .exec(tx)
            .await?;
        let row = calendar_year::ActiveModel {
            region_code: Set(region),
            year: Set(*year),
            source: Set(file.source.clone()),
            loaded_at: Set(now),
        };
        let again = OnConflict::columns([calendar_year::Column::RegionCode, calendar_year::Column::Year])
            .update_columns([calendar_year::Column::Source, calendar_year::Column::LoadedAt])
            .to_owned();
        calendar_year::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    }
    let days: Vec<_> = file.days.iter().collect();
    for days in days.chunks(ROWS) {
        let rows = days.iter().map(|(day, what)| calendar_day::ActiveModel {
            region_code: Set(region),
            day: Set(**day),
            kind: Set(what.kind),
            name: Set(what.name.clone()),
            hours: Set(what.hours.as_ref().map(ToString::to_string)),
        });
        calendar_day::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    match &file.week {
        Some(week) => write_week(tx, region, week).await,
        None => Ok(()),
    }
}

async fn write_week(tx: &DatabaseTransaction, region: i64, week: &Week) -> Result<()> {
    calendar_hours::Entity::delete_many().filter(calendar_hours::Column::RegionCode.eq(region)).exec(tx).await?;
    let rows = std::iter::once(&week.ordinary).chain(&week.days).zip(0..).map(|(hours, weekday)| {
        calendar_hours::ActiveModel { region_code: Set(region), weekday: Set(weekday), spans: Set(hours.to_string()) }
    });
    calendar_hours::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

async fn system_region(tx: &DatabaseTransaction, code: i64) -> Result<Option<region::Model>> {
    Ok(region::Entity::find_by_id(code).one(tx).await?)
}

/// Says that the calendar or a limit is another from here on; waits for those who reckon by what it was.
///
/// # Errors
/// A fault of the database.
pub async fn changed(tx: &DatabaseTransaction) -> Result<()> {
    calendar_state::Entity::update_many()
        .col_expr(calendar_state::Column::Revision, Expr::col(calendar_state::Column::Revision).add(1))
        .exec(tx)
        .await?;
    Ok(())
}

/// Asks for the deadlines of a region's communities to be reckoned anew, in the transaction that changed what they are
/// reckoned by: so none is forgotten, whatever happens after it. How many communities.
///
/// # Errors
/// A fault of the database.
pub async fn reckon_anew(tx: &DatabaseTransaction, region: i64, now: DateTime<Utc>) -> Result<usize> {
    let communities = system_communities(tx, region).await?;
    for codes in communities.chunks(ROWS) {
        let rows = codes.iter().map(|code| deadline_backlog::ActiveModel {
            community_code: Set(*code),
            after_id: Set(None),
            asked_at: Set(now),
        });
        // One that is half done begins anew.
        let again = OnConflict::column(deadline_backlog::Column::CommunityCode)
            .update_columns([deadline_backlog::Column::AfterId, deadline_backlog::Column::AskedAt])
            .to_owned();
        deadline_backlog::Entity::insert_many(rows).on_conflict(again).exec_without_returning(tx).await?;
    }
    Ok(communities.len())
}

async fn system_communities(tx: &DatabaseTransaction, region: i64) -> Result<Vec<i64>> {
    let mut select = region::Entity::find().filter(region::Column::Level.eq(RegionLevel::Community));
    if let Some(level) = level_of(region) {
        select = select.filter(region::Column::Code.between(region, region + divisor(level) - 1));
    }
    Ok(select.select_only().column(region::Column::Code).into_tuple().all(tx).await?)
}
