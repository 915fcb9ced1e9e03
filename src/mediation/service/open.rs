//! The office's part: opening a mediation, appointing the mediator; and what excludes from being one.

use chrono::NaiveDate;
use entity::word::{
    ConsentMethod, MediationAction, MediationKind, MediationStatus, RecusalGround, Role, SideConsent, Word as Labelled,
};
use entity::{appointment, mediation, mediation_exclusion, mediation_side, problem as problem_row, user};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{Case, invalid, share, today, write};
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::machine::{Guard as _, Machine as _};
use crate::mediation::command::office::{
    AppointMediatorInput, DeclareAdviceInput, MediationSideInput, OpenMediationInput,
};
use crate::mediation::read::{NAME, PHONE};
use crate::policy::rows::{mediation as rows, post as posts, problem as problems};
use crate::policy::rule::At;
use crate::policy::{Capability, Reach};
use crate::problem;
use crate::problem::service::report::phone_number;
use crate::problem::service::{Case as ProblemCase, length};
use crate::read::load;
use crate::text;

/// How many sides there can be.
const SIDES: std::ops::RangeInclusive<usize> = 2..=10;

/// A side as it is written down.
struct Named {
    account: Option<Uuid>,
    name: String,
    phone: Option<String>,
}

/// Opens a mediation.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION` (of the problem), `FORBIDDEN` for a mediator who is involved, `OUT_OF_RANGE`,
/// `INVALID_VALUE`, `DUPLICATE`, `PERSONAL_DATA_IN_TEXT`.
pub async fn open(call: Call<'_>, input: OpenMediationInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let of = ProblemCase::of(&act, input.problem.0, "problem").await?;
    decides(&act, &of)?;
    let matter = text::prose(&input.matter, "matter", length::PROSE)?;
    of.share(&mut act, &[("matter", Some(&matter))], input.override_reason.as_deref())?;
    let sides = named(&act, &input.sides, of.row.community_code).await?;
    let names: Vec<String> = sides.iter().map(|side| side.name.clone()).collect();
    share_names(&matter, &names)?;
    let post = fitting(&act, &of.row, input.mediator.0, input.kind).await?;
    if sides.iter().any(|side| side.account == Some(post.user_id)) {
        return Err(involved());
    }
    let id = act.new_id();
    let row = mediation::ActiveModel {
        id: Set(id),
        problem_id: Set(of.row.id),
        community_code: Set(of.row.community_code),
        kind: Set(input.kind),
        status: Set(MediationStatus::ConsentPending),
        matter: Set(matter.clone()),
        mediator_post_id: Set(Some(post.id)),
        mediator_id: Set(Some(post.user_id)),
        opened_at: Set(act.now),
        due_order: NotSet,
        confirmed: Set(false),
        dossier: Set(json!([])),
        revision: Set(1),
        ..Default::default()
    };
    mediation::Entity::insert(row).exec_without_returning(&act.tx).await?;
    write_sides(&act, id, of.row.community_code, &sides).await?;
    act.emit(
        of.event_of(Kind::MediationOpened, id)
            .with("kind", &input.kind)
            .with("sides", &i64::try_from(sides.len()).unwrap_or_default())
            .with("mediator", &TypeId(prefix::APPOINTMENT, post.id))
            .commits("matter", &matter),
    );
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Says no unless the caller decides on a problem that is accepted and open, and is not complained of.
fn decides(act: &Act<'_>, of: &ProblemCase) -> Result<()> {
    if !of.facts.office {
        return Err(Error::not_yours());
    }
    if of.facts.concerned {
        let (zh, en) = problem::transition::Guard::NotConcerned.why();
        return Err(Error::refused(Code::Forbidden, "", vec![Word::both(zh, en)]));
    }
    if of.row.open && of.row.summary.is_some() {
        return Ok(());
    }
    Err(of.asked(act).refusal(of.row.status))
}

/// Says no to a matter that names a side; what else is personal in it the office may have let through.
fn share_names(matter: &str, names: &[String]) -> Result<()> {
    if names.iter().all(|name| !text::personal_data(matter, Some(name)).contains(&text::REPORTER_NAME)) {
        return Ok(());
    }
    let found = [text::SIDE_NAME];
    let error = UserError::new(Code::PersonalDataInText, "matter", vec![text::labels(&found)]);
    Err(error.with("paths", json!(["matter"])).with("found", json!(found)).into())
}

/// Who the sides are: two to ten, each once.
async fn named(act: &Act<'_>, inputs: &[MediationSideInput], community: i64) -> Result<Vec<Named>> {
    if !SIDES.contains(&inputs.len()) {
        return Err(Error::refused(Code::OutOfRange, "sides", vec![SIDES.start().into(), SIDES.end().into()]));
    }
    let mut sides: Vec<Named> = vec![];
    for (place, input) in inputs.iter().enumerate() {
        let path = |member: &str| format!("sides.{place}.{member}");
        let side = match (input.person, &input.name) {
            (Some(person), None) => with_account(act, person.0, community, &path("person")).await?,
            (None, Some(name)) => Named {
                account: None,
                name: text::line(name, &path("name"), 50)?,
                phone: input.phone.as_deref().map(|phone| phone_number(phone, &path("phone"))).transpose()?,
            },
            (Some(_), Some(_)) | (None, None) => {
                let zh = "须写明账号或姓名，二者择一";
                return Err(invalid(&format!("sides.{place}"), zh, "name either a person with an account or a name"));
            }
        };
        if side.account.is_some() && sides.iter().any(|other| other.account == side.account) {
            return Err(Error::refused(Code::Duplicate, &path("person"), vec![Word::both("当事人", "a side")]));
        }
        sides.push(side);
    }
    Ok(sides)
}

/// A person with an account who holds a post in the community, be it a resident's; not who opens the mediation.
async fn with_account(act: &Act<'_>, person: Uuid, community: i64, path: &str) -> Result<Named> {
    let row = load::refer::<user::Entity>(act, posts::people, person, path).await?;
    if row.id == act.viewer.user {
        return Err(invalid(path, "您不能在自己启动的调解中作为当事人", "who opens a mediation is no side of it"));
    }
    if !system_takes_part(act, row.id, community).await? {
        return Err(invalid(
            path,
            "须为本社区居民或任职者",
            "this must be someone with a post or a tie in the community",
        ));
    }
    let phone = row.phone.as_ref().and_then(|phone| act.app.vault.open_text("user.phone", phone));
    Ok(Named { account: Some(row.id), name: row.name, phone })
}

/// Whether a person holds a post today in which sides take part.
async fn system_takes_part(act: &Act<'_>, person: Uuid, community: i64) -> Result<bool> {
    let roles = Role::ALL.iter().filter(|role| Capability::TakePartInMediation.reach(**role) != Reach::None);
    let today = today(act);
    let held = appointment::Entity::find()
        .filter(appointment::Column::UserId.eq(person))
        .filter(appointment::Column::CommunityCode.eq(community))
        .filter(appointment::Column::Role.is_in(roles.copied()))
        .filter(appointment::Column::StartedOn.lte(today))
        .filter(ended_after(today));
    Ok(held.count(&act.tx).await? > 0)
}

fn ended_after(today: NaiveDate) -> sea_orm::sea_query::Condition {
    let ended = appointment::Column::EndedOn;
    sea_orm::sea_query::Condition::any().add(ended.is_null()).add(ended.gt(today))
}

async fn write_sides(act: &Act<'_>, mediation: Uuid, community: i64, sides: &[Named]) -> Result<()> {
    let vault = &act.app.vault;
    for (side, number) in sides.iter().zip(1..) {
        let row = mediation_side::ActiveModel {
            id: Set(act.new_id()),
            mediation_id: Set(mediation),
            community_code: Set(community),
            number: Set(number),
            user_id: Set(side.account),
            name: Set(vault.seal(NAME, side.name.as_bytes())?),
            phone: Set(side.phone.as_ref().map(|phone| vault.seal(PHONE, phone.as_bytes())).transpose()?),
            consent: Set(SideConsent::Pending),
            consent_method: Set(None::<ConsentMethod>),
            created_at: Set(act.now),
            ..Default::default()
        };
        mediation_side::Entity::insert(row).exec_without_returning(&act.tx).await?;
    }
    Ok(())
}

/// The post of a mediator: held today, in the community, of a role that mediates, by someone whom nothing excludes.
async fn fitting(act: &Act<'_>, of: &problem_row::Model, id: Uuid, kind: MediationKind) -> Result<appointment::Model> {
    let post = load::refer::<appointment::Entity>(act, posts::appointments, id, "mediator").await?;
    let today = today(act);
    let held = post.started_on <= today && post.ended_on.is_none_or(|ended| ended > today);
    let mediates = Capability::Mediate.reach(post.role) != Reach::None;
    if !held || !mediates || post.community_code != Some(of.community_code) {
        let zh = "须为本社区在任的公安、律师或网格员";
        return Err(invalid(
            "mediator",
            zh,
            "this must be a post of police, lawyer or grid worker held in the community",
        ));
    }
    if kind == MediationKind::PublicSecurity && post.role != Role::Police {
        return Err(invalid(
            "mediator",
            "公安调解由公安主持",
            "mediation by the public security organ is the police's",
        ));
    }
    let at = At { role: act.viewer.role, level: act.viewer.level, table: Alias::new("problem") };
    let person = Expr::val(post.user_id);
    let unfit = load::scoped::<problem_row::Entity>(act.viewer, act.now, problems::problem)
        .with_id(of.id)
        .filter(rows::unfit(&at, &person).expr());
    if unfit.any(&act.tx).await? { Err(involved()) } else { Ok(post) }
}

fn involved() -> Error {
    let zh = "该人或其所在（或一年内曾在）的单位与此事有关，或曾为一方提供咨询，须回避";
    let en = "that person, or an organisation they act for or did within a year, is involved or advised a side";
    Error::refused(Code::Forbidden, "mediator", vec![Word::both(zh, en)])
}

/// Appoints another mediator.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `INVALID_VALUE`.
pub async fn appoint(call: Call<'_>, input: AppointMediatorInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.mediation.0, MediationAction::Appoint, &input.expected_revision).await?;
    let of = load::refer::<problem_row::Entity>(&act, problems::problem, case.row.problem_id, "mediation").await?;
    let post = fitting(&act, &of, input.mediator.0, case.row.kind).await?;
    if case.row.mediator_post_id == Some(post.id) {
        return Err(Error::refused(Code::Duplicate, "mediator", vec![Word::both("调解员", "the mediator")]));
    }
    let mut change = case.change();
    change.mediator_post_id = Set(Some(post.id));
    change.mediator_id = Set(Some(post.user_id));
    change.recusal_ground = Set(None);
    change.recusal_reason = Set(None);
    write(&act, change).await?;
    act.emit(case.event(Kind::MediatorAppointed).with("mediator", &TypeId(prefix::APPOINTMENT, post.id)));
    act.commit().await?;
    Ok(case.row.id)
}

/// What excludes somebody from mediating on a problem.
pub(super) struct Exclusion {
    /// The problem.
    pub problem: Uuid,
    /// Its community.
    pub community: i64,
    /// The person.
    pub person: Uuid,
    /// The organisation, where advice was given for it.
    pub organisation: Option<Uuid>,
    /// Why.
    pub ground: RecusalGround,
    /// The same in words.
    pub reason: String,
}

/// Writes it down.
pub(super) async fn exclude(act: &Act<'_>, exclusion: Exclusion) -> Result<Uuid> {
    let id = act.new_id();
    let row = mediation_exclusion::ActiveModel {
        id: Set(id),
        problem_id: Set(exclusion.problem),
        community_code: Set(exclusion.community),
        user_id: Set(exclusion.person),
        organisation_id: Set(exclusion.organisation),
        ground: Set(exclusion.ground),
        reason: Set(exclusion.reason),
        declared_by: Set(act.viewer.user),
        created_at: Set(act.now),
    };
    mediation_exclusion::Entity::insert(row).exec_without_returning(&act.tx).await?;
    Ok(id)
}

/// Declares that the caller, or the caller's organisation, advised a side.
///
/// # Errors
/// `NOT_FOUND`, `REQUIRED`, `TOO_LONG`.
pub async fn declare(call: Call<'_>, input: DeclareAdviceInput) -> Result<bool> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(_) => return Ok(true),
        Once::Now(act) => *act,
    };
    let of = load::refer::<problem_row::Entity>(&act, problems::problem, input.problem.0, "problem").await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    share(&[("reason", &reason)], &[])?;
    let ground = RecusalGround::AdvisedASide;
    let (person, organisation) = (act.viewer.user, act.viewer.organisation);
    let said = reason.clone();
    let exclusion = Exclusion { problem: of.id, community: of.community_code, person, organisation, ground, reason };
    let id = exclude(&act, exclusion).await?;
    act.emit(Event::new(Kind::AdviceDeclared, of.community_code, id).on(of.id).commits("reason", &said));
    call.commit_once(act, &input.idempotency_key, id).await?;
    Ok(true)
}
