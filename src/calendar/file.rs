//! The plain file that a calendar is loaded from; `data/calendar-2026.toml` says at its top how it is written. Every fault
//! is told at once, with its line.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};
use entity::word::DayKind;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Day, Week};
use crate::clock::work_time::Hours;

/// The calendar that comes with the program.
const BUILT_IN: &str = include_str!("../../data/calendar-2026.toml");
/// The longest name, in characters.
const NAME: usize = 60;
/// The years that a file can be about.
const YEARS: std::ops::RangeInclusive<i64> = 2000..=2100;
const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The years it is about: of these it is the truth.
    pub years: Vec<i64>,
    /// The line they are named in.
    pub years_line: usize,
    /// Where it is from.
    pub source: String,
    /// Days that depart from the week.
    pub days: BTreeMap<NaiveDate, Day>,
    /// Opening hours; `None`: they stay as they are.
    pub week: Option<Week>,
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which line.
    pub line: usize,
    /// What.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// What comes with the program: the years it knows without a file.
#[must_use]
pub fn built_in() -> &'static File {
    static KNOWN: OnceLock<File> = OnceLock::new();
    let nothing = || File { years: vec![], years_line: 1, source: String::new(), days: BTreeMap::new(), week: None };
    KNOWN.get_or_init(|| parse(BUILT_IN).unwrap_or_else(|_| nothing()))
}

/// Reads a file.
///
/// # Errors
/// All that is wrong with it, in the order of its lines.
pub fn parse(text: &str) -> Result<File, Vec<Fault>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, faults: vec![] };
    for error in errors {
        reader.fault(error.span().map_or(0, |span| span.start), error.message().to_owned());
    }
    let file = reader.file(document.get_ref());
    if reader.faults.is_empty() {
        return Ok(file);
    }
    reader.faults.sort_by_key(|fault| fault.line);
    reader.faults.dedup();
    Err(reader.faults)
}

struct Reader<'a> {
    text: &'a str,
    faults: Vec<Fault>,
}

type Item<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    fn fault(&mut self, at: usize, what: impl Into<String>) {
        let line = self.line(at);
        self.faults.push(Fault { line, what: what.into() });
    }

    /// Says no to names that are none of these.
    fn known(&mut self, table: &DeTable<'_>, names: &[&str]) {
        for key in table.keys() {
            if !names.contains(&key.get_ref().as_ref()) {
                let what = format!("`{}` is none of {}", key.get_ref(), names.join(", "));
                self.fault(key.span().start, what);
            }
        }
    }

    fn file(&mut self, document: &DeTable<'_>) -> File {
        self.known(document, &["years", "source", "hours", "holiday", "workday"]);
        let years_at = document.get("years").map_or(0, |years| years.span().start);
        let years = self.years(document);
        let source = match document.get("source") {
            Some(item) => self.name(item, 200),
            None => {
                self.fault(0, "`source` is missing: where it is from");
                String::new()
            }
        };
        let mut days = BTreeMap::new();
        for (name, kind) in [("holiday", DayKind::Holiday), ("workday", DayKind::MakeUpWorkday)] {
            match document.get(name).map(|item| (item, item.get_ref())) {
                None => {}
                Some((_, DeValue::Array(items))) => {
                    for item in items {
                        self.entry(item, kind, &years, &mut days);
                    }
                }
                Some((item, _)) => self.fault(item.span().start, format!("write it as [[{name}]]")),
            }
        }
        let week = document.get("hours").and_then(|item| self.week(item));
        File { years, years_line: self.line(years_at), source, days, week }
    }

    fn years(&mut self, document: &DeTable<'_>) -> Vec<i64> {
        let Some(item) = document.get("years") else {
            self.fault(0, "`years` is missing: the years the file is about, as in [2026]");
            return vec![];
        };
        let DeValue::Array(items) = item.get_ref() else {
            self.fault(item.span().start, "`years` is a list, as in [2026]");
            return vec![];
        };
        let mut years = vec![];
        for item in items {
            let number = item.get_ref().as_integer().and_then(|number| number.as_str().parse::<i64>().ok());
            match number.filter(|year| YEARS.contains(year)) {
                Some(year) if !years.contains(&year) => years.push(year),
                Some(year) => self.fault(item.span().start, format!("{year} is there twice")),
                None => {
                    let what = format!("a year is a number from {} to {}", YEARS.start(), YEARS.end());
                    self.fault(item.span().start, what);
                }
            }
        }
        if items.is_empty() {
            self.fault(item.span().start, "no year is named");
        }
        years
    }

    /// A text that is not empty.
    fn name(&mut self, item: &Item<'_>, most: usize) -> String {
        let name = item.get_ref().as_str().unwrap_or_default().trim().to_owned();
        if name.is_empty() || name.chars().count() > most {
            self.fault(item.span().start, format!("a text of 1 to {most} characters is wanted"));
        }
        name
    }

    fn entry(&mut self, item: &Item<'_>, kind: DayKind, years: &[i64], days: &mut BTreeMap<NaiveDate, Day>) {
        let at = item.span().start;
        let DeValue::Table(table) = item.get_ref() else {
            self.fault(at, "an entry has a name and a day");
            return;
        };
        let names = ["name", "day", "from", "to", "hours"];
        self.known(table, if kind == DayKind::Holiday { &names[..4] } else { &names[..] });
        let name = match table.get("name") {
            Some(item) => self.name(item, NAME),
            None => {
                self.fault(at, "`name` is missing");
                String::new()
            }
        };
        let hours = table.get("hours").and_then(|item| self.hours(item));
        if hours.as_ref().is_some_and(Hours::is_off) {
            self.fault(at, "a workday has hours");
        }
        let Some((from, to)) = self.span(table, at) else { return };
        for day in from.iter_days().take_while(|day| *day <= to) {
            if !years.is_empty() && !years.contains(&i64::from(day.year())) {
                self.fault(at, format!("{day} lies in none of the years that the file is about"));
            }
            if days.insert(day, Day { kind, name: name.clone(), hours: hours.clone() }).is_some() {
                self.fault(at, format!("{day} is there twice"));
            }
        }
    }

    /// The days of an entry.
    fn span(&mut self, table: &DeTable<'_>, at: usize) -> Option<(NaiveDate, NaiveDate)> {
        let ends = match ["day", "from", "to"].map(|name| table.get(name)) {
            [Some(day), None, None] => (day, day),
            [None, Some(from), Some(to)] => (from, to),
            _ => {
                self.fault(at, "either `day`, or `from` and `to`");
                return None;
            }
        };
        let (from, to) = (self.date(ends.0), self.date(ends.1));
        let (from, to) = (from?, to?);
        if to < from || to - from > chrono::TimeDelta::days(366) {
            self.fault(ends.1.span().start, format!("from {from} to {to} is no span of up to a year"));
            return None;
        }
        Some((from, to))
    }

    fn date(&mut self, item: &Item<'_>) -> Option<NaiveDate> {
        let moment = item.get_ref().as_datetime().filter(|moment| moment.time.is_none() && moment.offset.is_none());
        let date = moment
            .and_then(|moment| moment.date)
            .and_then(|date| NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day)));
        if date.is_none() {
            self.fault(item.span().start, "a day is written 2026-02-15, without quotes");
        }
        date
    }

    fn hours(&mut self, item: &Item<'_>) -> Option<Hours> {
        let text = item.get_ref().as_str().ok_or("hours are a text, as in \"09:00-12:00, 13:30-17:30\"");
        let read = text.map_err(str::to_owned).and_then(Hours::parse);
        read.map_err(|what| self.fault(item.span().start, what)).ok()
    }

    fn week(&mut self, item: &Item<'_>) -> Option<Week> {
        let at = item.span().start;
        let DeValue::Table(table) = item.get_ref() else {
            self.fault(at, "write it as [hours]");
            return None;
        };
        self.known(table, &[&["ordinary"], &WEEK[..]].concat());
        let Some(ordinary) = table.get("ordinary") else {
            self.fault(at, "`ordinary` is missing");
            return None;
        };
        let at = ordinary.span().start;
        let ordinary = self.hours(ordinary)?;
        if ordinary.is_off() {
            self.fault(at, "an ordinary day has hours");
        }
        let mut days = std::array::from_fn(|place| if place < 5 { ordinary.clone() } else { Hours::OFF });
        for (place, name) in WEEK.iter().enumerate() {
            if let Some(item) = table.get(*name) {
                days[place] = self.hours(item).unwrap_or_default();
            }
        }
        if days.iter().all(Hours::is_off) {
            self.fault(at, "no day of the week is a working day");
        }
        Some(Week { ordinary, days })
    }
}
