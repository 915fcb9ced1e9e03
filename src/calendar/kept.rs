//! The calendar at hand: read whole, and kept for as long as its revision is that of the database. It is small: a few dozen
//! days a year for each region that loaded its own.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use entity::{calendar_day, calendar_hours, calendar_state, calendar_year};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QuerySelect};

use super::{Calendar, Day, Said, Week};
use crate::clock::work_time::{Hours, WorkTime, WorkTimes};
use crate::error::{Error, Result};

/// The calendar as it was last read; shared by all requests of a process.
#[derive(Default)]
pub struct Calendars(RwLock<Arc<Known>>);

/// One state of the calendar, with the working times that were made of it.
pub struct Known {
    revision: Option<i64>,
    calendar: Calendar,
    /// By the nearest region that says something: the communities of an installation without calendars of their own share
    /// one.
    made: Mutex<HashMap<i64, Arc<WorkTime>>>,
}

impl Default for Known {
    fn default() -> Self {
        Self { revision: None, calendar: Calendar::new(BTreeMap::new()), made: Mutex::default() }
    }
}

impl Known {
    /// What all regions say.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The working time of a community.
    #[must_use]
    pub fn of(&self, community: i64) -> Arc<WorkTime> {
        let nearest = self.calendar.chain(community).next().map_or(super::INSTALLATION, |(code, _)| code);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(nearest).or_insert_with(|| Arc::new(self.calendar.work_time(nearest))).clone()
    }
}

impl WorkTimes for Calendars {
    fn of(&self, community: i64) -> Arc<WorkTime> {
        self.known().of(community)
    }
}

impl Calendars {
    fn known(&self) -> Arc<Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The calendar as the database has it now: one look at its revision, and the rest where that is another.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn now<C: ConnectionTrait>(&self, db: &C) -> Result<Arc<Known>> {
        let revision = system_revision(db, false).await?;
        self.at(db, revision).await
    }

    /// The same for a transaction that writes what it reckons: until it ends, nobody changes the calendar or the limits. A
    /// change waits for it, and then reckons anew what it wrote.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn held(&self, tx: &DatabaseTransaction) -> Result<Arc<Known>> {
        let revision = system_revision(tx, true).await?;
        self.at(tx, revision).await
    }

    /// What a transaction sees that changes it, and that nobody else is to see yet.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn anew(&self, tx: &DatabaseTransaction) -> Result<Calendar> {
        system_calendar(tx).await
    }

    async fn at<C: ConnectionTrait>(&self, db: &C, revision: i64) -> Result<Arc<Known>> {
        let known = self.known();
        if known.revision == Some(revision) {
            return Ok(known);
        }
        let calendar = system_calendar(db).await?;
        let known = Arc::new(Known { revision: Some(revision), calendar, made: Mutex::default() });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known.clone();
        Ok(known)
    }
}

async fn system_revision<C: ConnectionTrait>(db: &C, held: bool) -> Result<i64> {
    let select = calendar_state::Entity::find_by_id(1);
    let select = if held && db.get_database_backend() == DbBackend::Postgres { select.lock_shared() } else { select };
    let state = select.one(db).await?.ok_or_else(|| Error::fault("the calendar's state is not there"))?;
    Ok(state.revision)
}

/// What the database has, and what comes with the program.
async fn system_calendar<C: ConnectionTrait>(db: &C) -> Result<Calendar> {
    let mut said: BTreeMap<i64, Said> = BTreeMap::new();
    for row in calendar_year::Entity::find().all(db).await? {
        said.entry(row.region_code).or_default().years.insert(row.year, row.source);
    }
    for row in calendar_day::Entity::find().all(db).await? {
        let day = Day { kind: row.kind, name: row.name, hours: row.hours.as_deref().map(hours).transpose()? };
        said.entry(row.region_code).or_default().days.insert(row.day, day);
    }
    for row in calendar_hours::Entity::find().all(db).await? {
        let week = said.entry(row.region_code).or_default().week.get_or_insert_with(Week::default);
        let hours = hours(&row.spans)?;
        match usize::try_from(row.weekday) {
            Ok(place @ 1..=7) => week.days[place - 1] = hours,
            _ => week.ordinary = hours,
        }
    }
    Ok(Calendar::new(said))
}

fn hours(text: &str) -> Result<Hours> {
    Hours::parse(text).map_err(|what| Error::fault(format!("opening hours in the database: {what}")))
}
