//! The commands on whistles: [`raise`] calls, [`respond`] is what comes of a call, [`end`] closes or cancels.
//! [`unanswered`] is for the scheduler.

pub mod end;
pub mod raise;
pub mod respond;
pub mod unanswered;

use entity::word::WhistleAction;
use entity::{problem, whistle, whistle_call};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Alias;
use serde_json::json;
use uuid::Uuid;

use super::facts::{self, Facts, Own};
use super::transition;
use crate::act::Act;
use crate::error::{Code, Error, Result, UserError};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::machine::Machine as _;
use crate::policy::rows::{problem as problem_rows, whistle as rows};
use crate::policy::rule::At;
use crate::problem::service::{Case, length};
use crate::read::{load, revision};
use crate::text;

/// A whistle that a command is about: its row, locked until the act ends, what the state machine knows of it, and its
/// problem where that is in sight.
pub struct Scene {
    /// The row.
    pub row: whistle::Model,
    /// What the state machine looks at.
    pub facts: Facts,
    /// The problem.
    pub case: Option<Case>,
}

impl Scene {
    /// The whistle `id`, if the viewer may read it.
    ///
    /// # Errors
    /// `NOT_FOUND` at `path`, whether it is missing or out of sight.
    pub async fn of(act: &Act<'_>, id: Uuid, path: &str) -> Result<Self> {
        // Commands on problems lock the problem first; so does this.
        let seen = load::refer::<whistle::Entity>(act, rows::whistle, id, path).await?;
        let case = case(act, seen.problem_id, path).await?;
        let row = load::need::<whistle::Entity>(act, rows::whistle, id, path).await?;
        let at = At { role: act.viewer.role, level: act.viewer.level, table: Alias::new("whistle") };
        let scoped = load::scoped::<whistle::Entity>(act.viewer, act.now, rows::whistle).with_id(id);
        let facts = scoped.ask::<Facts, _>(&act.tx, |select| facts::select(select, &at)).await?;
        let facts = facts.into_iter().next().ok_or_else(|| Error::not_found(path))?;
        Ok(Self { row, facts, case })
    }

    /// Says no unless `action` can be done now.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`, `FORBIDDEN`.
    pub fn require(&self, act: &Act<'_>, action: WhistleAction) -> Result<()> {
        self.asked(act).require(action)
    }

    /// The state machine, asked by the caller.
    #[must_use]
    pub fn asked<'a>(&'a self, act: &'a Act<'_>) -> transition::Asked<'a> {
        transition::Asked { facts: &self.facts, viewer: act.viewer }
    }

    /// Says no unless the caller has seen the whistle as it is.
    ///
    /// # Errors
    /// `REVISION_CONFLICT`.
    pub fn seen(&self, act: &Act<'_>, expected: &str) -> Result<()> {
        revision::check(&act.app.vault, self.row.id, self.row.revision, expected)
    }

    /// The changes of the row to come, with its revision raised.
    #[must_use]
    pub fn change(&self) -> whistle::ActiveModel {
        whistle::ActiveModel { id: Unchanged(self.row.id), revision: Set(self.row.revision + 1), ..Default::default() }
    }

    /// An event that happened to it, in the timeline of its problem.
    #[must_use]
    pub fn event(&self, kind: Kind) -> Event {
        told(kind, &self.row, self.row.id)
    }

    /// Says no to shared texts that hold personal data.
    ///
    /// # Errors
    /// `PERSONAL_DATA_IN_TEXT` with the paths and what was found.
    pub fn share(&self, act: &mut Act<'_>, texts: &[(&str, Option<&str>)]) -> Result<()> {
        match &self.case {
            Some(case) => case.share(act, texts, None),
            None => refuse_personal_data(texts),
        }
    }
}

/// A call that a command is about, locked until the act ends, and its whistle; the facts are asked about this call alone.
pub struct Called {
    /// The row.
    pub row: whistle_call::Model,
    /// Its whistle.
    pub scene: Scene,
}

impl Called {
    /// The call `id`, where `action` can be done on it now by a caller who has seen it as it is.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`.
    pub async fn to(act: &Act<'_>, id: Uuid, action: WhistleAction, expected: &str) -> Result<Self> {
        let seen = load::refer::<whistle_call::Entity>(act, rows::call, id, "call").await?;
        let mut scene = Scene::of(act, seen.whistle_id, "call").await?;
        let row = load::need::<whistle_call::Entity>(act, rows::call, id, "call").await?;
        let is = |rule| load::scoped::<whistle_call::Entity>(act.viewer, act.now, rule).with_id(id).any(&act.tx);
        let own = Own { answers: is(rows::own_call).await?, belongs: is(rows::call_of_own).await? };
        scene.facts = scene.facts.about(row.status, own);
        scene.require(act, action)?;
        revision::check(&act.app.vault, row.id, row.revision, expected)?;
        Ok(Self { row, scene })
    }

    /// The changes of the row to come, with its revision raised.
    #[must_use]
    pub fn change(&self) -> whistle_call::ActiveModel {
        let (id, revision) = (Unchanged(self.row.id), Set(self.row.revision + 1));
        whistle_call::ActiveModel { id, revision, ..Default::default() }
    }

    /// An event that happened to it, in the timeline of the whistle's problem.
    #[must_use]
    pub fn event(&self, kind: Kind) -> Event {
        called(kind, &self.scene.row, self.row.id, self.row.party_id)
    }
}

/// The problem of a whistle, where it is in sight.
async fn case(act: &Act<'_>, problem: Option<Uuid>, path: &str) -> Result<Option<Case>> {
    let Some(id) = problem else { return Ok(None) };
    let in_sight = load::scoped::<problem::Entity>(act.viewer, act.now, problem_rows::problem).with_id(id);
    Ok(if in_sight.any(&act.tx).await? { Some(Case::of(act, id, path).await?) } else { None })
}

/// An event of a whistle that happened to `subject`.
fn told(kind: Kind, whistle: &whistle::Model, subject: Uuid) -> Event {
    Event::new(kind, whistle.community_code, subject).on(whistle.problem_id)
}

/// An event of a whistle that happened to one of its calls.
fn called(kind: Kind, whistle: &whistle::Model, call: Uuid, party: Uuid) -> Event {
    let event = told(kind, whistle, call).with("whistle", &TypeId(prefix::WHISTLE, whistle.id));
    event.with("party", &TypeId(prefix::PARTY, party))
}

/// Says no to shared texts of what belongs to no problem in sight, if they hold personal data.
fn refuse_personal_data(texts: &[(&str, Option<&str>)]) -> Result<()> {
    let (mut paths, mut found) = (vec![], vec![]);
    for (path, text) in texts {
        let kinds = text.map(|text| text::personal_data(text, None)).unwrap_or_default();
        if !kinds.is_empty() {
            paths.push((*path).to_owned());
            found.extend(kinds.into_iter().filter(|kind| !found.contains(kind)).collect::<Vec<_>>());
        }
    }
    let Some(first) = paths.first() else { return Ok(()) };
    let error = UserError::new(Code::PersonalDataInText, first, vec![text::labels(&found)]);
    Err(error.with("paths", json!(paths)).with("found", json!(found)).into())
}

/// The words of one shared text.
fn prose(text: &str, path: &str) -> Result<String> {
    text::prose(text, path, length::PROSE)
}

/// Writes the changes of a whistle.
async fn write(act: &Act<'_>, change: whistle::ActiveModel) -> Result<()> {
    whistle::Entity::update(change).exec(&act.tx).await?;
    Ok(())
}

/// Writes the changes of a call.
async fn write_call(act: &Act<'_>, change: whistle_call::ActiveModel) -> Result<()> {
    whistle_call::Entity::update(change).exec(&act.tx).await?;
    Ok(())
}
