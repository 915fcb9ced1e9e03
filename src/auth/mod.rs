//! Signing in and tokens. (What stands here until the domain of that name is merged: the end of a post's tokens.)

use chrono::{DateTime, Utc};
use entity::refresh_token;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::error::Result;

/// Ends the tokens of a post.
///
/// # Errors
/// A fault of the database.
pub async fn revoke_post(tx: &DatabaseTransaction, appointment: Uuid, now: DateTime<Utc>) -> Result<()> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::RevokedAt, Expr::val(now))
        .filter(refresh_token::Column::AppointmentId.eq(appointment))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
