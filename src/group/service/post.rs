//! Posts (任职): who appoints whom, what excludes what, and how a post ends.

use entity::word::{AppointmentKind, Role, Word as _};
use entity::{appointment, grid, party, user};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::super::command::{AppointPersonInput, EndAppointmentInput};
use super::place::{self, Place};
use super::{forbidden, task, transition};
use crate::act::{Act, Call, Once};
use crate::auth;
use crate::clock;
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::policy::rows::{place as rows, post as posts};
use crate::policy::rule::Known;
use crate::read::load::{load, need};
use crate::read::revision;
use crate::region::service::{duplicate, invalid, overlap};

/// Gives a person a post.
///
/// # Errors
/// `NOT_FOUND`, `REQUIRED` and `INVALID_VALUE` for what the kind needs, `FORBIDDEN` for a post that is given from above,
/// `INCOMPATIBLE_POSTS`, `DUPLICATE`.
pub async fn appoint(call: Call<'_>, input: AppointPersonInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let person = need::<user::Entity>(&act, posts::people, input.person.0, "person").await?;
    above(act.viewer.role, input.kind, None)?;
    let place = place::find(&act, &input).await?;
    above(act.viewer.role, input.kind, Some(place.role))?;
    let id = write(&mut act, &input, &person, place).await?;
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Gives a person a post without asking whether the caller may: for the command line and the demo, where the operator
/// puts the first people in their posts. All other rules hold.
///
/// # Errors
/// Those of [`appoint`], but `FORBIDDEN`.
pub async fn install(call: Call<'_>, input: AppointPersonInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let person = system_person(&act, input.person.0).await?.ok_or_else(|| Error::not_found("person"))?;
    let place = place::find(&act, &input).await?;
    let id = write(&mut act, &input, &person, place).await?;
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Ends a post today, and its tokens.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION`, `REVISION_CONFLICT`, `OPEN_TASKS`, `INVALID_VALUE` for a successor who
/// could not act on them.
pub async fn end_appointment(call: Call<'_>, input: EndAppointmentInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let post = need::<appointment::Entity>(&act, posts::appointments, input.appointment.0, "appointment").await?;
    if !act.viewer.covers(post.region_code) {
        return Err(Error::not_found("appointment"));
    }
    above(act.viewer.role, post.kind, Some(post.role)).map_err(|_| from_above("appointment"))?;
    if post.ended_on.is_some() {
        return Err(transition("appointment", ("ENDED", "已终止", "ended"), &[]));
    }
    revision::check(&act.app.vault, post.id, post.revision, &input.expected_revision)?;
    together(&act, &post).await?;
    let today = clock::day(act.now);
    let alone = task::system_left_alone(&act, &post, today).await?;
    let successor = match input.hand_over_to {
        Some(id) => Some(need::<appointment::Entity>(&act, posts::appointments, id.0, "handOverTo").await?),
        None if alone.is_empty() => None,
        None => return Err(Error::refused(Code::OpenTasks, "appointment", vec![])),
    };
    if let Some(successor) = &successor {
        let stays = successor.id != post.id && successor.ended_on.is_none();
        if !stays || !alone.iter().all(|task| task::acts_on(successor, task)) {
            let zh = "须为同一方同一单位或同一网格的在任者";
            return Err(invalid(
                "handOverTo",
                zh,
                "this must be a post of the same party and organisation, or of the grid",
            ));
        }
    }
    let id = post.id;
    close(&mut act, post, successor.map(|successor| successor.id)).await?;
    act.commit().await?;
    Ok(id)
}

/// Writes the end of a post and ends its tokens; one that has not begun ends on its first day.
pub(super) async fn close(act: &mut Act<'_>, post: appointment::Model, successor: Option<Uuid>) -> Result<()> {
    let row = appointment::ActiveModel {
        id: Unchanged(post.id),
        ended_on: Set(Some(clock::day(act.now).max(post.started_on))),
        revision: Set(post.revision + 1),
        ..Default::default()
    };
    appointment::Entity::update(row).exec(&act.tx).await?;
    auth::revoke_post(&act.tx, post.id, act.now).await?;
    act.emit(
        Event::new(Kind::AppointmentEnded, post.region_code, post.id)
            .with("kind", &post.kind)
            .with("person", &TypeId(prefix::USER, post.user_id))
            .with("handedOverTo", &successor.map(|id| TypeId(prefix::APPOINTMENT, id))),
    );
    Ok(())
}

async fn write(act: &mut Act<'_>, input: &AppointPersonInput, person: &user::Model, place: Place) -> Result<Uuid> {
    if person.disabled_at.is_some() {
        return Err(forbidden("person", "该账号已停用", "the account is disabled"));
    }
    let today = clock::day(act.now);
    let started_on = input.started_on.unwrap_or(today);
    for held in system_posts(act, person.id).await? {
        if held.ended_on.is_none() && same(&held, input.kind, &place) {
            return Err(duplicate("kind", Word::both(input.kind.zh(), input.kind.en())).into());
        }
        if incompatible(held.role, place.role) && overlap(held.region_code, place.region) {
            let words = Word::both(
                format!("{}、{}", held.role.zh(), place.role.zh()),
                format!("{} and {}", held.role.en(), place.role.en()),
            );
            return Err(Error::refused(Code::IncompatiblePosts, "kind", vec![words]));
        }
    }
    let id = act.new_id();
    let row = appointment::ActiveModel {
        id: Set(id),
        user_id: Set(person.id),
        kind: Set(input.kind),
        role: Set(place.role),
        identity: Set(input.identity),
        selected_by: Set(input.selected_by),
        region_code: Set(place.region),
        community_code: Set(place.community),
        organisation_id: Set(place.organisation),
        group_id: Set(place.group),
        party_id: Set(place.party),
        grid_id: Set(place.grid),
        building_id: Set(place.building),
        started_on: Set(started_on),
        ended_on: Set(None),
        created_at: Set(act.now),
        revision: Set(1),
    };
    appointment::Entity::insert(row).exec_without_returning(&act.tx).await?;
    act.emit(
        Event::new(Kind::PersonAppointed, place.region, id)
            .with("kind", &input.kind)
            .with("role", &place.role)
            .with("person", &TypeId(prefix::USER, person.id)),
    );
    Ok(id)
}

/// Whether `kind` with `role` (where known) is given and ended by the caller's level: supervisors and street coordinators
/// by the operator, whatever makes a secretary by the street, the rest by street and secretary.
fn above(caller: Role, kind: AppointmentKind, role: Option<Role>) -> Result<()> {
    let operator = matches!(kind, AppointmentKind::Supervisor | AppointmentKind::StreetCoordinator);
    let street = kind == AppointmentKind::Secretary || role == Some(Role::Secretary);
    if operator || street && caller != Role::StreetCoordinator { Err(from_above("kind")) } else { Ok(()) }
}

fn from_above(path: &str) -> Error {
    forbidden(path, "此任职由上级任免", "this post is given and ended from above")
}

/// The posts that exclude each other where their regions overlap.
fn incompatible(one: Role, other: Role) -> bool {
    let excluded = |role| matches!(role, Role::Secretary | Role::GridWorker | Role::StreetCoordinator);
    one == Role::PropertyManager && excluded(other) || other == Role::PropertyManager && excluded(one)
}

fn same(held: &appointment::Model, kind: AppointmentKind, place: &Place) -> bool {
    held.kind == kind
        && held.region_code == place.region
        && held.party_id == place.party
        && held.organisation_id == place.organisation
        && held.grid_id == place.grid
        && held.building_id == place.building
}

/// Ends of posts of one party, or one grid, come one after another: of two last ones, the second is refused.
async fn together(act: &Act<'_>, post: &appointment::Model) -> Result<()> {
    if let Some(id) = post.party_id {
        load::<party::Entity>(act, rows::parties, id).await?;
    }
    if let Some(id) = post.grid_id {
        load::<grid::Entity>(act, rows::grids, id).await?;
    }
    Ok(())
}

/// The posts that a person holds, will hold, or held within the time that still excludes, wherever they are.
async fn system_posts(act: &Act<'_>, person: Uuid) -> Result<Vec<appointment::Model>> {
    let since = act.viewer.known(Known::ExclusionDay, act.now);
    let ended = appointment::Column::EndedOn;
    let posts = appointment::Entity::find()
        .filter(appointment::Column::UserId.eq(person))
        .filter(Condition::any().add(ended.is_null()).add(ended.gt(since)));
    Ok(posts.all(&act.tx).await?)
}

/// A person, in sight or not, locked.
async fn system_person(act: &Act<'_>, id: Uuid) -> Result<Option<user::Model>> {
    let person = user::Entity::find_by_id(id);
    let postgres = act.tx.get_database_backend() == DbBackend::Postgres;
    let person = if postgres { person.lock_exclusive() } else { person };
    Ok(person.one(&act.tx).await?)
}
