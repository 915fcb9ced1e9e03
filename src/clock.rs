//! The injected clock: UTC, truncated to microseconds, so that both databases order and compare times alike. Working time
//! is in [`work_time`].

pub mod work_time;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, SubsecRound, TimeDelta, TimeZone, Utc};

use crate::error::{Error, Result};

/// What time it is: the machine's, or one that the demo or a test has set. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Mutex<Mode>>);

#[derive(Clone, Copy, Debug, Default)]
enum Mode {
    #[default]
    Real,
    Shifted(TimeDelta),
    Stopped(DateTime<Utc>),
}

impl Clock {
    /// A clock that stands at `time` until it is set again.
    #[must_use]
    pub fn stopped(time: DateTime<Utc>) -> Self {
        let clock = Self::default();
        clock.stop_at(time);
        clock
    }

    /// Now, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match *self.mode() {
            Mode::Real => real_now(),
            Mode::Shifted(by) => real_now() + by,
            Mode::Stopped(at) => at,
        }
    }

    /// Stops at `time`.
    pub fn stop_at(&self, time: DateTime<Utc>) {
        *self.mode() = Mode::Stopped(time.trunc_subsecs(6));
    }

    /// Goes on from where it stands at the machine's pace.
    pub fn go_on(&self) {
        let from = self.now();
        *self.mode() = Mode::Shifted(from - real_now());
    }

    fn mode(&self) -> std::sync::MutexGuard<'_, Mode> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The machine's time: for tokens, whose life is no matter of the domain's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where time comes in")]
pub fn real_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// The time zone of the places served: one offset the year round, by which days begin and moments are written.
///
/// It is a setting (`places.utc_offset`), and the process's: the rules that ask what day it is know neither the settings
/// nor who calls. China's until [`Places::settle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places;

/// The time zone of the places served.
pub const OFFSET: Places = Places;

/// China's, which has one time zone and no summer time.
pub const CHINA: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours is an offset"),
};

static SETTLED: OnceLock<FixedOffset> = OnceLock::new();

impl Places {
    /// Settles the offset, for as long as the process runs.
    ///
    /// # Errors
    /// A fault where it was settled otherwise before.
    pub fn settle(self, offset: FixedOffset) -> Result<()> {
        if *SETTLED.get_or_init(|| offset) == offset {
            return Ok(());
        }
        Err(Error::fault("one process serves places of one offset"))
    }

    /// Seconds to add to UTC.
    #[must_use]
    pub fn local_minus_utc(self) -> i32 {
        settled().local_minus_utc()
    }
}

fn settled() -> FixedOffset {
    SETTLED.get().copied().unwrap_or(CHINA)
}

impl TimeZone for Places {
    type Offset = FixedOffset;

    fn from_offset(_: &FixedOffset) -> Self {
        Self
    }
    fn offset_from_local_date(&self, _: &NaiveDate) -> MappedLocalTime<FixedOffset> {
        MappedLocalTime::Single(settled())
    }
    fn offset_from_local_datetime(&self, _: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
        MappedLocalTime::Single(settled())
    }
    fn offset_from_utc_date(&self, _: &NaiveDate) -> FixedOffset {
        settled()
    }
    fn offset_from_utc_datetime(&self, _: &NaiveDateTime) -> FixedOffset {
        settled()
    }
}

/// The day at the places served that `time` falls on.
#[must_use]
pub fn day(time: DateTime<Utc>) -> NaiveDate {
    time.with_timezone(&OFFSET).date_naive()
}
