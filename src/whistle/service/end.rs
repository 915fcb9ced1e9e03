//! The end of a whistle: closed when all is done (销哨), or cancelled because it was a mistake (撤哨).

use entity::word::{PartyKind, WhistleAction, WhistleCallStatus, WhistleStatus, Word as _};
use entity::{party, whistle_call};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{Scene, prose, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::Kind;
use crate::machine::{Machine, Obstacle};
use crate::policy::rows::{place as place_rows, whistle as rows};
use crate::read::load;
use crate::whistle::command::{CancelWhistleInput, CloseWhistleInput};
use crate::whistle::transition::Guard;

/// Closes a whistle: nobody leaves before it is done.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `PARTIES_AWAITED` with the kinds of those who have
/// not come or are not done.
pub async fn close(call: Call<'_>, input: CloseWhistleInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let scene = Scene::of(&act, input.whistle.0, "whistle").await?;
    let close = scene.asked(&act).about(WhistleAction::Close);
    if close.is_some_and(|close| close.obstacle == Some(Obstacle::Guard(Guard::AllDone))) {
        return Err(awaited(&act, scene.row.id).await?);
    }
    scene.require(&act, WhistleAction::Close)?;
    scene.seen(&act, &input.expected_revision)?;
    let mut change = scene.change();
    change.status = Set(WhistleStatus::Closed);
    change.ended_at = Set(Some(act.now));
    write(&act, change).await?;
    act.emit(scene.event(Kind::WhistleClosed));
    act.commit().await?;
    Ok(scene.row.id)
}

/// The refusal while called parties are awaited: their names for people, their kinds for programs.
async fn awaited(act: &Act<'_>, whistle: Uuid) -> Result<Error> {
    let open = [WhistleCallStatus::Called, WhistleCallStatus::ReportedIn];
    let calls = load::scoped::<whistle_call::Entity>(act.viewer, act.now, rows::call)
        .filter(whistle_call::Column::WhistleId.eq(whistle))
        .filter(whistle_call::Column::Status.is_in(open))
        .ordered(whistle_call::Column::CalledAt)
        .all(&act.tx)
        .await?;
    let ids: Vec<Uuid> = calls.iter().map(|call| call.party_id).collect();
    let parties = load::scoped::<party::Entity>(act.viewer, act.now, place_rows::parties);
    let parties = parties.filter(party::Column::Id.is_in(ids.iter().copied())).all(&act.tx).await?;
    let found: Vec<&party::Model> = ids.iter().filter_map(|id| parties.iter().find(|party| party.id == *id)).collect();
    let kinds: Vec<PartyKind> = found.iter().map(|party| party.kind).collect();
    let names: Vec<&str> = found.iter().map(|party| party.name.as_str()).collect();
    let names = Word::both(names.join("、"), names.join(", "));
    let missing: Vec<_> = kinds.into_iter().map(PartyKind::value).collect();
    Ok(UserError::new(Code::PartiesAwaited, "whistle", vec![names]).with("missing", json!(missing)).into())
}

/// Cancels a whistle.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn cancel(call: Call<'_>, input: CancelWhistleInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let scene = Scene::of(&act, input.whistle.0, "whistle").await?;
    scene.require(&act, WhistleAction::Cancel)?;
    scene.seen(&act, &input.expected_revision)?;
    let reason = prose(&input.reason, "reason")?;
    scene.share(&mut act, &[("reason", Some(&reason))])?;
    act.emit(scene.event(Kind::WhistleCancelled).commits("reason", &reason));
    let mut change = scene.change();
    change.status = Set(WhistleStatus::Cancelled);
    change.ended_at = Set(Some(act.now));
    change.reason = Set(Some(reason));
    write(&act, change).await?;
    whistle_call::Entity::update_many()
        .col_expr(whistle_call::Column::Status, Expr::value(WhistleCallStatus::Cancelled))
        .col_expr(whistle_call::Column::Revision, Expr::col(whistle_call::Column::Revision).add(1))
        .filter(whistle_call::Column::WhistleId.eq(scene.row.id))
        .filter(whistle_call::Column::Status.eq(WhistleCallStatus::Called))
        .exec(&act.tx)
        .await?;
    act.commit().await?;
    Ok(scene.row.id)
}
