//! Quiet hours: when nobody is told of anything but a whistle, at the places served.

use chrono::{DateTime, NaiveTime, Utc};

use crate::clock::OFFSET;

/// A span of each day, over midnight where it ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    to: NaiveTime,
}

/// A time of the day as settings write it.
const FORMAT: &str = "%H:%M";

impl QuietHours {
    /// Reads `21:00-08:00`; `None` for anything else, and where it would last all day or not at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let time = |text| NaiveTime::parse_from_str(text, FORMAT).ok();
        let (from, to) = (time(from)?, time(to)?);
        (from != to).then_some(Self { from, to })
    }

    /// Whether `now` is within them.
    #[must_use]
    pub fn hold(&self, now: DateTime<Utc>) -> bool {
        let time = now.with_timezone(&OFFSET).time();
        if self.from < self.to { (self.from..self.to).contains(&time) } else { time >= self.from || time < self.to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("2026-03-02T{local}+08:00")).unwrap().to_utc()
    }

    #[test]
    fn they_go_over_midnight_and_end_on_the_minute() {
        let night = QuietHours::parse("21:00-08:00").unwrap();
        for (time, quiet) in [
            ("20:59:59", false),
            ("21:00:00", true),
            ("23:59:59", true),
            ("00:00:00", true),
            ("07:59:59", true),
            ("08:00:00", false),
            ("12:00:00", false),
        ] {
            assert_eq!(night.hold(at(time)), quiet, "{time}");
        }
        let noon = QuietHours::parse("12:00-14:00").unwrap();
        assert!(noon.hold(at("12:00:00")) && !noon.hold(at("14:00:00")) && !noon.hold(at("23:00:00")));
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["", "21:00", "21:00-21:00", "25:00-08:00", "21-8", "21:00-08:00-09:00", "none"] {
            assert_eq!(QuietHours::parse(text), None, "{text}");
        }
    }
}
