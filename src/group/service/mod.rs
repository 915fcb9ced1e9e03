//! Groups, their parties and seats, and posts: one function a command.

mod complete;
mod party;
mod place;
mod post;
mod task;

pub use complete::{activate, create_group, dissolve};
pub use party::{add_party, add_seat, end_seat, record_vacancy};
pub use post::{appoint, end_appointment, install};

use chrono::NaiveDate;
use entity::word::{LinkageGroupStatus, Word as _};
use entity::{linkage_group, party_seat};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use crate::act::Act;
use crate::clock;
use crate::error::{Code, Error, Result, UserError, Word};
use crate::policy::rows::place as rows;
use crate::read::load::{need, scoped};
use crate::read::revision;

/// The group `id`, locked.
async fn group(act: &Act<'_>, id: Uuid, path: &str) -> Result<linkage_group::Model> {
    need::<linkage_group::Entity>(act, rows::groups, id, path).await
}

/// Holds the group to the revision that the caller has read.
fn expect(act: &Act<'_>, group: &linkage_group::Model, expected: &str) -> Result<()> {
    revision::check(&act.app.vault, group.id, group.revision, expected)
}

/// Writes that the group, or something of it, has changed.
async fn raise(act: &Act<'_>, group: &linkage_group::Model) -> Result<()> {
    let row =
        linkage_group::ActiveModel { id: Unchanged(group.id), revision: Set(group.revision + 1), ..Default::default() };
    linkage_group::Entity::update(row).exec(&act.tx).await?;
    Ok(())
}

/// A change that a dissolved group no longer takes.
fn not_dissolved(group: &linkage_group::Model) -> Result<()> {
    match group.status {
        LinkageGroupStatus::Forming | LinkageGroupStatus::Active => Ok(()),
        LinkageGroupStatus::Dissolved => Err(standing(group.status)),
    }
}

/// The refusal of a move that a group's status does not allow; it says which it does.
fn standing(status: LinkageGroupStatus) -> Error {
    let allowed: &[&str] = match status {
        LinkageGroupStatus::Forming => &["activateGroup", "dissolveGroup"],
        LinkageGroupStatus::Active => &["dissolveGroup"],
        LinkageGroupStatus::Dissolved => &[],
    };
    transition("group", (status.value(), status.zh(), status.en()), allowed)
}

/// The refusal of a move out of `from` (value, Chinese, English); `allowed` are the mutations that are open.
fn transition(path: &str, from: (&str, &str, &str), allowed: &[&str]) -> Error {
    let moves = if allowed.is_empty() {
        Word::both("无", "nothing")
    } else {
        Word::both(allowed.join("、"), allowed.join(", "))
    };
    UserError::new(Code::InvalidTransition, path, vec![Word::both(from.1, from.2), moves])
        .with("from", json!(from.0))
        .with("allowed", json!(allowed))
        .into()
}

/// The seats of the caller's region that hold on `day`.
fn seats_on(day: NaiveDate) -> Condition {
    let ended = party_seat::Column::EndedOn;
    Condition::all().add(party_seat::Column::StartedOn.lte(day)).add(ended.is_null().or(ended.gt(day)))
}

/// The seats of a group that hold today.
async fn seats_today(act: &Act<'_>, group: Uuid) -> Result<Vec<party_seat::Model>> {
    scoped::<party_seat::Entity>(act.viewer, act.now, rows::seats)
        .filter(party_seat::Column::GroupId.eq(group))
        .filter(seats_on(clock::day(act.now)))
        .all(&act.tx)
        .await
}

/// A refusal that names what is forbidden.
fn forbidden(path: &str, zh: &str, en: &str) -> Error {
    Error::refused(Code::Forbidden, path, vec![Word::both(zh, en)])
}
