//! The texts that the record commits to: which there are, where each stands, what an event says of them, and how one is
//! taken back. The doctor proves them, a redaction replaces them; both read this one table.

use std::collections::HashMap;

use entity::event;
use entity::word::RedactionAudience;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use super::Kind;
use crate::error::Result;
use crate::id::{Prefix, parse, prefix, split};

/// What stands in the place of a text that was taken back. Each place that needs a text has one.
pub const TOMBSTONE: &str = "〔已删除〕";

/// Where a text stands: table and column.
pub type Place = (&'static str, &'static str);

/// A text of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is part of.
    pub of: Prefix,
    /// Its name there.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Who is told once it is missing.
    pub audience: RedactionAudience,
}

macro_rules! texts {
    ($($of:ident $name:literal $table:literal $column:literal $audience:ident;)+) => {
        /// All of them.
        pub const TEXTS: &[Text] = &[$(Text {
            of: prefix::$of, name: $name, place: ($table, $column), audience: RedactionAudience::$audience,
        }),+];
    };
}

texts! {
    // part of           name             table                 column           told of
    PROBLEM              "report"         "problem"             "report"         Report;
    PROBLEM              "place"          "problem"             "place"          Report;
    PROBLEM              "title"          "problem"             "title"          Shared;
    PROBLEM              "summary"        "problem"             "summary"        Shared;
    PROBLEM              "publicSummary"  "problem"             "public_summary" Shared;
    PROBLEM              "reason"         "problem"             "reason"         Report;
    PROBLEM              "otherChannel"   "problem"             "other_channel"  Report;
    PROBLEM              "reply"          "problem"             "reply"          Report;
    PROBLEM              "referredTo"     "problem"             "referred_to"    Report;
    PROBLEM              "holdReason"     "problem"             "hold_reason"    Office;
    ADDITION             "content"        "problem_addition"    "content"        Report;
    DISPOSITION          "content"        "disposition"         "content"        Office;
    DISPOSITION          "internalNote"   "disposition"         "internal_note"  Office;
    DISPOSITION          "reply"          "disposition"         "reply"          Report;
    TASK                 "instruction"    "disposition_task"    "instruction"    Office;
    TASK                 "feedback"       "disposition_task"    "feedback"       Office;
    TASK                 "endReason"      "disposition_task"    "end_reason"     Office;
    FOLLOW_UP            "note"           "follow_up"           "note"           Office;
    RATING               "comment"        "rating"              "comment"        Report;
    DISCLOSURE           "purpose"        "disclosure"          "purpose"        Office;
    WHISTLE              "summary"        "whistle"             "summary"        Office;
    WHISTLE              "place"          "whistle"             "place"          Office;
    WHISTLE              "reason"         "whistle"             "reason"         Office;
    WHISTLE_CALL         "place"          "whistle_call"        "place"          Office;
    WHISTLE_CALL         "note"           "whistle_call"        "note"           Office;
    WHISTLE_CALL         "reason"         "whistle_call"        "reason"         Office;
    VISIT                "message"        "visit_offer"         "message"        Office;
    REQUEST              "reason"         "request"             "reason"         Office;
    REQUEST              "decision"       "request"             "decision"       Office;
    EXTENSION            "reason"         "extension_request"   "reason"         Office;
    EXTENSION            "decision"       "extension_request"   "decision"       Office;
    SUSPENSION           "reason"         "suspension"          "reason"         Office;
    SUSPENSION           "decision"       "suspension"          "decision"       Office;
    LEDGER_ENTRY         "reason"         "ledger_entry"        "reason"         Office;
    SUPERVISION          "reason"         "supervision"         "reason"         Office;
    SUPERVISION          "endReason"      "supervision"         "end_reason"     Office;
    MEDIATION            "matter"         "mediation"           "matter"         Office;
    MEDIATION            "remedies"       "mediation"           "remedies"       Office;
    MEDIATION            "recusalReason"  "mediation"           "recusal_reason" Office;
    MEDIATION_SESSION    "place"          "mediation_session"   "place"          Office;
    MEDIATION_SESSION    "notes"          "mediation_session"   "notes"          Office;
    STATEMENT            "content"        "mediation_statement" "content"        Office;
    AGREEMENT            "content"        "mediation_agreement" "content"        Office;
    OBLIGATION           "content"        "mediation_obligation" "content"       Office;
    SUBJECT_REQUEST      "content"        "subject_request"     "content"        Office;
    SUBJECT_REQUEST      "answer"         "subject_request"     "answer"         Office;
    REDACTION            "note"           "redaction"           "note"           Office;
    EXCLUSION            "reason"         "mediation_exclusion" "reason"         Office;
    MERGER               "reason"         "problem_merge"       "reason"         Office;
    PARTY                "vacancyReason"  "party"               "vacancy_reason" Office;
}

/// The text `name` of what has this prefix.
#[must_use]
pub fn text(of: &str, name: &str) -> Option<&'static Text> {
    TEXTS.iter().find(|text| text.of.0 == of && text.name == name)
}

/// The text that stands in a place.
#[must_use]
pub fn at(place: Place) -> Option<&'static Text> {
    TEXTS.iter().find(|text| text.place == place)
}

/// What an event says of a text: which, of what, and by what key of its data.
#[derive(Clone, Debug)]
pub struct Told {
    /// Where it stands.
    pub place: Place,
    /// The row.
    pub id: Uuid,
    /// The key of the commitment.
    pub key: String,
}

/// Reads events in their order, and says which texts each tells of.
#[derive(Default)]
pub struct Reader {
    /// What was asked for last under a task or a problem.
    asked: HashMap<Uuid, Uuid>,
}

impl Reader {
    /// The texts that an event tells of: those of its subject, an addition, the problem's reply where a disposition gives
    /// one, those of a request, and those that it commits to anew by id.
    pub fn told(&mut self, row: &event::Model) -> Vec<Told> {
        let hash = |name: &str| row.data.get(format!("{name}Hash"));
        let named = |place, id, name: &str| Told { place, id, key: format!("{name}Hash") };
        let own = TEXTS.iter().filter(|text| text.of.0 == row.subject && hash(text.name).is_some());
        let mut found: Vec<_> = own.map(|text| named(text.place, row.subject_id, text.name)).collect();
        let addition = row.data.get("addition").and_then(Value::as_str).and_then(|id| parse(id, prefix::ADDITION));
        if let Some(id) = addition {
            found.push(named(("problem_addition", "content"), id, "addition"));
        }
        let replies = row.subject == prefix::DISPOSITION.0 && hash("reply").is_some_and(Value::is_string);
        if let Some(problem) = row.problem_id.filter(|_| replies) {
            found.push(named(("problem", "reply"), problem, "reply"));
        }
        found.extend(self.of_request(row));
        found.extend(anew(row));
        found
    }

    /// The texts of a request that an event of its task or of its problem tells of: a return's, and the consent to a
    /// withdrawal. A decision is on what was asked for last.
    fn of_request(&mut self, row: &event::Model) -> Option<Told> {
        let is = |kind: Kind| row.kind == kind.name();
        let named = |column: &'static str, id| Told { place: ("request", column), id, key: format!("{column}Hash") };
        if is(Kind::ReturnRequested) {
            let request = row.data.get("request").and_then(Value::as_str).and_then(|id| parse(id, prefix::REQUEST))?;
            self.asked.insert(row.subject_id, request);
            return Some(named("reason", request));
        }
        if is(Kind::WithdrawalRequested) {
            self.asked.insert(row.problem_id?, row.subject_id);
        }
        let decided = is(Kind::ReturnApproved) || is(Kind::ReturnRefused) || is(Kind::ProblemWithdrawn);
        let decided = decided && row.data.get("decisionHash").is_some();
        let request = self.asked.get(&row.subject_id).filter(|_| decided)?;
        Some(named("decision", *request))
    }
}

/// The key by which an event commits to a text of anything: `problem_01j….title`.
#[must_use]
pub fn key(text: &Text, id: Uuid) -> String {
    format!("{}.{}", crate::id::TypeId(text.of, id), text.name)
}

/// What a redaction commits to: each text by its id.
fn anew(row: &event::Model) -> Vec<Told> {
    let keys = row.data.as_object().into_iter().flat_map(|data| data.keys());
    let told = keys.filter_map(|key| {
        let (id, name) = key.strip_suffix("Hash")?.split_once('.')?;
        let (of, id) = split(id)?;
        Some(Told { place: text(of, name)?.place, id, key: key.clone() })
    });
    told.collect()
}

/// The texts in one place, of the rows that have one.
///
/// # Errors
/// A fault of the database.
pub async fn system_read(
    tx: &DatabaseTransaction,
    (table, column): Place,
    ids: Vec<Uuid>,
) -> Result<Vec<(Uuid, String)>> {
    let mut found = vec![];
    for ids in ids.chunks(500) {
        let select = Query::select()
            .columns([Alias::new("id"), Alias::new(column)])
            .from(Alias::new(table))
            .and_where(Expr::col(Alias::new("id")).is_in(ids.iter().copied()))
            .and_where(Expr::col(Alias::new(column)).is_not_null())
            .take();
        for row in tx.query_all(&select).await? {
            found.push((row.try_get("", "id")?, row.try_get("", column)?));
        }
    }
    Ok(found)
}

/// Puts the tombstone in the place of a text.
///
/// # Errors
/// A fault of the database.
pub async fn bury(tx: &DatabaseTransaction, (table, column): Place, id: Uuid) -> Result<()> {
    let update = Query::update()
        .table(Alias::new(table))
        .value(Alias::new(column), TOMBSTONE)
        .and_where(Expr::col(Alias::new("id")).eq(id))
        .take();
    tx.execute(&update).await?;
    Ok(())
}

/// Destroys the salts of events: what they committed to can be proved by nobody any more. Their hashes do not cover it.
///
/// # Errors
/// A fault of the database.
pub async fn forget(tx: &DatabaseTransaction, events: Vec<Uuid>) -> Result<()> {
    event::Entity::update_many()
        .col_expr(event::Column::Salt, Expr::value(None::<Vec<u8>>))
        .filter(event::Column::Id.is_in(events))
        .exec(tx)
        .await?;
    Ok(())
}
