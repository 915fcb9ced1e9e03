//! The index as a whole: made anew for problems that were there before it, or when texts are cut in another way.

use entity::problem;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::index;
use crate::act;
use crate::app::App;
use crate::error::Result;

/// So many problems are done in one transaction: others wait no longer for it.
const PAGE: u64 = 100;

/// Makes the index right for all problems, and says how many there were; `done` is told after each page. It can be run
/// while the server runs, and again after it was broken off.
///
/// # Errors
/// A fault of the database.
pub async fn reindex(app: &App, done: impl Fn(u64, u64)) -> Result<u64> {
    let all = system_count(app).await?;
    let (mut after, mut count) = (Uuid::nil(), 0);
    loop {
        let tx = act::begin(&app.db).await?;
        // Each is held, so that a command does not change it between its reading and its writing.
        let page = system_page(&tx, after).await?;
        for problem in &page {
            index::keep(&tx, &app.vault, *problem).await?;
        }
        tx.commit().await?;
        let Some(last) = page.last() else { return Ok(count) };
        after = *last;
        count += page.len() as u64;
        done(count, all.max(count));
    }
}

async fn system_count(app: &App) -> Result<u64> {
    Ok(problem::Entity::find().count(&app.db).await?)
}

async fn system_page(tx: &DatabaseTransaction, after: Uuid) -> Result<Vec<Uuid>> {
    use sea_orm::{ConnectionTrait, DbBackend};
    let select = problem::Entity::find()
        .select_only()
        .column(problem::Column::Id)
        .filter(problem::Column::Id.gt(after))
        .order_by_asc(problem::Column::Id)
        .limit(PAGE);
    let select = if tx.get_database_backend() == DbBackend::Postgres { select.lock_exclusive() } else { select };
    Ok(select.into_tuple().all(tx).await?)
}
