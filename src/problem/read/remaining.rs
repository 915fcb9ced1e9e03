//! How much of a limit is left.

use chrono::{DateTime, Utc};

use crate::answer;
use crate::clock::work_time::minutes;
use crate::read::model::Look;

answer! {
    /// What is left until a due time (剩余时限), in whole minutes, cut downwards; less than zero once it has passed.
    pub struct Remaining {
        /// Minutes of working time by the community's calendar, as limits in working time are counted.
        pub working_minutes: i64,
        /// Minutes on the clock, as urgent limits are counted.
        pub clock_minutes: i64,
    }
}

/// What is left of a row's due time, in the working time of its community.
#[must_use]
pub fn remaining(look: &Look<'_>, due: DateTime<Utc>) -> Option<Remaining> {
    let work = look.work.of(look.cells.int("community_code")?);
    Some(Remaining { working_minutes: minutes(work.between(look.now, due)), clock_minutes: minutes(due - look.now) })
}
