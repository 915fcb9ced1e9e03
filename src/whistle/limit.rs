//! The response clock: how long a called party has until it must be there.

use chrono::{DateTime, TimeDelta, Utc};

/// The limit's name, kept with the due time that was reckoned by it.
pub const NAME: &str = "WHISTLE_RESPONSE";

/// How long it is; judgement. It runs on the clock, at night and on holidays too.
pub const RESPONSE: TimeDelta = TimeDelta::minutes(30);

/// By when a party that is called at `from` has to be there.
#[must_use]
pub fn response_due(from: DateTime<Utc>) -> DateTime<Utc> {
    from + RESPONSE
}
