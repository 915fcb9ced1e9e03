//! Periods: halves, quarters, months, years of the places served, or any span.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use crate::clock::{OFFSET, day};
use crate::error::{Code, Error, Result, Word};
use crate::input;

input! { one of
    /// A period: exactly one of these. Its boundaries are midnights at the places served: of Asia/Shanghai, unless the server is set otherwise.
    pub struct Period {
        /// A half-year: `2026-H1`.
        pub half: Option<String>,
        /// A quarter: `2026-Q1`.
        pub quarter: Option<String>,
        /// A month: `2026-03`.
        pub month: Option<String>,
        /// A year: `2026`.
        pub year: Option<i64>,
        /// Any span of at most five years.
        pub range: Option<PeriodRange>,
    }
}

input! {
    /// A span of time.
    pub struct PeriodRange {
        /// From when, inclusive.
        pub from: DateTime<Utc>,
        /// To when, exclusive.
        pub to: DateTime<Utc>,
    }
}

/// A period as it is counted over: from `from` (inclusive) to `to` (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when, inclusive.
    pub from: DateTime<Utc>,
    /// To when, exclusive.
    pub to: DateTime<Utc>,
}

const MOST_YEARS: i64 = 5;

impl Span {
    /// Reads a period.
    ///
    /// # Errors
    /// `BAD_PERIOD`.
    pub fn of(period: &Period) -> Result<Self> {
        let misfit = || bad("例如 2026-H1、2026-Q1、2026-03、2026", "for example 2026-H1, 2026-Q1, 2026-03, 2026");
        if let Some(range) = &period.range {
            let most = TimeDelta::days(MOST_YEARS * 366);
            if range.from >= range.to || range.to - range.from > most {
                return Err(bad("起点须早于终点，最长五年", "`from` comes before `to`, by five years at most"));
            }
            return Ok(Self { from: range.from, to: range.to });
        }
        let (year, month, months) = if let Some(half) = &period.half {
            let (year, part) = parted(half, "-H", 2).ok_or_else(misfit)?;
            (year, part * 6 - 5, 6)
        } else if let Some(quarter) = &period.quarter {
            let (year, part) = parted(quarter, "-Q", 4).ok_or_else(misfit)?;
            (year, part * 3 - 2, 3)
        } else if let Some(month) = &period.month {
            let (year, part) = parted(month, "-", 12).filter(|_| month.len() == 7).ok_or_else(misfit)?;
            (year, part, 1)
        } else {
            (period.year.and_then(|year| i32::try_from(year).ok()).ok_or_else(misfit)?, 1, 12)
        };
        let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| (1900..=9998).contains(&year));
        let first = first.ok_or_else(misfit)?;
        Ok(Self { from: midnight(first), to: midnight(first + Months::new(months)) })
    }

    /// Whether it is made of whole calendar months that are over at `now`.
    #[must_use]
    pub fn is_closed_months(self, now: DateTime<Utc>) -> bool {
        let aligned = |time: DateTime<Utc>| day(time).day() == 1 && midnight(day(time)) == time;
        aligned(self.from) && aligned(self.to) && self.to <= now
    }

    /// When what stands at the end of it stands: its end, or now.
    #[must_use]
    pub fn end(self, now: DateTime<Utc>) -> DateTime<Utc> {
        // What happened at this very moment has happened.
        self.to.min(now + TimeDelta::microseconds(1))
    }

    /// Its calendar months, whole or in part: the name, and where it ends.
    #[must_use]
    pub fn months(self) -> Vec<(String, DateTime<Utc>)> {
        let mut months = vec![];
        let first = day(self.from);
        let mut month = first.with_day(1).unwrap_or(first);
        while midnight(month) < self.to {
            let next = month + Months::new(1);
            months.push((month.format("%Y-%m").to_string(), midnight(next).min(self.to)));
            month = next;
        }
        months
    }
}

fn bad(zh: &str, en: &str) -> Error {
    Error::request(Code::BadPeriod, vec![Word::Both(zh.into(), en.into())])
}

/// The refusal of a period that is not over, or no whole months, for those whose counts may be no finer.
#[must_use]
pub fn too_fine() -> Error {
    bad("只提供已结束的整月及更长时段", "only closed calendar months and longer are told")
}

fn parted(text: &str, by: &str, most: u32) -> Option<(i32, u32)> {
    let (year, part) = text.split_once(by)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !digits(part) {
        return None;
    }
    let part = part.parse().ok().filter(|part| (1..=most).contains(part))?;
    Some((year.parse().ok()?, part))
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    (day.and_time(chrono::NaiveTime::MIN) - TimeDelta::seconds(OFFSET.local_minus_utc().into())).and_utc()
}
