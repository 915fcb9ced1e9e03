//! The commands on mediations, by concept: [`open`] is the office's part, [`consent`] the sides' answers and recusals,
//! [`session`] what is said, [`agreement`] what is agreed and what becomes of it. [`due`] reminds of what is due.

pub mod agreement;
pub mod consent;
pub mod due;
pub mod open;
pub mod session;

use chrono::NaiveDate;
use entity::word::MediationAction;
use entity::{mediation, mediation_side};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::Alias;
use sea_orm::{ColumnTrait, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use super::facts::{self, Facts};
use super::read::NAME;
use super::transition;
use crate::act::Act;
use crate::clock;
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Event, Kind};
use crate::machine::Machine as _;
use crate::policy::rows::mediation as rows;
use crate::policy::rule::At;
use crate::read::{load, revision};
use crate::text;

/// A mediation that a command is about: its row, locked until the act ends, and what the state machine knows of it.
pub struct Case {
    /// The row.
    pub row: mediation::Model,
    /// What the state machine looks at.
    pub facts: Facts,
}

impl Case {
    /// The mediation `id`, if the viewer may know of it.
    ///
    /// # Errors
    /// `NOT_FOUND` at `path`, whether it is missing or out of sight.
    pub async fn of(act: &Act<'_>, id: Uuid, path: &str) -> Result<Self> {
        let row = load::need::<mediation::Entity>(act, rows::mediation, id, path).await?;
        let at = At { role: act.viewer.role, level: act.viewer.level, table: Alias::new("mediation") };
        let scoped = load::scoped::<mediation::Entity>(act.viewer, act.now, rows::mediation).with_id(id);
        let facts = scoped.ask::<Facts, _>(&act.tx, |select| facts::select(select, &at)).await?;
        let facts = facts.into_iter().next().ok_or_else(|| Error::not_found(path))?;
        Ok(Self { row, facts })
    }

    /// The same, where `action` can be done now by a caller who has seen the mediation as it is.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`.
    pub async fn to(act: &Act<'_>, id: Uuid, action: MediationAction, expected: &str) -> Result<Self> {
        let case = Self::of(act, id, "mediation").await?;
        case.require(act, action)?;
        case.seen(act, expected)?;
        Ok(case)
    }

    /// The same of one side: the viewer's own, or one without an account that the mediator names.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REQUIRED` at `side`.
    pub async fn for_side(
        act: &Act<'_>,
        id: Uuid,
        action: MediationAction,
        side: Option<Uuid>,
    ) -> Result<(Self, mediation_side::Model)> {
        let mut case = Self::of(act, id, "mediation").await?;
        let sides = case.sides(act).await?;
        let own = |one: &&mediation_side::Model| one.user_id == Some(act.viewer.user);
        let found = match side {
            Some(side) => sides.iter().find(|one| one.id == side).ok_or_else(|| Error::not_found("side"))?,
            None if case.facts.own.is_some() => {
                sides.iter().find(own).ok_or_else(|| Error::fault("a side without a row"))?
            }
            None => {
                // What is not the caller's at all is refused as such; the mediator has to say which side.
                case.require(act, action)?;
                return Err(Error::refused(Code::Required, "side", vec![]));
            }
        };
        case.facts = case.facts.about(found, act.viewer.user);
        case.require(act, action)?;
        Ok((case, found.clone()))
    }

    /// Says no unless `action` can be done now.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`, `FORBIDDEN`.
    pub fn require(&self, act: &Act<'_>, action: MediationAction) -> Result<()> {
        self.asked(act).require(action)
    }

    /// The state machine, asked by the caller.
    #[must_use]
    pub fn asked<'a>(&'a self, act: &'a Act<'_>) -> transition::Asked<'a> {
        transition::Asked { facts: &self.facts, viewer: act.viewer, today: today(act) }
    }

    /// Says no unless the caller has seen the mediation as it is.
    ///
    /// # Errors
    /// `REVISION_CONFLICT`.
    pub fn seen(&self, act: &Act<'_>, expected: &str) -> Result<()> {
        revision::check(&act.app.vault, self.row.id, self.row.revision, expected)
    }

    /// The changes of the row to come, with its revision raised.
    #[must_use]
    pub fn change(&self) -> mediation::ActiveModel {
        mediation::ActiveModel {
            id: Unchanged(self.row.id),
            revision: Set(self.row.revision + 1),
            ..Default::default()
        }
    }

    /// An event that happened to itself.
    #[must_use]
    pub fn event(&self, kind: Kind) -> Event {
        self.event_of(kind, self.row.id)
    }

    /// An event that happened to `subject`.
    #[must_use]
    pub fn event_of(&self, kind: Kind, subject: Uuid) -> Event {
        Event::new(kind, self.row.community_code, subject).on(self.row.problem_id)
    }

    /// Its sides, in their order.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn sides(&self, act: &Act<'_>) -> Result<Vec<mediation_side::Model>> {
        load::scoped::<mediation_side::Entity>(act.viewer, act.now, rows::sides)
            .filter(mediation_side::Column::MediationId.eq(self.row.id))
            .ordered(mediation_side::Column::Number)
            .all(&act.tx)
            .await
    }

    /// Says no to texts that several people read where they hold personal data, or the name of a side.
    ///
    /// # Errors
    /// `PERSONAL_DATA_IN_TEXT` with the paths and what was found.
    pub async fn share(&self, act: &Act<'_>, texts: &[(&str, &str)]) -> Result<()> {
        // To those who are not to know the names, a refusal would tell them to whoever guesses.
        let known = self.row.consented_at.is_some();
        let names = if known { names(act, &self.sides(act).await?) } else { vec![] };
        share(texts, &names)
    }

    /// Says no unless `consenting` are all sides.
    ///
    /// # Errors
    /// `NOT_FOUND` for what is no side of it, `CONSENT_MISSING`.
    pub async fn all_consent(&self, act: &Act<'_>, consenting: &[Uuid]) -> Result<()> {
        let sides = self.sides(act).await?;
        for (place, id) in consenting.iter().enumerate() {
            if sides.iter().all(|side| side.id != *id) {
                return Err(Error::not_found(&format!("consenting.{place}")));
            }
        }
        if sides.iter().all(|side| consenting.contains(&side.id)) {
            return Ok(());
        }
        Err(Error::refused(Code::ConsentMissing, "consenting", vec![]))
    }
}

/// The names of sides.
fn names(act: &Act<'_>, sides: &[mediation_side::Model]) -> Vec<String> {
    sides.iter().filter_map(|side| act.app.vault.open_text(NAME, &side.name)).collect()
}

/// Says no to texts that hold personal data, or one of some names.
fn share(texts: &[(&str, &str)], names: &[String]) -> Result<()> {
    let (mut paths, mut found) = (vec![], vec![]);
    for (path, text) in texts {
        let mut kinds = text::personal_data(text, None);
        if names.iter().any(|name| text::personal_data(text, Some(name)).contains(&text::REPORTER_NAME)) {
            kinds.push(text::SIDE_NAME);
        }
        if !kinds.is_empty() {
            paths.push((*path).to_owned());
            found.extend(kinds.into_iter().filter(|kind| !found.contains(kind)).collect::<Vec<_>>());
        }
    }
    let Some(first) = paths.first() else { return Ok(()) };
    let error = UserError::new(Code::PersonalDataInText, first, vec![text::labels(&found)]);
    Err(error.with("paths", json!(paths)).with("found", json!(found)).into())
}

/// The day on which a command runs.
fn today(act: &Act<'_>) -> NaiveDate {
    clock::day(act.now)
}

/// Writes the changes of a mediation.
async fn write(act: &Act<'_>, change: mediation::ActiveModel) -> Result<()> {
    mediation::Entity::update(change).exec_without_returning(&act.tx).await?;
    Ok(())
}

/// A day that is given, and lies neither after today nor before `from`; today where none is.
fn past_day(act: &Act<'_>, day: Option<NaiveDate>, from: NaiveDate, path: &str) -> Result<NaiveDate> {
    let today = today(act);
    let day = day.unwrap_or(today);
    if day > today || day < from {
        return Err(Error::refused(Code::OutOfRange, path, vec![from.into(), today.into()]));
    }
    Ok(day)
}

/// A value that does not fit, with why.
fn invalid(path: &str, zh: &str, en: &str) -> Error {
    Error::refused(Code::InvalidValue, path, vec![Word::both(zh, en)])
}
