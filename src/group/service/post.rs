//! Posts (任职): who appoints whom, what excludes what, and how a post ends.

use entity::word::{AppointmentKind, Role};
use entity::{appointment, region, user};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QuerySelect};
use uuid::Uuid;

use super::super::command::{AppointPersonInput, EndAppointmentInput};
use super::{forbidden, place, task, transition};
use crate::act::{Act, Call, Once};
use crate::auth::post::{Giving, Place};
use crate::auth::{self, account};
use crate::clock;
use crate::error::{Code, Error, Result};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::policy::rows::post as posts;
use crate::read::load::{need, scoped};
use crate::read::revision;
use crate::region::service::invalid;

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
    let id = give(&mut act, &input, &person, place).await?;
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
    let person = account::system_lock(&act.tx, input.person.0).await?.ok_or_else(|| Error::not_found("person"))?;
    let place = place::find(&act, &input).await?;
    let id = give(&mut act, &input, &person, place).await?;
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Ends a post today, and its tokens.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION`, `REVISION_CONFLICT`, `OPEN_TASKS`, `INVALID_VALUE` for a successor who
/// could not act on them.
pub async fn end_appointment(call: Call<'_>, input: EndAppointmentInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let asked = scoped::<appointment::Entity>(act.viewer, act.now, posts::appointments).with_id(input.appointment.0);
    let asked = asked.one(&act.tx).await?.ok_or_else(|| Error::not_found("appointment"))?;
    system_in_turn(&act, asked.region_code).await?;
    let post = need::<appointment::Entity>(&act, posts::appointments, asked.id, "appointment").await?;
    if !act.viewer.covers(post.region_code) {
        return Err(Error::not_found("appointment"));
    }
    above(act.viewer.role, post.kind, Some(post.role)).map_err(|_| from_above("appointment"))?;
    if post.ended_on.is_some() {
        return Err(transition("appointment", ("ENDED", "已终止", "ended"), &[]));
    }
    revision::check(&act.app.vault, post.id, post.revision, &input.expected_revision)?;
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
            let zh = "须为同一单位或同一网格的在任者";
            return Err(invalid("handOverTo", zh, "this must be a post of the same organisation, or of the grid"));
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

async fn give(act: &mut Act<'_>, input: &AppointPersonInput, person: &user::Model, place: Place) -> Result<Uuid> {
    let giving = Giving {
        kind: input.kind,
        place,
        identity: input.identity,
        selected_by: input.selected_by,
        started_on: input.started_on,
    };
    let (id, event) = auth::post::give(&act.tx, &act.app.ids, act.now, person, giving).await?;
    act.emit(event);
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

/// Ends of posts in one region come one after another: of two last ones, the second is refused.
async fn system_in_turn(act: &Act<'_>, region: i64) -> Result<()> {
    if act.tx.get_database_backend() == DbBackend::Postgres {
        region::Entity::find_by_id(region).lock(LockType::NoKeyUpdate).one(&act.tx).await?;
    }
    Ok(())
}
