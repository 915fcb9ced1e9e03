//! Working time against a minute-by-minute oracle, and its laws.

use chrono::{Days, Timelike, Weekday};
use proptest::prelude::*;

use super::*;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
}

fn hours(text: &str) -> Hours {
    Hours::parse(text).unwrap()
}

/// Spring Festival of 2026 with its make-up Saturdays, over an ordinary week of some hours.
fn spring(ordinary: &Hours) -> WorkTime {
    let mut days: BTreeMap<_, _> = (15..=23).map(|of| (day(2, of), Hours::OFF)).collect();
    days.extend([day(2, 14), day(2, 28)].map(|day| (day, ordinary.clone())));
    let week = std::array::from_fn(|place| if place < 5 { ordinary.clone() } else { Hours::OFF });
    WorkTime::new(week, days).unwrap()
}

fn lunch() -> WorkTime {
    spring(&hours("09:00-12:00, 13:30-17:30"))
}

#[test]
fn hours_are_read_or_refused() {
    assert_eq!(hours("09:00-12:00, 13:30–17:30").to_string(), "09:00-12:00, 13:30-17:30");
    assert_eq!(hours("00:00-24:00").to_string(), "00:00-24:00");
    assert!(hours(" ").is_off());
    for text in [
        "9:00-12:00",
        "09:00",
        "09:00-25:00",
        "09:60-10:00",
        "12:00-09:00",
        "09:00-09:00",
        "22:00-06:00",
        "09:00-12:00,11:00-13:00",
        "a-b",
    ] {
        assert!(Hours::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_week_without_a_working_day_is_none() {
    assert_eq!(
        WorkTime::new(std::array::from_fn(|_| Hours::OFF), BTreeMap::from([(day(3, 1), hours("09:00-17:00"))])),
        None
    );
}

#[test]
fn working_time_skips_lunch_nights_weekends_and_the_spring_festival() {
    let work = lunch();
    for (from, minutes, to) in [
        ("2026-02-13T11:30", 60, "2026-02-13T14:00"),
        ("2026-02-13T12:30", 60, "2026-02-13T14:30"),
        ("2026-02-13T16:30", 120, "2026-02-14T10:00"),
        ("2026-02-14T16:30", 60, "2026-02-14T17:30"),
        ("2026-02-14T16:30", 61, "2026-02-24T09:01"),
        ("2026-02-27T23:59", 1, "2026-02-28T09:01"),
        ("2026-02-28T17:30", 1, "2026-03-02T09:01"),
        ("2026-02-19T03:00", 0, "2026-02-19T03:00"),
    ] {
        assert_eq!(work.after(at(from), TimeDelta::minutes(minutes)), at(to), "{minutes} from {from}");
        assert_eq!(super::minutes(work.between(at(from), at(to))), minutes, "{from} to {to}");
    }
    assert_eq!(super::minutes(work.between(at("2026-03-02T10:00"), at("2026-02-28T17:00"))), -90);
}

#[test]
fn hours_that_pass_midnight_are_those_of_two_days() {
    let night = hours("00:00-06:00, 22:00-24:00");
    let work = WorkTime::new(std::array::from_fn(|_| night.clone()), BTreeMap::new()).unwrap();
    assert_eq!(work.after(at("2026-03-02T23:00"), TimeDelta::hours(3)), at("2026-03-03T02:00"));
    assert_eq!(work.between(at("2026-03-02T12:00"), at("2026-03-03T12:00")), TimeDelta::hours(8));
}

#[test]
fn working_days_end_at_the_same_time_of_day() {
    let work = lunch();
    for (from, days, to) in [
        ("2026-02-13T10:15", 1, "2026-02-14T10:15"),
        ("2026-02-13T10:15", 2, "2026-02-24T10:15"),
        ("2026-02-13T18:40", 2, "2026-02-24T18:40"),
        ("2026-02-13T07:00", 1, "2026-02-14T09:00"),
        ("2026-02-18T23:00", 5, "2026-03-02T09:00"),
        ("2026-02-18T23:00", 0, "2026-02-24T09:00"),
    ] {
        assert_eq!(work.working_days(at(from), days), at(to), "{days} from {from}");
    }
}

#[test]
fn what_nobody_configured_is_monday_to_friday_nine_to_five() {
    let work = WorkTime::default();
    for of in 1..=28 {
        let weekend = matches!(day(3, of).weekday(), Weekday::Sat | Weekday::Sun);
        assert_eq!(work.works(day(3, of)), !weekend);
    }
    assert_eq!(work.hours(day(3, 2)).to_string(), "09:00-17:00");
}

/// Minute by minute: whether the minute that begins at `time` is one of work. It knows the calendar by itself.
fn open(ordinary: &[(u32, u32)], time: DateTime<Utc>) -> bool {
    let local = (time + TimeDelta::hours(8)).naive_utc();
    let of = local.date();
    let weekend = matches!(of.weekday(), Weekday::Sat | Weekday::Sun);
    let festival = of >= day(2, 15) && of <= day(2, 23);
    let made_up = of == day(2, 14) || of == day(2, 28);
    let minute = local.hour() * 60 + local.minute();
    (made_up || !weekend && !festival) && ordinary.iter().any(|(from, to)| (*from..*to).contains(&minute))
}

fn walked(ordinary: &[(u32, u32)], from: DateTime<Utc>, mut minutes: i64) -> DateTime<Utc> {
    let mut at = from;
    while minutes > 0 {
        minutes -= i64::from(open(ordinary, at));
        at += TimeDelta::minutes(1);
    }
    at
}

/// Up to three spans in a day, some of them touching midnight.
fn some_hours() -> impl Strategy<Value = Vec<(u32, u32)>> {
    proptest::collection::btree_set(0_u32..=1440, 2..=6).prop_map(|ends| {
        let ends: Vec<_> = ends.into_iter().collect();
        ends.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    })
}

fn work(spans: &[(u32, u32)]) -> WorkTime {
    let spans = spans.iter().map(|(from, to)| (u16::try_from(*from).unwrap(), u16::try_from(*to).unwrap()));
    spring(&Hours(spans.collect()))
}

/// A moment from the end of January to the middle of March, to the minute.
fn some_minute() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..45 * 1440).prop_map(|minute| at("2026-01-29T00:00") + TimeDelta::minutes(minute))
}

/// The same to the microsecond.
fn some_moment() -> impl Strategy<Value = DateTime<Utc>> {
    (some_minute(), 0_i64..60_000_000).prop_map(|(minute, more)| minute + TimeDelta::microseconds(more))
}

fn some_span() -> impl Strategy<Value = TimeDelta> {
    (0_i64..6000 * 60_000_000).prop_map(TimeDelta::microseconds)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_reckoned_is_what_a_walk_minute_by_minute_finds(
        spans in some_hours(), from in some_minute(), minutes in 0_i64..900, wait in 0_i64..20_000,
    ) {
        // A day of a few minutes would take the walk over years.
        let minutes = minutes.min(spans.iter().map(|(from, to)| i64::from(to - from)).sum::<i64>() * 12);
        let work = work(&spans);
        prop_assert_eq!(work.after(from, TimeDelta::minutes(minutes)), walked(&spans, from, minutes));
        let to = from + TimeDelta::minutes(wait);
        let counted = (0..wait).filter(|minute| open(&spans, from + TimeDelta::minutes(*minute))).count();
        prop_assert_eq!(super::minutes(work.between(from, to)), i64::try_from(counted).unwrap());
    }

    #[test]
    fn between_undoes_after(spans in some_hours(), from in some_moment(), span in some_span()) {
        let work = work(&spans);
        let span = span.min(TimeDelta::minutes(spans.iter().map(|(from, to)| i64::from(to - from)).sum::<i64>() * 30));
        let to = work.after(from, span);
        prop_assert_eq!(work.between(from, to), span);
        prop_assert_eq!(work.between(to, from), -span);
        // The earliest such moment: a little before, a little less has passed.
        prop_assert!(span.is_zero() || work.between(from, to - TimeDelta::microseconds(1)) < span);
    }

    #[test]
    fn working_time_adds_up(from in some_moment(), one in some_span(), other in some_span()) {
        let work = lunch();
        prop_assert_eq!(work.after(work.after(from, one), other), work.after(from, one + other));
        let (middle, end) = (from + one, from + one + other);
        prop_assert_eq!(work.between(from, middle) + work.between(middle, end), work.between(from, end));
    }

    #[test]
    fn later_never_ends_sooner(from in some_moment(), wait in some_span(), span in some_span(), more in some_span(), days in 0_u32..30) {
        let work = lunch();
        let later = from + wait;
        prop_assert!(work.after(from, span) <= work.after(later, span));
        prop_assert!(work.after(from, span) <= work.after(from, span + more));
        prop_assert!(work.working_days(from, days) <= work.working_days(later, days));
        prop_assert!(work.working_days(from, days) < work.working_days(from, days + 1));
    }

    #[test]
    fn working_days_add_up_and_each_is_one(from in some_moment(), one in 0_u32..15, other in 0_u32..15) {
        let work = lunch();
        let both = work.working_days(from, one + other);
        prop_assert_eq!(work.working_days(work.working_days(from, one), other), both);
        let (first, last) = (work.working_days(from, 0), both);
        let (first, last) = ((first + TimeDelta::hours(8)).date_naive(), (last + TimeDelta::hours(8)).date_naive());
        let passed = first.iter_days().skip(1).take_while(|day| *day <= last).filter(|day| {
            open(&[(0, 1440)], at("2026-01-01T00:00") + (*day - self::day(1, 1)))
        });
        prop_assert_eq!(passed.count(), (one + other) as usize);
    }
}

#[test]
fn a_walk_over_years_is_short() {
    let work = lunch();
    let from = at("2026-01-05T09:00");
    let to = work.after(from, TimeDelta::hours(7 * 5000));
    assert_eq!(work.between(from, to), TimeDelta::hours(7 * 5000));
    assert!(to > from + Days::new(6900));
}
