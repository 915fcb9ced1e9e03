//! Working time (工作时间): opening hours by weekday, holidays and make-up workdays (调休) by day; pure reckoning over them.
//!
//! Everything is at the offset of [`super::OFFSET`]. All walks go day by day and end: each week has a working day (that is
//! what [`WorkTime::new`] asks for), and what departs from the week is a finite list.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::OFFSET;

#[cfg(test)]
mod tests;

/// The minutes of a day.
const MIDNIGHT: u16 = 24 * 60;

/// The opening hours of one day: spans that end before the next begins. None of them: the day is off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours(Vec<(u16, u16)>);

/// Working time at some place: what its weekdays are, and which days depart from that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTime {
    week: [Hours; 7],
    days: BTreeMap<NaiveDate, Hours>,
}

/// Where each community's working time is found.
pub trait WorkTimes: Sync {
    /// That of a community, by its code.
    fn of(&self, community: i64) -> Arc<WorkTime>;
}

impl Hours {
    /// A day off.
    pub const OFF: Self = Self(vec![]);

    /// Reads spans as people write them: `09:00-12:00, 13:30-17:30`; an empty text is a day off.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut spans: Vec<(u16, u16)> = vec![];
        for span in text.split(',').map(str::trim).filter(|span| !span.is_empty()) {
            let ends = span.split_once(['-', '–']).map(|(from, to)| (minute(from.trim()), minute(to.trim())));
            let Some((Some(from), Some(to))) = ends else {
                return Err(format!("`{span}` is no span such as 09:00-12:00"));
            };
            if from >= to {
                return Err(format!("`{span}` ends before it begins; what passes midnight is two days' hours"));
            }
            if spans.last().is_some_and(|(_, before)| from < *before) {
                return Err(format!("`{span}` begins before the one in front of it ends"));
            }
            spans.push((from, to));
        }
        Ok(Self(spans))
    }

    /// Whether the day is off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.0.is_empty()
    }

    /// The spans as `09:00` and `12:00`.
    pub fn spans(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|(from, to)| (clock(*from), clock(*to)))
    }

    fn opens(&self) -> Option<NaiveTime> {
        let (from, _) = self.0.first()?;
        NaiveTime::from_num_seconds_from_midnight_opt(u32::from(*from) * 60, 0)
    }
}

/// A time of day in minutes: `09:00`, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let plain =
        |part: &str| (part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_digit())).then(|| part.parse());
    let (hour, minute): (u16, u16) = (plain(hour)?.ok()?, plain(minute)?.ok()?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= MIDNIGHT).then_some(all)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spans: Vec<_> = self.spans().map(|(from, to)| format!("{from}-{to}")).collect();
        f.write_str(&spans.join(", "))
    }
}

/// Monday to Friday, 9 to 17: what counts where nobody said otherwise (judgement).
impl Default for WorkTime {
    fn default() -> Self {
        let ordinary = Hours(vec![(9 * 60, 17 * 60)]);
        let day = |place: usize| if place < 5 { ordinary.clone() } else { Hours::OFF };
        Self { week: std::array::from_fn(day), days: BTreeMap::new() }
    }
}

impl WorkTime {
    /// That of a week (Monday first) and of the days that depart from it; `None` where no weekday is a working day.
    #[must_use]
    pub fn new(week: [Hours; 7], days: BTreeMap<NaiveDate, Hours>) -> Option<Self> {
        week.iter().any(|hours| !hours.is_off()).then_some(Self { week, days })
    }

    /// The opening hours of a day.
    #[must_use]
    pub fn hours(&self, day: NaiveDate) -> &Hours {
        self.days.get(&day).unwrap_or(&self.week[day.weekday().num_days_from_monday() as usize])
    }

    /// Whether a day is a working day.
    #[must_use]
    pub fn works(&self, day: NaiveDate) -> bool {
        !self.hours(day).is_off()
    }

    /// The earliest moment by which `span` of working time has passed since `from`; `from` itself for nothing. What falls
    /// outside the hours does not count, so that a span which is used up at closing time ends then, and not the morning
    /// after.
    #[must_use]
    pub fn after(&self, from: DateTime<Utc>, span: TimeDelta) -> DateTime<Utc> {
        if span <= TimeDelta::zero() {
            return from;
        }
        let from = local(from);
        let (mut day, mut left) = (from.date(), span);
        loop {
            for (opens, closes) in self.spans(day) {
                let opens = opens.max(from);
                if closes <= opens {
                    continue;
                }
                if left <= closes - opens {
                    return at_places(opens + left);
                }
                left -= closes - opens;
            }
            day = next(day);
        }
    }

    /// The working time from `from` to `to`; less than nothing where `to` comes first.
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        if to < from {
            return -self.between(to, from);
        }
        let (from, to) = (local(from), local(to));
        let (mut day, mut all) = (from.date(), TimeDelta::zero());
        while day <= to.date() {
            for (opens, closes) in self.spans(day) {
                let (opens, closes) = (opens.max(from), closes.min(to));
                if opens < closes {
                    all += closes - opens;
                }
            }
            day = next(day);
        }
        all
    }

    /// The same time of day `days` working days later. What begins before a working day's opening begins at its opening,
    /// what begins on a day off at the opening of the next working day; after closing it keeps its time of day. So a later
    /// beginning never ends sooner.
    #[must_use]
    pub fn working_days(&self, from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        let from = local(from);
        let (first, time) = match self.hours(from.date()).opens() {
            Some(opens) => (from.date(), from.time().max(opens)),
            None => {
                let first = self.next_working(from.date());
                (first, self.hours(first).opens().unwrap_or_default())
            }
        };
        let last = (0..days).fold(first, |day, _| self.next_working(day));
        at_places(last.and_time(time))
    }

    fn next_working(&self, day: NaiveDate) -> NaiveDate {
        let mut day = next(day);
        while !self.works(day) {
            day = next(day);
        }
        day
    }

    fn spans(&self, day: NaiveDate) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
        let start = day.and_time(NaiveTime::MIN);
        let at = move |minute: &u16| start + TimeDelta::minutes(i64::from(*minute));
        self.hours(day).0.iter().map(move |(from, to)| (at(from), at(to)))
    }
}

/// A span in whole minutes, cut downwards: what is left of half a minute is none, what is over by half a minute one.
#[must_use]
pub fn minutes(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(i64::MAX).div_euclid(60_000_000)
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn local(time: DateTime<Utc>) -> NaiveDateTime {
    time.with_timezone(&OFFSET).naive_local()
}

fn at_places(local: NaiveDateTime) -> DateTime<Utc> {
    (local - TimeDelta::seconds(OFFSET.local_minus_utc().into())).and_utc()
}
