//! A group's own life: set up, activated once its parties are complete (六方齐), dissolved.

use entity::word::{LinkageGroupKind, LinkageGroupStatus, PartyKind, Word as _};
use entity::{appointment, linkage_group, party, party_seat, problem};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::super::command::{ActivateGroupInput, CreateLinkageGroupInput, DissolveGroupInput};
use super::{expect, forbidden, group, not_dissolved, post, seats_today, standing};
use crate::act::{Act, Call, Once};
use crate::clock;
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Event, Kind};
use crate::policy::rows::{place as rows, post as posts};
use crate::read::load::scoped;
use crate::region::service::{NAME_CHARACTERS, community};
use crate::text;

/// The kinds that a six-party group is complete with.
pub const SIX: [PartyKind; 6] = [
    PartyKind::PartyBranch,
    PartyKind::Police,
    PartyKind::CityManagement,
    PartyKind::Lawyer,
    PartyKind::PropertyManager,
    PartyKind::Owner,
];

/// Sets up a group.
///
/// # Errors
/// `NOT_FOUND` for a community that is not the caller's.
pub async fn create_group(call: Call<'_>, input: CreateLinkageGroupInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let name = text::line(&input.name, "name", NAME_CHARACTERS)?;
    let community = community(&act, &input.community_code, "communityCode").await?;
    let id = act.new_id();
    let row = linkage_group::ActiveModel {
        id: Set(id),
        community_code: Set(community.code),
        kind: Set(input.kind),
        name: Set(name),
        status: Set(LinkageGroupStatus::Forming),
        convenor_party_id: Set(None),
        created_at: Set(act.now),
        activated_at: Set(None),
        dissolved_at: Set(None),
        revision: Set(1),
    };
    linkage_group::Entity::insert(row).exec_without_returning(&act.tx).await?;
    act.emit(Event::new(Kind::GroupCreated, community.code, id).with("kind", &input.kind));
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Activates a group.
///
/// # Errors
/// `INVALID_TRANSITION`, `REVISION_CONFLICT`, `MISSING_PARTIES` with `missing`, `DUPLICATE` where the community has an
/// active six-party group.
pub async fn activate(call: Call<'_>, input: ActivateGroupInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let group = group(&act, input.group.0, "group").await?;
    expect(&act, &group, &input.expected_revision)?;
    if group.status != LinkageGroupStatus::Forming {
        return Err(standing(group.status));
    }
    let parties = parties(&act, group.id).await?;
    let convenor = convenor(&group, &parties, input.convenor.map(|id| id.0))?;
    let seated: Vec<Uuid> = seats_today(&act, group.id).await?.iter().map(|seat| seat.party_id).collect();
    let today = clock::day(act.now);
    let filled = |party: &party::Model| {
        let vacant = party.vacancy_until.is_some_and(|until| until >= today) && Some(party.id) != convenor;
        seated.contains(&party.id) || vacant
    };
    complete(&missing(group.kind, &parties, filled))?;
    alone(&act, &group).await?;
    let row = linkage_group::ActiveModel {
        id: Unchanged(group.id),
        status: Set(LinkageGroupStatus::Active),
        convenor_party_id: Set(convenor),
        activated_at: Set(Some(act.now)),
        revision: Set(group.revision + 1),
        ..Default::default()
    };
    let written = linkage_group::Entity::update(row).exec(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, second()))?;
    act.emit(Event::new(Kind::GroupActivated, group.community_code, group.id).with("kind", &group.kind));
    act.commit().await?;
    Ok(group.id)
}

/// Dissolves a group: its seats and its representatives' posts end.
///
/// # Errors
/// `INVALID_TRANSITION`, `REVISION_CONFLICT`, `OPEN_PROBLEMS`.
pub async fn dissolve(call: Call<'_>, input: DissolveGroupInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let group = group(&act, input.group.0, "group").await?;
    expect(&act, &group, &input.expected_revision)?;
    not_dissolved(&group)?;
    if system_has_open_problems(&act, group.id).await? {
        return Err(Error::refused(Code::OpenProblems, "group", vec![]));
    }
    let today = clock::day(act.now);
    for seat in seats(&act, group.id).await? {
        super::party::close_seat(&mut act, seat, today).await?;
    }
    for held in representatives(&act, group.id).await? {
        post::close(&mut act, held, None).await?;
    }
    let row = linkage_group::ActiveModel {
        id: Unchanged(group.id),
        status: Set(LinkageGroupStatus::Dissolved),
        dissolved_at: Set(Some(act.now)),
        revision: Set(group.revision + 1),
        ..Default::default()
    };
    linkage_group::Entity::update(row).exec(&act.tx).await?;
    act.emit(Event::new(Kind::GroupDissolved, group.community_code, group.id));
    act.commit().await?;
    Ok(group.id)
}

/// Who convenes: the Party branch of a six-party group; of a consortium whom the caller names.
fn convenor(group: &linkage_group::Model, parties: &[party::Model], named: Option<Uuid>) -> Result<Option<Uuid>> {
    if let Some(named) = named
        && !parties.iter().any(|party| party.id == named)
    {
        return Err(Error::not_found("convenor"));
    }
    match group.kind {
        LinkageGroupKind::SixParty => {
            let branch = parties.iter().find(|party| party.kind == PartyKind::PartyBranch).map(|party| party.id);
            if named.is_some() && named != branch {
                return Err(forbidden(
                    "convenor",
                    "六方小组由党支部召集",
                    "a six-party group is convened by its Party branch",
                ));
            }
            Ok(branch)
        }
        LinkageGroupKind::Consortium if named.is_none() => Err(Error::refused(Code::Required, "convenor", vec![])),
        LinkageGroupKind::Consortium if parties.len() < 2 => {
            Err(forbidden("group", "联合体至少有两方", "a consortium has two parties at least"))
        }
        LinkageGroupKind::Consortium => Ok(named),
    }
}

/// The kinds whose parties are not there or not filled, each once, in their natural order.
fn missing(kind: LinkageGroupKind, parties: &[party::Model], filled: impl Fn(&party::Model) -> bool) -> Vec<PartyKind> {
    let lacks = |kind: &PartyKind| match parties.iter().filter(|party| party.kind == *kind).collect::<Vec<_>>() {
        found if found.is_empty() => true,
        found => found.into_iter().any(|party| !filled(party)),
    };
    match kind {
        LinkageGroupKind::SixParty => SIX.into_iter().filter(lacks).collect(),
        LinkageGroupKind::Consortium => PartyKind::ALL
            .iter()
            .copied()
            .filter(|kind| parties.iter().any(|party| party.kind == *kind) && lacks(kind))
            .collect(),
    }
}

fn complete(missing: &[PartyKind]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let words = |word: fn(PartyKind) -> &'static str| missing.iter().copied().map(word).collect::<Vec<_>>();
    let names = Word::both(words(PartyKind::zh).join("、"), words(PartyKind::en).join(", "));
    let values = words(PartyKind::value);
    Err(UserError::new(Code::MissingParties, "group", vec![names]).with("missing", json!(values)).into())
}

/// A community has one active six-party group; the index says the same of a race.
async fn alone(act: &Act<'_>, group: &linkage_group::Model) -> Result<()> {
    let others = scoped::<linkage_group::Entity>(act.viewer, act.now, rows::groups)
        .filter(linkage_group::Column::CommunityCode.eq(group.community_code))
        .filter(linkage_group::Column::Kind.eq(LinkageGroupKind::SixParty))
        .filter(linkage_group::Column::Status.eq(LinkageGroupStatus::Active));
    match group.kind {
        LinkageGroupKind::SixParty if others.any(&act.tx).await? => Err(second().into()),
        LinkageGroupKind::SixParty | LinkageGroupKind::Consortium => Ok(()),
    }
}

fn second() -> UserError {
    let what = Word::both("该社区已启动的六方联动小组", "an active six-party group of this community");
    UserError::new(Code::Duplicate, "group", vec![what])
}

async fn parties(act: &Act<'_>, group: Uuid) -> Result<Vec<party::Model>> {
    let parties = scoped::<party::Entity>(act.viewer, act.now, rows::parties);
    parties.filter(party::Column::GroupId.eq(group)).all(&act.tx).await
}

async fn seats(act: &Act<'_>, group: Uuid) -> Result<Vec<party_seat::Model>> {
    let seats = scoped::<party_seat::Entity>(act.viewer, act.now, rows::seats);
    let seats = seats.filter(party_seat::Column::GroupId.eq(group)).filter(party_seat::Column::EndedOn.is_null());
    seats.all(&act.tx).await
}

/// The posts that the group gives. A secretary is the community's, and stays.
async fn representatives(act: &Act<'_>, group: Uuid) -> Result<Vec<appointment::Model>> {
    use entity::word::{AppointmentKind, Role};
    scoped::<appointment::Entity>(act.viewer, act.now, posts::appointments)
        .filter(appointment::Column::GroupId.eq(group))
        .filter(appointment::Column::Kind.eq(AppointmentKind::PartyRepresentative))
        .filter(appointment::Column::Role.ne(Role::Secretary))
        .filter(appointment::Column::EndedOn.is_null())
        .all(&act.tx)
        .await
}

/// Whether the group has an open problem, whoever may read it: one that is hidden from the caller keeps it too.
async fn system_has_open_problems(act: &Act<'_>, group: Uuid) -> Result<bool> {
    let open =
        problem::Entity::find().filter(problem::Column::GroupId.eq(group)).filter(problem::Column::Open.eq(true));
    Ok(open.count(&act.tx).await? > 0)
}
