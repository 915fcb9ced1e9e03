//! The index: what the texts of a problem are found by, written with them.

use entity::word::{ProblemVisibility, RegionLevel, Role, TextAudience, Word};
use entity::{problem, problem_addition, problem_text};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityName, EntityTrait, FromQueryResult,
    QueryFilter, Statement, Value,
};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::event::text::TOMBSTONE;
use crate::policy::rows::contact;
use crate::policy::rows::search::mark;
use crate::policy::rule::{At, divisor, of};
use crate::problem::read::NAME;
use crate::read::dialect;
use crate::text::word;
use crate::vault::Vault;

/// Part of what a document's hash is over: another way to cut texts is another number, and `liufang search reindex`.
const WAY: &str = "1";

/// Texts that one aggregate makes of several, parted by a line end. Both databases know it by this name.
const JOINED: &str = "STRING_AGG(\"problem_addition\".\"content\", '\n' ORDER BY \"problem_addition\".\"created_at\", \"problem_addition\".\"id\")";

/// What was added to the report, as one text.
#[must_use]
pub(super) fn additions(problem: Expr) -> Expr {
    let select = Query::select()
        .expr(Expr::cust(JOINED))
        .from(Alias::new(problem_addition::Entity.table_name()))
        .and_where(of(problem_addition::Column::ProblemId).eq(problem))
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// The texts of a problem.
#[derive(FromQueryResult)]
struct Texts {
    community_code: i64,
    visibility: ProblemVisibility,
    report: String,
    place: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    public_summary: Option<String>,
    additions: Option<String>,
    reporter_name: Option<Vec<u8>>,
    erased: bool,
}

impl Texts {
    /// What `audience` reads; `None` where there is nothing to be found.
    fn of(&self, audience: TextAudience) -> Option<String> {
        if self.visibility == ProblemVisibility::Confidential {
            return None;
        }
        let texts = match audience {
            TextAudience::Public => vec![&self.public_summary],
            TextAudience::Shared => vec![&self.title, &self.summary],
            // Which of its words were the name, nobody knows any more.
            TextAudience::Report if self.erased => return None,
            TextAudience::Report => return Some(self.reported()).filter(|text| !text.is_empty()),
        };
        let texts: Vec<&str> =
            texts.into_iter().flatten().map(String::as_str).filter(|text| *text != TOMBSTONE).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    fn reported(&self) -> String {
        let more = [&self.place, &self.additions].into_iter().flatten().map(String::as_str);
        // What was taken back is found by nothing, nor by the words in its place.
        let lines = std::iter::once(self.report.as_str()).chain(more).flat_map(str::lines);
        lines.filter(|line| *line != TOMBSTONE).collect::<Vec<_>>().join("\n")
    }
}

/// A text as it is kept.
struct Document<'a> {
    problem: Uuid,
    community_code: i64,
    audience: TextAudience,
    text: &'a str,
    name: Option<&'a str>,
    digest: Vec<u8>,
}

/// Makes the index right for a problem as its texts are now. What has not changed is left.
///
/// # Errors
/// A fault of the database.
pub async fn keep(tx: &DatabaseTransaction, vault: &Vault, problem: Uuid) -> Result<()> {
    let Some(texts) = system_texts(tx, problem).await? else { return Ok(()) };
    let kept = system_kept(tx, problem).await?;
    let name = texts.reporter_name.as_ref().and_then(|name| vault.open_text(NAME, name));
    for audience in TextAudience::ALL {
        let before = kept.iter().find(|row| row.audience == *audience);
        match (texts.of(*audience), before) {
            (None, None) => {}
            (None, Some(row)) => system_drop(tx, row.id).await?,
            (Some(text), before) => {
                let said = format!("{WAY} {} {text}", name.as_deref().unwrap_or_default());
                let digest = vault.hash("search", &said);
                if before.is_none_or(|row| row.digest != digest) {
                    let community_code = texts.community_code;
                    let name = name.as_deref();
                    let document = Document { problem, community_code, audience: *audience, text: &text, name, digest };
                    system_write(tx, &document).await?;
                }
            }
        }
    }
    Ok(())
}

async fn system_texts(tx: &DatabaseTransaction, id: Uuid) -> Result<Option<Texts>> {
    use problem::Column as C;
    let mut select = Query::select();
    for column in
        [C::CommunityCode, C::Visibility, C::Report, C::Place, C::Title, C::Summary, C::PublicSummary, C::ReporterName]
    {
        select.expr_as(of(column), Alias::new(sea_orm::IdenStatic::as_str(&column)));
    }
    let at =
        At { role: Role::Secretary, level: RegionLevel::Community, table: Alias::new(problem::Entity.table_name()) };
    select
        .expr_as(additions(of(C::Id)), Alias::new("additions"))
        .expr_as(contact::erased(&at).expr(), Alias::new("erased"))
        .from(Alias::new(problem::Entity.table_name()))
        .and_where(of(C::Id).eq(id));
    Ok(Texts::find_by_statement(tx.get_database_backend().build(&select)).one(tx).await?)
}

async fn system_kept(tx: &DatabaseTransaction, problem: Uuid) -> Result<Vec<problem_text::Model>> {
    Ok(problem_text::Entity::find().filter(problem_text::Column::ProblemId.eq(problem)).all(tx).await?)
}

/// The marks of a document: its audience with the key of its region at each level.
fn marks(audience: TextAudience, community_code: i64) -> Vec<String> {
    RegionLevel::ALL.iter().map(|level| format!("{}{}", mark(audience), community_code / divisor(*level))).collect()
}

async fn system_write(tx: &DatabaseTransaction, document: &Document<'_>) -> Result<()> {
    let backend = tx.get_database_backend();
    let found = word::found_by(document.text, document.name);
    let tokens = dialect::kept(backend, &found, &marks(document.audience, document.community_code));
    let mut values: Vec<Value> = vec![
        document.problem.into(),
        document.community_code.into(),
        document.audience.into(),
        document.digest.clone().into(),
    ];
    if backend == DbBackend::Postgres {
        values.push(tokens.into());
        let insert = "INSERT INTO problem_text (problem_id, community_code, audience, digest, tokens)
            VALUES ($1, $2, $3, $4, CAST($5 AS tsvector)) ON CONFLICT (problem_id, audience)
            DO UPDATE SET digest = excluded.digest, tokens = excluded.tokens";
        tx.execute_raw(Statement::from_sql_and_values(backend, insert, values)).await?;
        return Ok(());
    }
    let insert = "INSERT INTO problem_text (problem_id, community_code, audience, digest) VALUES (?, ?, ?, ?)
        ON CONFLICT (problem_id, audience) DO UPDATE SET digest = excluded.digest RETURNING id";
    let row = tx.query_one_raw(Statement::from_sql_and_values(backend, insert, values)).await?;
    let id: i64 = row.ok_or_else(|| Error::fault("a row that was just written is not there"))?.try_get_by_index(0)?;
    unlist(tx, id).await?;
    let insert = "INSERT INTO problem_text_index (rowid, tokens) VALUES (?, ?)";
    tx.execute_raw(Statement::from_sql_and_values(backend, insert, [id.into(), tokens.into()])).await?;
    Ok(())
}

async fn system_drop(tx: &DatabaseTransaction, id: i64) -> Result<()> {
    unlist(tx, id).await?;
    problem_text::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Takes a document out of SQLite's index; PostgreSQL's is a column of the row.
async fn unlist(tx: &DatabaseTransaction, id: i64) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        let delete = "DELETE FROM problem_text_index WHERE rowid = ?";
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, delete, [id.into()])).await?;
    }
    Ok(())
}
