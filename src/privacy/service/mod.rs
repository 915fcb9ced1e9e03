//! The commands on personal data, by concept: [`redact`] takes texts out of the record, [`take`] is how; [`erase`] erases
//! what is done with, [`hold`] keeps it, [`keep`] says how long; [`request`] is what people ask about their data, [`correct`] what
//! they correct themselves, [`guest`] the same with number and code.

pub mod correct;
pub mod erase;
pub mod expire;
pub mod guest;
pub mod hold;
pub mod keep;
pub mod redact;
pub mod request;
pub mod take;

use entity::problem;
use entity::redaction;
use entity::word::{RedactionAudience, RedactionBasis, RedactionStatus};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::act::Act;
use crate::clock::day;
use crate::error::{Code, Error, Result, Word};
use crate::job::Job;
use crate::problem::service::Case;
use crate::problem::service::hold::held;

/// The jobs of this domain.
#[must_use]
pub fn jobs() -> Vec<Job> {
    vec![
        Job {
            name: "erase what is kept no longer",
            find: |db, now, most| Box::pin(expire::system_due(db, now, most)),
            run: |act, id| Box::pin(expire::system_expire(act, id)),
        },
        Job {
            name: "remind of requests about one's data",
            find: |db, now, most| Box::pin(request::LATE.system_due(db, now, most)),
            run: |act, id| Box::pin(request::LATE.system_remind(act, id)),
        },
    ]
}

/// On what basis something is taken out.
pub struct Order {
    /// The basis.
    pub basis: RedactionBasis,
    /// What the office has to say of it.
    pub note: Option<String>,
    /// The request that it follows from.
    pub request: Option<Uuid>,
}

/// What was taken out, or is to be.
pub struct Missing<'a> {
    /// The prefix of what it was part of.
    pub subject: &'a str,
    /// Its id.
    pub subject_id: Uuid,
    /// Its name there.
    pub field: &'a str,
    /// Who is told.
    pub audience: RedactionAudience,
}

fn forbidden(path: &str, zh: &str, en: &str) -> Error {
    Error::refused(Code::Forbidden, path, vec![Word::both(zh, en)])
}

/// Says no to all but the office, and to one that is complained of.
fn office(case: &Case) -> Result<()> {
    if case.facts.office && !case.facts.concerned { Ok(()) } else { Err(Error::not_yours()) }
}

/// Says no under a legal hold.
fn free(act: &Act<'_>, row: &problem::Model, path: &str) -> Result<()> {
    if !held(row, day(act.now)) {
        return Ok(());
    }
    let (zh, en) = ("问题处于法律保留中，须由街道先解除", "it is under a legal hold, which the street can lift");
    Err(forbidden(path, zh, en))
}

/// What is asked for of a text, and not decided.
fn pending(subject: Uuid, field: &str) -> Condition {
    use redaction::Column as C;
    Condition::all().add(C::SubjectId.eq(subject)).add(C::Field.eq(field)).add(C::Status.eq(RedactionStatus::Pending))
}

/// Writes down that something is missing; `PENDING` is what is asked for. What was asked for before of the same text, or
/// copy, is done with that.
async fn system_record(
    act: &Act<'_>,
    (community_code, problem_id): (i64, Option<Uuid>),
    missing: &Missing<'_>,
    order: &Order,
    status: RedactionStatus,
) -> Result<Uuid> {
    let role = act.viewer.person().map(|_| act.viewer.role);
    let done = status != RedactionStatus::Pending;
    if done {
        let asked = redaction::Entity::find().filter(pending(missing.subject_id, missing.field));
        if let Some(asked) = asked.one(&act.tx).await? {
            let change = redaction::ActiveModel {
                id: Unchanged(asked.id),
                status: Set(status),
                decided_by: Set(act.viewer.person()),
                decided_by_role: Set(role),
                decided_at: Set(Some(act.now)),
                ..Default::default()
            };
            redaction::Entity::update(change).exec(&act.tx).await?;
            return Ok(asked.id);
        }
    }
    let id = act.new_id();
    let row = redaction::ActiveModel {
        id: Set(id),
        community_code: Set(community_code),
        problem_id: Set(problem_id),
        subject: Set(missing.subject.to_owned()),
        subject_id: Set(missing.subject_id),
        field: Set(missing.field.to_owned()),
        audience: Set(missing.audience),
        basis: Set(order.basis),
        note: Set(order.note.clone()),
        subject_request_id: Set(order.request),
        status: Set(status),
        asked_by: Set(act.viewer.person()),
        asked_by_role: Set(role),
        asked_at: Set(act.now),
        decided_by: Set(act.viewer.person().filter(|_| done)),
        decided_by_role: Set(role.filter(|_| done)),
        decided_at: Set(done.then_some(act.now)),
    };
    redaction::Entity::insert(row).exec_without_returning(&act.tx).await.map_err(|error| {
        let words = vec![Word::both("已有待决定的删除提请", "a redaction that is asked for and not decided")];
        Error::unless_unique(error, crate::error::UserError::new(Code::Duplicate, "field", words))
    })?;
    Ok(id)
}
