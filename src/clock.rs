//! The injected clock: UTC, truncated to microseconds, so that both databases order and compare times alike.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound, TimeDelta, Utc};

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

/// The offset of the places served: China has one time zone and no summer time.
pub const OFFSET: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours is an offset"),
};

/// The day in [`OFFSET`] that `time` falls on.
#[must_use]
pub fn day(time: DateTime<Utc>) -> NaiveDate {
    time.with_timezone(&OFFSET).date_naive()
}
