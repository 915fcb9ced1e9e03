//! Time limits (时限): how long each step may take by default.
//!
//! The figures are judgement where no published rule is named. Working time is Monday to Friday, 9:00 to 17:00 at the
//! places served; urgent limits run on the clock.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use entity::word::{ProblemComplexity, ProblemDomain};

use crate::clock::OFFSET;

/// A limit by name; the name is kept with the due time that was reckoned by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// To accept or decline.
    Triage,
    /// The same, where the reporter calls it urgent.
    TriageUrgent,
    /// For the lead to acknowledge.
    Acknowledge,
    /// To handle a public problem.
    Handle,
    /// To handle an urgent one.
    HandleUrgent,
    /// To settle a simple dispute.
    DisputeSimple,
    /// To settle an ordinary dispute.
    DisputeOrdinary,
    /// To settle a complex dispute.
    DisputeComplex,
    /// What the dispatcher chose.
    Chosen,
    /// To verify and close.
    Verify,
    /// To appeal against declining.
    Appeal,
    /// For the reporter to reopen.
    Reopen,
    /// To undo a merger.
    Unmerge,
    /// To confirm that a problem is void.
    Void,
    /// Until work goes on after a pause.
    Resume,
    /// Until another look at a problem on the ledger.
    Review,
    /// Until a problem that is done with goes to the archive.
    Archive,
}

/// How a limit is reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Hours of working time.
    WorkingHours(i64),
    /// Working days, to the same time of day.
    WorkingDays(u32),
    /// On the clock.
    Clock(TimeDelta),
    /// As it was chosen.
    Chosen,
}

impl Limit {
    /// As it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Triage => "TRIAGE",
            Self::TriageUrgent => "TRIAGE_URGENT",
            Self::Acknowledge => "ACKNOWLEDGE",
            Self::Handle => "HANDLE",
            Self::HandleUrgent => "HANDLE_URGENT",
            Self::DisputeSimple => "DISPUTE_SIMPLE",
            Self::DisputeOrdinary => "DISPUTE_ORDINARY",
            Self::DisputeComplex => "DISPUTE_COMPLEX",
            Self::Chosen => "CHOSEN",
            Self::Verify => "VERIFY",
            Self::Appeal => "APPEAL",
            Self::Reopen => "REOPEN",
            Self::Unmerge => "UNMERGE",
            Self::Void => "VOID",
            Self::Resume => "RESUME",
            Self::Review => "REVIEW",
            Self::Archive => "ARCHIVE",
        }
    }

    /// How it is reckoned.
    #[must_use]
    pub const fn span(self) -> Span {
        match self {
            Self::Triage => Span::WorkingHours(4),
            Self::TriageUrgent => Span::Clock(TimeDelta::minutes(30)),
            Self::Acknowledge | Self::DisputeSimple => Span::WorkingDays(1),
            Self::Handle => Span::WorkingDays(5),
            Self::HandleUrgent => Span::Clock(TimeDelta::hours(24)),
            Self::DisputeOrdinary => Span::WorkingDays(7),
            Self::DisputeComplex => Span::WorkingDays(20),
            Self::Chosen | Self::Resume | Self::Review => Span::Chosen,
            Self::Verify => Span::WorkingDays(2),
            Self::Appeal | Self::Reopen => Span::Clock(TimeDelta::days(15)),
            Self::Unmerge | Self::Archive => Span::Clock(TimeDelta::days(30)),
            Self::Void => Span::Clock(TimeDelta::days(7)),
        }
    }

    /// The limit for handling a problem, by what it is.
    #[must_use]
    pub fn of(domain: Option<ProblemDomain>, complexity: Option<ProblemComplexity>, urgent: bool) -> Self {
        match (urgent, domain, complexity) {
            (true, ..) => Self::HandleUrgent,
            (_, Some(ProblemDomain::ResidentDispute), Some(ProblemComplexity::Simple)) => Self::DisputeSimple,
            (_, Some(ProblemDomain::ResidentDispute), Some(ProblemComplexity::Complex)) => Self::DisputeComplex,
            (_, Some(ProblemDomain::ResidentDispute), Some(ProblemComplexity::Ordinary) | None) => {
                Self::DisputeOrdinary
            }
            (
                _,
                None
                | Some(
                    ProblemDomain::Environment
                    | ProblemDomain::Safety
                    | ProblemDomain::PropertyManagement
                    | ProblemDomain::Infrastructure
                    | ProblemDomain::CommunityService,
                ),
                _,
            ) => Self::Handle,
        }
    }

    /// When it ends if it begins at `from`. A chosen one ends when it begins.
    #[must_use]
    pub fn ends(self, from: DateTime<Utc>) -> DateTime<Utc> {
        match self.span() {
            Span::WorkingHours(hours) => working_hours(from, hours),
            Span::WorkingDays(days) => working_days(from, days),
            Span::Clock(span) => from + span,
            Span::Chosen => from,
        }
    }
}

const OPENS: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("nine o'clock");
const CLOSES: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).expect("five o'clock");

fn is_working(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn next_working(day: NaiveDate) -> NaiveDate {
    let mut next = day + Days::new(1);
    while !is_working(next) {
        next = next + Days::new(1);
    }
    next
}

/// The first moment of working time from `local` on.
fn begun(local: NaiveDateTime) -> NaiveDateTime {
    let (day, time) = (local.date(), local.time());
    if is_working(day) && time < CLOSES { day.and_time(time.max(OPENS)) } else { next_working(day).and_time(OPENS) }
}

fn working_hours(from: DateTime<Utc>, hours: i64) -> DateTime<Utc> {
    let mut at = begun(from.with_timezone(&OFFSET).naive_local());
    let mut left = TimeDelta::hours(hours);
    loop {
        let today = CLOSES - at.time();
        if left <= today {
            return at_places(at + left);
        }
        left -= today;
        at = next_working(at.date()).and_time(OPENS);
    }
}

fn working_days(from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let local = from.with_timezone(&OFFSET).naive_local();
    let start = if is_working(local.date()) { local } else { begun(local) };
    let end = (0..days).fold(start.date(), |day, _| next_working(day));
    at_places(end.and_time(start.time()))
}

fn at_places(local: NaiveDateTime) -> DateTime<Utc> {
    (local - TimeDelta::seconds(OFFSET.local_minus_utc().into())).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
    }

    #[test]
    fn working_time_skips_nights_and_weekends() {
        for (limit, from, to) in [
            (Limit::Triage, "2026-03-02T09:30", "2026-03-02T13:30"),
            (Limit::Triage, "2026-03-02T15:00", "2026-03-03T11:00"),
            (Limit::Triage, "2026-03-06T16:59", "2026-03-09T12:59"),
            (Limit::Triage, "2026-03-07T12:00", "2026-03-09T13:00"),
            (Limit::Handle, "2026-03-02T09:30", "2026-03-09T09:30"),
            (Limit::Handle, "2026-03-07T23:00", "2026-03-16T09:00"),
            (Limit::TriageUrgent, "2026-03-07T23:50", "2026-03-08T00:20"),
            (Limit::Acknowledge, "2026-03-06T18:00", "2026-03-09T18:00"),
        ] {
            assert_eq!(limit.ends(at(from)), at(to), "{limit:?} from {from}");
        }
    }

    #[test]
    fn disputes_take_as_long_as_they_are_hard() {
        let dispute = Some(ProblemDomain::ResidentDispute);
        assert_eq!(Limit::of(dispute, Some(ProblemComplexity::Complex), false), Limit::DisputeComplex);
        assert_eq!(Limit::of(dispute, None, false), Limit::DisputeOrdinary);
        assert_eq!(Limit::of(dispute, None, true), Limit::HandleUrgent);
        assert_eq!(Limit::of(Some(ProblemDomain::Safety), Some(ProblemComplexity::Complex), false), Limit::Handle);
    }
}
