//! How long each class of data is kept after a problem's end (保存期限). The figures are ours and can be set by region.

use chrono::{DateTime, TimeDelta, Utc};
use entity::retention;
use entity::word::RetentionClass;

use crate::calendar::above;

/// The longest that can be set: thirty years.
pub const MOST_DAYS: i64 = 10_958;

/// What holds where no region set another; `None`: it is kept.
#[must_use]
pub const fn default_days(class: RetentionClass) -> Option<i64> {
    match class {
        RetentionClass::Contact => Some(180),
        RetentionClass::ReportText | RetentionClass::Attachment => None,
    }
}

/// What the regions set for a class, the nearest to a place first.
#[must_use]
pub fn nearest(set: &[retention::Model], class: RetentionClass, place: i64) -> Option<&retention::Model> {
    let region = |code: i64| set.iter().find(|row| row.class == class && row.region_code == code);
    above(place).into_iter().find_map(region)
}

/// For how many days a class is kept in a community; `None`: without an end.
#[must_use]
pub fn days(set: &[retention::Model], class: RetentionClass, place: i64) -> Option<i64> {
    nearest(set, class, place).map_or(default_days(class), |row| row.days)
}

/// What was done with by then is kept no longer.
#[must_use]
pub fn cutoff(now: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    now - TimeDelta::days(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(region_code: i64, class: RetentionClass, days: Option<i64>) -> retention::Model {
        retention::Model { id: uuid::Uuid::nil(), region_code, class, days, revision: 1 }
    }

    #[test]
    fn the_nearest_region_says_how_long() {
        let (street, community) = (321_181_402_000, 321_181_402_001);
        let contact = RetentionClass::Contact;
        let rows = [
            set(street, contact, Some(90)),
            set(community, contact, None),
            set(street, RetentionClass::Attachment, Some(30)),
        ];
        assert_eq!(days(&rows, contact, community), None, "the community keeps it");
        assert_eq!(days(&rows, contact, community + 1), Some(90), "its neighbour has the street's");
        assert_eq!(days(&rows, contact, 321_181_403_001), Some(180), "another street has the default");
        assert_eq!(days(&rows, RetentionClass::Attachment, community), Some(30));
        assert_eq!(days(&rows, RetentionClass::ReportText, community), None);
    }
}
