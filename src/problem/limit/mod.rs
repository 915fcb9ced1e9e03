//! Time limits (时限): how long each step may take. Regions set their own ([`service`]), the nearest one's most specific
//! limit holds; where none is set, the defaults below do.
//!
//! The defaults are judgement where no published rule is named. Working time is that of the community's calendar; urgent
//! limits run on the clock.

pub mod command;
pub mod read;
pub mod service;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{LimitStep, LimitUnit, ProblemComplexity, ProblemDomain, ProblemNature};
use entity::{problem, time_limit};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::calendar::above;
use crate::calendar::kept::Calendars;
use crate::clock::work_time::WorkTime;
use crate::error::Result;

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
    /// Until a problem that is done with goes to the archive.
    Archive,
    /// Until the day on which a pause ends.
    Resume,
    /// Until the day of another look at a problem on the ledger.
    Review,
}

/// How a limit is reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Minutes of working time.
    WorkingMinutes(i64),
    /// Working days, to the same time of day.
    WorkingDays(u32),
    /// On the clock.
    Clock(TimeDelta),
    /// As it was chosen.
    Chosen,
}

/// What a limit depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matter {
    /// What it is about; unknown before acceptance.
    pub domain: Option<ProblemDomain>,
    /// Thing or happening; unknown before acceptance.
    pub nature: Option<ProblemNature>,
    /// Whether it is urgent.
    pub urgent: bool,
    /// How hard a dispute is.
    pub complexity: Option<ProblemComplexity>,
}

/// The limits that hold in one community, and the working time they are reckoned in.
pub struct Limits {
    /// What was set, the nearest region's first, and of one region the most specific.
    set: Vec<time_limit::Model>,
    work: Arc<WorkTime>,
}

/// A clock: by what limit it runs, since when, and when it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The limit.
    pub rule: Limit,
    /// The end that was chosen, before any pause.
    pub chosen_at: Option<DateTime<Utc>>,
    /// When the step began.
    pub step_started_at: DateTime<Utc>,
    /// When it ran: from, and to, which only the last may lack.
    pub segments: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Triage,
        Self::TriageUrgent,
        Self::Acknowledge,
        Self::Handle,
        Self::HandleUrgent,
        Self::DisputeSimple,
        Self::DisputeOrdinary,
        Self::DisputeComplex,
        Self::Chosen,
        Self::Verify,
        Self::Appeal,
        Self::Reopen,
        Self::Unmerge,
        Self::Void,
        Self::Archive,
        Self::Resume,
        Self::Review,
    ];

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
            Self::Archive => "ARCHIVE",
            Self::Resume => "RESUME",
            Self::Review => "REVIEW",
        }
    }

    /// The limit of a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.name() == name)
    }

    /// How it is reckoned where no region set another.
    #[must_use]
    pub const fn span(self) -> Span {
        match self {
            Self::Triage => Span::WorkingMinutes(4 * 60),
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

    /// The step that it is the limit of; `None` for one that no region sets.
    #[must_use]
    pub const fn step(self) -> Option<LimitStep> {
        Some(match self {
            Self::Triage | Self::TriageUrgent => LimitStep::Triage,
            Self::Acknowledge => LimitStep::Acknowledge,
            Self::Handle | Self::HandleUrgent | Self::DisputeSimple | Self::DisputeOrdinary | Self::DisputeComplex => {
                LimitStep::Handle
            }
            Self::Verify => LimitStep::Verify,
            Self::Chosen
            | Self::Appeal
            | Self::Reopen
            | Self::Unmerge
            | Self::Void
            | Self::Archive
            | Self::Resume
            | Self::Review => return None,
        })
    }

    /// The limit for handling a problem, by what it is.
    #[must_use]
    pub fn of(matter: Matter) -> Self {
        match (matter.urgent, matter.domain, matter.complexity) {
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

    /// Until when a door stands open that was opened at `from`: for the limits that no region sets, which run on the clock.
    #[must_use]
    pub fn open_until(self, from: DateTime<Utc>) -> DateTime<Utc> {
        match self.span() {
            Span::Clock(span) => from + span,
            Span::WorkingMinutes(_) | Span::WorkingDays(_) | Span::Chosen => from,
        }
    }

    /// What of a problem counts for it: at triage only whether it was called urgent, which is the limit's name.
    fn matter(self, matter: Matter) -> Matter {
        match self {
            Self::Triage => Matter::default(),
            Self::TriageUrgent => Matter { urgent: true, ..Matter::default() },
            Self::Acknowledge
            | Self::Handle
            | Self::HandleUrgent
            | Self::DisputeSimple
            | Self::DisputeOrdinary
            | Self::DisputeComplex
            | Self::Chosen
            | Self::Verify
            | Self::Appeal
            | Self::Reopen
            | Self::Unmerge
            | Self::Void
            | Self::Archive
            | Self::Resume
            | Self::Review => matter,
        }
    }
}

impl Span {
    /// What a region set.
    #[must_use]
    pub fn of(row: &time_limit::Model) -> Self {
        match row.unit {
            LimitUnit::WorkingMinutes => Self::WorkingMinutes(row.amount),
            LimitUnit::WorkingDays => Self::WorkingDays(u32::try_from(row.amount).unwrap_or(u32::MAX)),
            LimitUnit::ClockMinutes => Self::Clock(TimeDelta::minutes(row.amount)),
        }
    }
}

impl Matter {
    /// What is known of a problem.
    #[must_use]
    pub fn of(row: &problem::Model) -> Self {
        Self { domain: row.domain, nature: row.nature, urgent: row.urgent, complexity: row.complexity }
    }
}

/// How much a limit says of what it is for; where two say as much, the domain weighs most.
fn weight(row: &time_limit::Model) -> (u8, u8) {
    let said = [row.domain.is_some(), row.complexity.is_some(), row.nature.is_some()].map(u8::from);
    (said.iter().sum(), said.iter().fold(0, |weight, said| weight * 2 + said))
}

/// Whether a limit is for a step of such a problem.
fn is_for(row: &time_limit::Model, step: LimitStep, matter: Matter) -> bool {
    fn fits<T: PartialEq + Copy>(asked: Option<T>, found: Option<T>) -> bool {
        asked.is_none() || asked == found
    }
    row.step == step
        && row.urgent == matter.urgent
        && fits(row.domain, matter.domain)
        && fits(row.nature, matter.nature)
        && fits(row.complexity, matter.complexity)
}

impl Limits {
    /// Those of a community as they are now; see [`Calendars::held`].
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn held(tx: &DatabaseTransaction, calendars: &Calendars, community: i64) -> Result<Self> {
        let work = calendars.held(tx).await?.of(community);
        Ok(Self { set: system_set(tx, community).await?, work })
    }

    /// How a limit is reckoned for such a problem.
    #[must_use]
    pub fn span(&self, limit: Limit, matter: Matter) -> Span {
        let matter = limit.matter(matter);
        let set = limit.step().and_then(|step| self.set.iter().find(|row| is_for(row, step, matter)));
        set.map_or_else(|| limit.span(), Span::of)
    }

    /// When a limit ends for such a problem if it begins at `from`. A chosen one ends when it begins.
    #[must_use]
    pub fn ends(&self, limit: Limit, matter: Matter, from: DateTime<Utc>) -> DateTime<Utc> {
        match self.span(limit, matter) {
            Span::WorkingMinutes(minutes) => self.work.after(from, TimeDelta::minutes(minutes)),
            Span::WorkingDays(days) => self.work.working_days(from, days),
            Span::Clock(span) => from + span,
            Span::Chosen => from,
        }
    }

    /// When so many percent of a limit have passed that runs from one moment to another: of its time on the clock, or of the
    /// working time in between.
    #[must_use]
    pub fn share(
        &self,
        limit: Limit,
        matter: Matter,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        percent: i32,
    ) -> DateTime<Utc> {
        let work = self.work.between(from, to);
        if self.on_the_clock(limit, matter) || work <= TimeDelta::zero() {
            return from + (to - from) * percent / 100;
        }
        if percent == 100 { to } else { self.work.after(from, work * percent / 100) }
    }

    /// From when to when a clock runs, as if it never stood still: from where its limit began to where it would end without a
    /// pause, both later by what each pause took of the time that the limit counts. A pause that began when the limit was
    /// over is none. `None` while the clock does not run.
    #[must_use]
    pub fn runs(&self, clock: &Clock, matter: Matter) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        if clock.segments.last().is_none_or(|(_, to)| to.is_some()) {
            return None;
        }
        let plain = clock.chosen_at.unwrap_or_else(|| self.ends(clock.rule, matter, clock.step_started_at));
        let pauses = clock.segments.windows(2).filter_map(|pair| Some((pair[0].1?, pair[1].0)));
        let on_the_clock = self.on_the_clock(clock.rule, matter);
        Some(pauses.fold((clock.step_started_at, plain), |(began, due), (from, to)| {
            let later = |time: DateTime<Utc>| {
                if on_the_clock { time + (to - from) } else { self.work.after(time, self.work.between(from, to)) }
            };
            if from >= due { (began, due) } else { (later(began), later(due)) }
        }))
    }

    /// Whether a limit counts nights and days off: one that is set so, and whatever was chosen for an urgent problem.
    fn on_the_clock(&self, limit: Limit, matter: Matter) -> bool {
        matches!(self.span(limit, matter), Span::Clock(_)) || (limit == Limit::Chosen && matter.urgent)
    }
}

/// What the regions set that a place lies in, the nearest region's first, and of one region the most specific.
///
/// # Errors
/// A fault of the database.
pub(super) async fn system_set<C: ConnectionTrait>(db: &C, region: i64) -> Result<Vec<time_limit::Model>> {
    let codes = above(region);
    let select = time_limit::Entity::find().filter(time_limit::Column::RegionCode.is_in(codes.clone()));
    let mut set = select.all(db).await?;
    set.sort_by_key(|row| (codes.iter().position(|code| *code == row.region_code), Reverse(weight(row)), row.id));
    Ok(set)
}
