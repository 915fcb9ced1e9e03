//! The commands on problems, by concept: [`report`] is the reporter's part, [`triage`] and [`dispatch`] the office's,
//! [`code`] is what a reporter without account proves themself by, [`audience`] says beforehand who will see what;
//! [`verify`] and [`after`] what follows the parties' work, [`contact`] the reveal of contact data,
//! [`hold`] what is kept as it is, and what is not kept. [`clock`] keeps what
//! runs by a limit, [`deadline`] reckons it anew, [`watch`] is what happens by itself. [`place`] says where a problem
//! belongs and who answers for it.

pub mod after;
pub mod audience;
pub mod clock;
pub mod code;
pub mod contact;
pub mod deadline;
pub mod dispatch;
pub mod extension;
pub mod hold;
pub mod lapse;
pub mod ledger;
pub mod merge;
pub mod place;
pub mod remind;
pub mod report;
pub mod request;
pub mod supervise;
pub mod suspend;
pub mod task;
pub mod triage;
pub mod verify;
pub mod void;
pub mod watch;
pub mod withdraw;

use entity::word::{ClosureOutcome, ProblemAction, ProblemStatus, SupervisionLevel};
use entity::{closure, linkage_group, problem};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::Alias;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::facts::{self, Facts};
use super::limit::Limit;
use super::read::NAME;
use super::transition;
use crate::act::Act;
use crate::error::{Code, Error, Result, UserError};
use crate::event::{Event, Kind};
use crate::machine::Machine as _;
use crate::policy::rows::problem as rows;
use crate::policy::rule::{At, Rule};
use crate::read::{load, revision};
use crate::text;

/// How long texts may be, in characters.
pub mod length {
    /// A title.
    pub const TITLE: usize = 60;
    /// A place, a channel, an authority.
    pub const LINE: usize = 200;
    /// A summary, a reply, a reason, a disposition.
    pub const PROSE: usize = 2000;
    /// A report, in the reporter's own words.
    pub const REPORT: usize = 5000;
    /// A list of parties or tasks, in elements.
    pub const LIST: usize = 20;
}

/// Says no to a list that is longer than anybody needs.
///
/// # Errors
/// `OUT_OF_RANGE`.
pub fn few<T>(list: &[T], path: &str) -> Result<()> {
    if list.len() <= length::LIST {
        return Ok(());
    }
    Err(Error::refused(Code::OutOfRange, path, vec![0.into(), length::LIST.into()]))
}

/// A problem that a command is about: its row, locked until the act ends, and what the state machine knows of it.
pub struct Case {
    /// The row.
    pub row: problem::Model,
    /// What the state machine looks at.
    pub facts: Facts,
}

impl Case {
    /// The problem `id`, if the viewer may read it.
    ///
    /// # Errors
    /// `NOT_FOUND` at `path`, whether it is missing or out of sight.
    pub async fn of(act: &Act<'_>, id: Uuid, path: &str) -> Result<Self> {
        let row = load::need::<problem::Entity>(act, rows::problem, id, path).await?;
        let at = At { role: act.viewer.role, level: act.viewer.level, table: Alias::new("problem") };
        let scoped = load::scoped::<problem::Entity>(act.viewer, act.now, rows::problem).with_id(id);
        let facts = scoped.ask::<Facts, _>(&act.tx, |select| facts::select(select, &at)).await?;
        let facts = facts.into_iter().next().ok_or_else(|| Error::not_found(path))?;
        Ok(Self { row, facts })
    }

    /// The same, where `action` can be done now by a caller who has seen the problem as it is.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`.
    pub async fn to(act: &Act<'_>, id: Uuid, action: ProblemAction, expected: &str) -> Result<Self> {
        let case = Self::of(act, id, "problem").await?;
        case.require(act, action)?;
        case.seen(act, expected)?;
        Ok(case)
    }

    /// The same with its group, where seats are looked up: the group is active, and held as it is until the act ends. A
    /// problem whose group was dissolved moves to the one that serves the community now.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `NO_ACTIVE_GROUP`.
    pub async fn in_group(
        act: &Act<'_>,
        id: Uuid,
        action: ProblemAction,
        expected: &str,
    ) -> Result<(Self, linkage_group::Model)> {
        // Commands on groups lock the group first; so does this.
        let group = place::system_group_of(act, id).await?;
        let mut case = Self::to(act, id, action, expected).await?;
        let group = case.settle(act, group).await?;
        Ok((case, group))
    }

    /// Puts the problem into the group that deals with it.
    async fn settle(&mut self, act: &Act<'_>, group: Option<linkage_group::Model>) -> Result<linkage_group::Model> {
        let group = group.ok_or_else(|| place::no_active_group("problem"))?;
        if self.row.group_id != group.id {
            self.move_to(act, &group).await?;
        }
        Ok(group)
    }

    /// The problem `id` as its reporter without account sees it: who has shown its number and code is its reporter.
    ///
    /// # Errors
    /// `REPORT_CODE_FAILED` where it is not there any more.
    pub async fn system_of_reporter(act: &Act<'_>, id: Uuid) -> Result<Self> {
        let every = |_: &At| Rule::Always;
        let scoped = || load::scoped::<problem::Entity>(act.viewer, act.now, every).with_id(id);
        let row = scoped().locked().one(&act.tx).await?;
        let row = row.ok_or_else(|| Error::refused(Code::ReportCodeFailed, "", vec![]))?;
        let at = At { role: act.viewer.role, level: act.viewer.level, table: Alias::new("problem") };
        let facts = scoped().ask::<Facts, _>(&act.tx, |select| facts::select(select, &at)).await?;
        let facts = facts.into_iter().next().ok_or_else(|| Error::fault("a problem without facts"))?;
        Ok(Self { row, facts: Facts { reporter: true, ..facts } })
    }

    /// The same, where `action` can be done now, in the group that deals with it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`, `FORBIDDEN`, `NO_ACTIVE_GROUP`.
    pub async fn system_of_reporter_in_group(act: &Act<'_>, id: Uuid, action: ProblemAction) -> Result<Self> {
        let group = place::system_group_of(act, id).await?;
        let mut case = Self::system_of_reporter(act, id).await?;
        case.require(act, action)?;
        case.settle(act, group).await?;
        Ok(case)
    }

    /// Whoever was complained of stays so; where that is the new group's convenor, the problem goes up.
    async fn move_to(&mut self, act: &Act<'_>, group: &linkage_group::Model) -> Result<()> {
        let concerned = place::system_concerned(act, self.row.id).await?;
        let office = place::system_office(act, group, self.row.compound_id, &concerned).await?;
        self.row.group_id = group.id;
        self.row.handled_by = self.row.handled_by.min(office.level);
        self.row.accountable_id = place::system_accountable(act, &self.row).await?;
        let moved = problem::ActiveModel {
            id: Unchanged(self.row.id),
            group_id: Set(self.row.group_id),
            handled_by: Set(self.row.handled_by),
            accountable_id: Set(self.row.accountable_id),
            ..Default::default()
        };
        write(act, moved).await
    }

    /// Says no unless `action` can be done now.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`, `FORBIDDEN`.
    pub fn require(&self, act: &Act<'_>, action: ProblemAction) -> Result<()> {
        self.asked(act).require(action)
    }

    /// The state machine, asked by the caller.
    #[must_use]
    pub fn asked<'a>(&'a self, act: &'a Act<'_>) -> transition::Asked<'a> {
        transition::Asked { facts: &self.facts, viewer: act.viewer, now: act.now }
    }

    /// Says no unless the caller has seen the problem as it is.
    ///
    /// # Errors
    /// `REVISION_CONFLICT`.
    pub fn seen(&self, act: &Act<'_>, expected: &str) -> Result<()> {
        revision::check(&act.app.vault, self.row.id, self.row.revision, expected)
    }

    /// The changes of the row to come, with its revision raised.
    #[must_use]
    pub fn change(&self) -> problem::ActiveModel {
        change_of(&self.row)
    }

    /// An event of its timeline that happened to itself.
    #[must_use]
    pub fn event(&self, kind: Kind) -> Event {
        self.event_of(kind, self.row.id)
    }

    /// An event of its timeline that happened to `subject`.
    #[must_use]
    pub fn event_of(&self, kind: Kind, subject: Uuid) -> Event {
        Event::new(kind, self.row.community_code, subject).on(self.row.id)
    }

    /// Says no to shared texts that hold personal data, unless the office gives a reason to let them through; then says
    /// so in the audit trail.
    ///
    /// # Errors
    /// `PERSONAL_DATA_IN_TEXT` with the paths and what was found.
    pub fn share(
        &self,
        act: &mut Act<'_>,
        texts: &[(&str, Option<&str>)],
        override_reason: Option<&str>,
    ) -> Result<()> {
        let reason = text::optional_prose(override_reason, "overrideReason", length::PROSE)?;
        // To those who are not to know the name, a refusal would tell it to whoever guesses.
        let knows = self.facts.named || self.facts.reporter || self.facts.recorder;
        let name = self.row.reporter_name.as_ref().filter(|_| knows);
        let name = name.and_then(|name| act.app.vault.open_text(NAME, name));
        let (mut paths, mut found) = (vec![], vec![]);
        for (path, text) in texts {
            let kinds = text.map(|text| text::personal_data(text, name.as_deref())).unwrap_or_default();
            if !kinds.is_empty() {
                paths.push((*path).to_owned());
                found.extend(kinds.into_iter().filter(|kind| !found.contains(kind)).collect::<Vec<_>>());
            }
        }
        if paths.is_empty() {
            return Ok(());
        }
        if let Some(reason) = reason.filter(|_| self.facts.office) {
            act.emit(self.event(Kind::TextOverridden).commits("overrideReason", &reason));
            return Ok(());
        }
        let error = UserError::new(Code::PersonalDataInText, &paths[0], vec![text::labels(&found)]);
        Err(error.with("paths", json!(paths)).with("found", json!(found)).into())
    }
}

/// Whether a problem that stands so is one of the open ones.
const fn is_open(status: ProblemStatus) -> bool {
    use ProblemStatus::{Closed, Declined, Merged, Voided, Withdrawn};
    !matches!(status, Declined | Closed | Merged | Withdrawn | Voided)
}

/// The changes of a problem's row to come, with its revision raised.
#[must_use]
pub fn change_of(row: &problem::Model) -> problem::ActiveModel {
    problem::ActiveModel { id: Unchanged(row.id), revision: Set(row.revision + 1), ..Default::default() }
}

/// Writes the changes of a problem; a new limit gets its reminders. Where the step is under no limit any more its clock
/// stops, and where the problem is not open any more all of its clocks do.
///
/// # Errors
/// A fault of the database.
pub async fn write(act: &Act<'_>, mut change: problem::ActiveModel) -> Result<()> {
    if let (Unchanged(id), Set(None)) = (&change.id, &change.due_rule) {
        if matches!(&change.status, Set(status) if !is_open(*status)) {
            clock::stop_all(act, *id).await?;
        } else {
            clock::stop_step(act, *id).await?;
        }
    }
    remind::set(act, &mut change).await?;
    // A problem has many columns: what holds them meanwhile is not to lie in every future above.
    Box::pin(problem::Entity::update(change).exec(&act.tx)).await?;
    Ok(())
}

/// Writes down that a problem left the open ones: what was asked for lapses, supervision ends.
///
/// # Errors
/// A fault of the database.
pub async fn end(act: &Act<'_>, case: &Case, status: ProblemStatus, outcome: Option<ClosureOutcome>) -> Result<()> {
    let row = closure::ActiveModel {
        id: Set(act.new_id()),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        status: Set(status),
        outcome: Set(outcome),
        domain: Set(case.row.domain),
        lead_party_id: Set(case.row.lead_party_id),
        ended_at: Set(act.now),
        resumed_at: Set(None),
    };
    closure::Entity::insert(row).exec_without_returning(&act.tx).await?;
    request::lapse_of_problem(act, case.row.id).await?;
    supervise::end_in_force(act, case.row.id).await?;
    let ended = problem::ActiveModel {
        id: Unchanged(case.row.id),
        supervision: Set(SupervisionLevel::None),
        archive_at: Set(Some(Limit::Archive.open_until(act.now))),
        contact_idle_at: Set(hold::has_contact(&case.row).then_some(act.now)),
        report_idle_at: Set(Some(act.now)),
        files_idle_at: Set(Some(act.now)),
        ..Default::default()
    };
    write(act, ended).await
}

/// Writes down that a problem came back to the open ones.
///
/// # Errors
/// A fault of the database.
pub async fn resume(act: &Act<'_>, case: &Case) -> Result<()> {
    closure::Entity::update_many()
        .col_expr(closure::Column::ResumedAt, sea_orm::sea_query::Expr::value(act.now))
        .filter(closure::Column::ProblemId.eq(case.row.id))
        .filter(closure::Column::ResumedAt.is_null())
        .exec(&act.tx)
        .await?;
    let again = problem::ActiveModel {
        id: Unchanged(case.row.id),
        archive_at: Set(None),
        archived_at: Set(None),
        contact_idle_at: Set(None),
        report_idle_at: Set(None),
        files_idle_at: Set(None),
        ..Default::default()
    };
    write(act, again).await
}
