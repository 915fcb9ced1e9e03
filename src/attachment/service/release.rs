//! A report's file is shown to the parties as a copy; a file or copy is taken back.

use entity::attachment;
use entity::attachment::Column as C;
use entity::word::{AttachmentStatus, ProblemAction};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Among, neutral_name};
use crate::act::{Act, Call, Once};
use crate::attachment::command::{ReleaseAttachmentInput, WithdrawAttachmentInput};
use crate::attachment::transition::{self, Action, Facts, Parent, Who};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Kind, hex};
use crate::id::{TypeId, prefix};
use crate::policy::rows::attachment as rows;
use crate::problem::service::Case;
use crate::read::load;

/// A file that a command is about, its problem held.
struct Held {
    row: attachment::Model,
    case: Case,
    facts: Facts,
}

impl Held {
    async fn of(act: &Act<'_>, id: Uuid) -> Result<Self> {
        // Commands on problems lock the problem before what belongs to it; so does this.
        let row = load::refer::<attachment::Entity>(act, rows::attachment, id, "attachment").await?;
        let case = Case::of(act, row.problem_id, "attachment").await?;
        let row = load::need::<attachment::Entity>(act, rows::attachment, id, "attachment").await?;
        let is = |rule| load::scoped::<attachment::Entity>(act.viewer, act.now, rule).with_id(id);
        let facts = Facts {
            status: row.status,
            of: if row.disposition_id.is_some() { Parent::Disposition } else { Parent::Report },
            office: is(rows::decided).any(&act.tx).await?,
            author: is(rows::added).any(&act.tx).await?,
        };
        Ok(Self { row, case, facts })
    }
}

/// Releases a copy.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION`, `DUPLICATE` while another copy of it stands.
pub async fn release(call: Call<'_>, input: ReleaseAttachmentInput) -> Result<Uuid> {
    match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => Ok(id),
        Once::Now(act) => {
            let mut act = *act;
            let held = Held::of(&act, input.attachment.0).await?;
            let step = transition::require(Action::Release, held.facts)?;
            let id = write_copy(&mut act, &held, step.to).await?;
            call.commit_once(act, &input.idempotency_key, id).await
        }
    }
}

async fn write_copy(act: &mut Act<'_>, held: &Held, status: AttachmentStatus) -> Result<Uuid> {
    let Held { row: original, case, .. } = held;
    let copy = attachment::ActiveModel {
        id: Set(act.new_id()),
        problem_id: Set(original.problem_id),
        community_code: Set(original.community_code),
        addition_id: Set(None),
        disposition_id: Set(None),
        original_id: Set(Some(original.id)),
        kind: Set(original.kind),
        status: Set(status),
        name: Set(neutral_name(act, original.problem_id, original.file_type, Among::Copies).await?),
        file_name: Set(None),
        file_type: Set(original.file_type),
        bytes: Set(original.bytes),
        digest: Set(original.digest.clone()),
        object_key: Set(None),
        uploaded_by: Set(act.viewer.user),
        uploaded_by_role: Set(act.viewer.role),
        uploaded_by_party_id: Set(act.viewer.party),
        created_at: Set(act.now),
        withdrawn_at: Set(None),
    };
    let id = *copy.id.as_ref();
    let stands = Word::both("副本已提供各方", "a copy that was released");
    let duplicate = UserError::new(Code::Duplicate, "attachment", vec![stands]);
    let written = attachment::Entity::insert(copy).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate))?;
    let event = case.event_of(Kind::AttachmentReleased, id).with("type", &original.file_type);
    let event = event.with("original", &TypeId(prefix::ATTACHMENT, original.id));
    act.emit(event.with("bytes", &original.bytes).commits("content", &hex(&original.digest)));
    Ok(id)
}

/// Withdraws a file, with its copies.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION`.
pub async fn withdraw(call: Call<'_>, input: WithdrawAttachmentInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let held = Held::of(&act, input.attachment.0).await?;
    let step = transition::require(Action::Withdraw, held.facts)?;
    if step.who == Who::Author {
        held.case.require(&act, ProblemAction::Add)?;
    }
    attachment::Entity::update_many()
        .col_expr(C::Status, Expr::value(step.to))
        .col_expr(C::WithdrawnAt, Expr::value(act.now))
        .filter(C::Id.eq(held.row.id).or(C::OriginalId.eq(held.row.id)))
        .filter(C::WithdrawnAt.is_null())
        .exec(&act.tx)
        .await?;
    let kind = match (held.facts.of, held.row.original_id) {
        (Parent::Disposition, _) => Kind::RecordWithdrawn,
        (Parent::Report, Some(_)) => Kind::CopyWithdrawn,
        (Parent::Report, None) => Kind::AttachmentWithdrawn,
    };
    act.emit(held.case.event_of(kind, held.row.id));
    act.commit().await?;
    Ok(held.row.id)
}
