//! The query `workingCalendar`.

use chrono::{NaiveDate, TimeDelta};
use entity::region;
use entity::word::DayKind;
use sea_orm::ColumnTrait;
use serde_json::{Map, Value};

use super::Calendar;
use crate::act::Caller;
use crate::answer;
use crate::clock::work_time::Hours;
use crate::error::{Code, Error, Result};
use crate::policy::Capability;
use crate::policy::rows::place;
use crate::read::load;
use crate::read::model::Query;
use crate::read::shape::{Member, Scalar, Shape, member};

/// The longest span that can be asked for, in days.
const MOST_DAYS: i64 = 400;

answer! {
    /// A day of the working calendar (工作日历).
    pub struct CalendarDay {
        /// The day.
        pub day: NaiveDate,
        /// What it is: an ordinary working day or day of rest, a holiday, a make-up workday (调休).
        pub kind: DayKind,
        /// The name of a holiday or make-up workday, as in `春节`; null for other days.
        pub name: Option<String>,
        /// When it is worked, in order; empty for a day off.
        pub hours: Vec<OpeningHours>,
    }
}

answer! {
    /// A span of working time in a day.
    pub struct OpeningHours {
        /// When it begins, as in `09:00`.
        pub from: String,
        /// When it ends, as in `12:00`; `24:00` is midnight.
        pub to: String,
    }
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    let argument = |name: &str, about: &str, scalar| Member {
        name: name.into(),
        about: about.into(),
        shape: Shape::scalar(scalar),
    };
    let arguments = vec![
        argument("region", "The 12-digit code of a region in sight.", Scalar::Text),
        argument("from", "The first day.", Scalar::Day),
        argument("to", "The day after the last; at most 400 days after `from`.", Scalar::Day),
    ];
    vec![Query::value::<Option<Vec<CalendarDay>>, _>(
        "workingCalendar",
        Capability::ReadGroups,
        arguments,
        |caller, arguments| Box::pin(async move { days(caller, &arguments).await }),
        "The working calendar (工作日历) of a region, day by day: which days are worked, and when. Limits in working time are reckoned by it. Null where there is no such region in sight.",
    )
    .takes(2)]
}

async fn days(caller: Caller<'_>, arguments: &Map<String, Value>) -> Result<Option<Vec<CalendarDay>>> {
    let viewer = caller.viewer.ok_or_else(|| Error::fault("a calendar for nobody"))?;
    let day = |name| member(arguments, name).as_str().and_then(|text| text.parse::<NaiveDate>().ok());
    let (Some(from), Some(to)) = (day("from"), day("to")) else { return Err(Error::fault("a day that is none")) };
    let latest = from.checked_add_signed(TimeDelta::days(MOST_DAYS)).unwrap_or(NaiveDate::MAX);
    if to < from || to > latest {
        return Err(Error::refused(Code::OutOfRange, "to", vec![from.to_string().into(), latest.to_string().into()]));
    }
    let Some(code) = member(arguments, "region").as_str().and_then(|code| code.parse::<i64>().ok()) else {
        return Ok(None);
    };
    let regions = load::scoped::<region::Entity>(viewer, caller.app.clock.now(), place::regions);
    if !regions.filter(region::Column::Code.eq(code)).any(&caller.app.db).await? {
        return Ok(None);
    }
    let known = caller.app.calendars.now(&caller.app.db).await?;
    let days = from.iter_days().take_while(|day| *day < to);
    Ok(Some(days.map(|day| told(known.calendar(), code, day)).collect()))
}

/// What a region's calendar says of a day.
#[must_use]
pub fn told(calendar: &Calendar, region: i64, day: NaiveDate) -> CalendarDay {
    let week = calendar.week(region);
    if let Some((_, said)) = calendar.day(region, day) {
        return CalendarDay { day, kind: said.kind, name: Some(said.name.clone()), hours: spans(said.hours(&week)) };
    }
    let hours = week.hours(day);
    let kind = if hours.is_off() { DayKind::RestDay } else { DayKind::Workday };
    CalendarDay { day, kind, name: None, hours: spans(hours) }
}

fn spans(hours: &Hours) -> Vec<OpeningHours> {
    hours.spans().map(|(from, to)| OpeningHours { from, to }).collect()
}
