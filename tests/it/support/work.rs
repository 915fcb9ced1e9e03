//! Working time of 2026, written anew from the State Council's notice: 9 to 17 on working days.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

/// Days off, and Saturdays and Sundays that are worked: month, first and last day.
const OFF: [(u32, u32, u32); 7] = [(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)];
const WORKED: [(u32, u32); 6] = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

/// Whether a day is worked.
pub fn works(day: NaiveDate) -> bool {
    let of_2026 = day.year() == 2026;
    let off = OFF.iter().any(|(month, first, last)| day.month() == *month && (*first..=*last).contains(&day.day()));
    if of_2026 && off {
        return false;
    }
    let worked = of_2026 && WORKED.contains(&(day.month(), day.day()));
    worked || day.weekday().num_days_from_monday() < 5
}

fn passed(from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
    let ends = [from, to].map(|end| (end + TimeDelta::hours(8)).naive_utc());
    let days = ends[0].date().iter_days().take_while(|day| *day <= ends[1].date()).filter(|day| works(*day));
    days.map(|day| {
        let at = |hour| day.and_hms_opt(hour, 0, 0).unwrap();
        (ends[1].min(at(17)) - ends[0].max(at(9))).max(TimeDelta::zero())
    })
    .sum()
}

/// What `remaining` shows at a moment of something that is due at another.
pub fn remaining(now: DateTime<Utc>, due: DateTime<Utc>) -> Value {
    let work = if due < now { -passed(due, now) } else { passed(now, due) };
    let minutes = |span: TimeDelta| span.num_microseconds().unwrap().div_euclid(60_000_000);
    json!({ "workingMinutes": minutes(work), "clockMinutes": minutes(due - now) })
}
