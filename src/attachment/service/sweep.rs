//! What is no longer kept is removed: for the scheduler, and for the erasure of a problem's texts.

use entity::attachment::Column as C;
use entity::word::AttachmentStatus;
use entity::{attachment, upload};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::act::Act;
use crate::app::App;
use crate::error::Result;

/// How many are removed in one go.
const BATCH: u64 = 100;

/// Removes uploads whose time is over, with what was received for them and not attached, and the objects of withdrawn
/// files; says how many those were. The object goes first: what a server that ends in between leaves is done again, and an
/// object that is gone is no fault. Two at once do no harm.
///
/// # Errors
/// A fault of the database or the store; what was removed is gone.
pub async fn system_sweep(app: &App) -> Result<u64> {
    let over = upload::Entity::find().filter(upload::Column::ExpiresAt.lte(app.clock.now()));
    let over = over.order_by_asc(upload::Column::ExpiresAt).limit(BATCH).all(&app.db).await?;
    let withdrawn = attachment::Entity::find()
        .filter(C::Status.eq(AttachmentStatus::Withdrawn).and(C::ObjectKey.is_not_null()))
        .order_by_asc(C::WithdrawnAt)
        .limit(BATCH)
        .all(&app.db)
        .await?;
    let count = over.len() + withdrawn.len();
    for row in over {
        let kept = row.object_key.filter(|_| row.attached_at.is_some());
        app.files.clear(&row.folder, kept.as_deref()).await?;
        upload::Entity::delete_by_id(row.id).exec(&app.db).await?;
    }
    for row in withdrawn {
        if let Some(key) = &row.object_key {
            app.files.remove(key).await?;
        }
        let nothing = |column| (column, Expr::value(None::<String>));
        let (column, none) = nothing(C::ObjectKey);
        attachment::Entity::update_many()
            .col_expr(column, none)
            .col_expr(C::FileName, Expr::value(None::<Vec<u8>>))
            .filter(C::Id.eq(row.id))
            .exec(&app.db)
            .await?;
    }
    Ok(count as u64)
}

/// Withdraws all files of a problem, with their names, within an act that erases it and says so; [`system_sweep`] removes
/// the objects once that is committed. Says whether there were any.
///
/// # Errors
/// A fault of the database.
pub async fn system_erase(act: &Act<'_>, problem: Uuid) -> Result<bool> {
    let erased = attachment::Entity::update_many()
        .col_expr(C::FileName, Expr::value(None::<Vec<u8>>))
        .filter(C::ProblemId.eq(problem))
        .exec(&act.tx)
        .await?;
    attachment::Entity::update_many()
        .col_expr(C::Status, Expr::value(AttachmentStatus::Withdrawn))
        .col_expr(C::WithdrawnAt, Expr::value(act.now))
        .filter(C::ProblemId.eq(problem))
        .filter(C::WithdrawnAt.is_null())
        .exec(&act.tx)
        .await?;
    Ok(erased.rows_affected > 0)
}
