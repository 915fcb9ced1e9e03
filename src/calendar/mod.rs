//! The working calendar (工作日历): holidays, make-up workdays (调休) and opening hours, for the installation and for
//! regions, each of which goes by the nearest above it that says something.
//!
//! [`mod@file`] is the format that it is loaded from, [`service`] loads it, [`kept`] keeps what was loaded at hand. The
//! reckoning itself is [`crate::clock::work_time`].

pub mod file;
pub mod kept;
pub mod read;
pub mod service;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use entity::word::{DayKind, RegionLevel};

use crate::clock::work_time::{Hours, WorkTime};
use crate::policy::rule::divisor;
use crate::read::model::Domain;

/// The code that stands for the whole installation.
pub const INSTALLATION: i64 = 0;

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain { queries: read::queries(), ..Domain::default() }
}

/// A day that departs from the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// A holiday or a make-up workday.
    pub kind: DayKind,
    /// Its name: 春节.
    pub name: String,
    /// A make-up workday's own hours; `None`: the ordinary ones.
    pub hours: Option<Hours>,
}

/// The opening hours of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// Those of a make-up workday.
    pub ordinary: Hours,
    /// Monday to Sunday.
    pub days: [Hours; 7],
}

/// What one region says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The years it was loaded for, and from where.
    pub years: BTreeMap<i64, String>,
    /// Days that depart from the week.
    pub days: BTreeMap<NaiveDate, Day>,
    /// Its opening hours; `None`: those of the region above.
    pub week: Option<Week>,
}

/// What all regions say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    said: BTreeMap<i64, Said>,
}

impl Default for Week {
    fn default() -> Self {
        let usual = WorkTime::default();
        // A whole week, whichever: it has no days of its own.
        let monday = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default();
        let mut days = monday.iter_days();
        let days = std::array::from_fn(|_| days.next().map(|day| usual.hours(day).clone()).unwrap_or_default());
        Self { ordinary: usual.hours(monday).clone(), days }
    }
}

impl Week {
    /// The opening hours of a day like any other of its weekday.
    #[must_use]
    pub fn hours(&self, day: NaiveDate) -> &Hours {
        &self.days[day.weekday().num_days_from_monday() as usize]
    }
}

impl Calendar {
    /// What regions say, and what comes with the program for the years that nobody loaded for the installation.
    #[must_use]
    pub fn new(mut said: BTreeMap<i64, Said>) -> Self {
        let everywhere = said.entry(INSTALLATION).or_default();
        let known = file::built_in();
        let lacking = known.years.iter().copied().filter(|year| !everywhere.years.contains_key(year));
        for year in lacking.collect::<Vec<_>>() {
            everywhere.years.insert(year, known.source.clone());
            let days = known.days.iter().filter(|(day, _)| i64::from(day.year()) == year);
            everywhere.days.extend(days.map(|(day, what)| (*day, what.clone())));
        }
        Self { said }
    }

    /// The same after a file was loaded for a region.
    #[must_use]
    pub fn with(mut self, region: i64, file: &file::File) -> Self {
        let said = self.said.entry(region).or_default();
        said.days.retain(|day, _| !file.years.contains(&i64::from(day.year())));
        said.days.extend(file.days.iter().map(|(day, what)| (*day, what.clone())));
        said.years.extend(file.years.iter().map(|year| (*year, file.source.clone())));
        if let Some(week) = &file.week {
            said.week = Some(week.clone());
        }
        self
    }

    /// The regions that say something and that `code` lies in, the nearest first; the installation last.
    pub fn chain(&self, code: i64) -> impl Iterator<Item = (i64, &Said)> {
        above(code).into_iter().filter_map(|code| self.said.get(&code).map(|said| (code, said)))
    }

    /// The opening hours that a region goes by.
    #[must_use]
    pub fn week(&self, code: i64) -> Week {
        self.chain(code).find_map(|(_, said)| said.week.clone()).unwrap_or_default()
    }

    /// What is said of a day where `code` lies, and by which region.
    #[must_use]
    pub fn day(&self, code: i64, day: NaiveDate) -> Option<(i64, &Day)> {
        self.chain(code).find_map(|(region, said)| said.days.get(&day).map(|day| (region, day)))
    }

    /// The working time of a region.
    #[must_use]
    pub fn work_time(&self, code: i64) -> WorkTime {
        let week = self.week(code);
        let chain: Vec<_> = self.chain(code).collect();
        let mut days = BTreeMap::new();
        for (day, what) in chain.iter().rev().flat_map(|(_, said)| &said.days) {
            days.insert(*day, what.hours(&week).clone());
        }
        // No file without a working day is loaded; a table that somebody emptied by hand is no reason to stand still.
        WorkTime::new(week.days, days).unwrap_or_default()
    }
}

impl Day {
    /// Its opening hours in a week.
    #[must_use]
    pub fn hours<'a>(&'a self, week: &'a Week) -> &'a Hours {
        static OFF: Hours = Hours::OFF;
        match self.kind {
            DayKind::Holiday | DayKind::RestDay => &OFF,
            DayKind::Workday | DayKind::MakeUpWorkday => self.hours.as_ref().unwrap_or(&week.ordinary),
        }
    }
}

/// A region's code and those above it, the nearest first; the installation last.
#[must_use]
pub fn above(code: i64) -> Vec<i64> {
    let levels = [RegionLevel::Community, RegionLevel::Street, RegionLevel::County, RegionLevel::City];
    let mut codes: Vec<i64> = levels.into_iter().map(divisor).map(|divisor| code / divisor * divisor).collect();
    codes.push(INSTALLATION);
    codes.dedup();
    codes
}
