//! Parties and their seats.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::word::{LinkageGroupKind, LinkageGroupStatus, PartyKind, Word as _};
use entity::{appointment, compound, linkage_group, organisation, party, party_seat, seat_compound};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::super::command::{AddPartyInput, AddSeatInput, EndSeatInput, RecordVacancyInput};
use super::complete::SIX;
use super::{expect, forbidden, group, not_dissolved, post, raise, seats_today, task, transition};
use crate::act::{Act, Call, Once};
use crate::clock;
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::policy::rows::{place as rows, post as posts};
use crate::read::load::{need, refer, scoped};
use crate::region::service::{NAME_CHARACTERS, duplicate, invalid};
use crate::text;

/// The longest reason of a vacancy, in characters.
const REASON_CHARACTERS: usize = 200;

/// Adds a party to a group.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `INVALID_VALUE` for a kind that a six-party group has not, `DUPLICATE`.
pub async fn add_party(call: Call<'_>, input: AddPartyInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let name = text::optional_line(input.name.as_deref(), "name", NAME_CHARACTERS)?;
    let name = name.unwrap_or_else(|| input.kind.zh().to_owned());
    let group = group(&act, input.group.0, "group").await?;
    not_dissolved(&group)?;
    if group.kind == LinkageGroupKind::SixParty && !SIX.contains(&input.kind) {
        return Err(invalid("kind", "六方小组没有此类", "a six-party group has no party of this kind"));
    }
    let same = scoped::<party::Entity>(act.viewer, act.now, rows::parties)
        .filter(party::Column::GroupId.eq(group.id))
        .filter(party::Column::Kind.eq(input.kind));
    if SIX.contains(&input.kind) && same.any(&act.tx).await? {
        return Err(duplicate("kind", Word::both(input.kind.zh(), input.kind.en())).into());
    }
    let id = act.new_id();
    let row = party::ActiveModel {
        id: Set(id),
        group_id: Set(group.id),
        community_code: Set(group.community_code),
        kind: Set(input.kind),
        name: Set(name.clone()),
        vacancy_reason: Set(None),
        vacancy_until: Set(None),
        vacancy_acting_party_id: Set(None),
        created_at: Set(act.now),
    };
    let written = party::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate("name", name)))?;
    raise(&act, &group).await?;
    act.emit(
        Event::new(Kind::PartyAdded, group.community_code, id)
            .with("group", &TypeId(prefix::GROUP, group.id))
            .with("kind", &input.kind),
    );
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Gives an organisation a seat of a party.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `DUPLICATE` naming what another seat covers.
pub async fn add_seat(call: Call<'_>, input: AddSeatInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let (party, group) = party_of(&act, input.party.0, "party").await?;
    not_dissolved(&group)?;
    let organisation =
        refer::<organisation::Entity>(&act, rows::organisations, input.organisation.0, "organisation").await?;
    let compounds: BTreeSet<Uuid> = input.compounds.iter().map(|id| id.0).collect();
    let compounds = compounds_of(&act, party.community_code, compounds).await?;
    let today = clock::day(act.now);
    let started_on = input.started_on.unwrap_or(today);
    free(&act, &party, &organisation, &compounds, started_on).await?;
    let id = act.new_id();
    let row = party_seat::ActiveModel {
        id: Set(id),
        party_id: Set(party.id),
        group_id: Set(party.group_id),
        community_code: Set(party.community_code),
        organisation_id: Set(organisation.id),
        started_on: Set(started_on),
        ended_on: Set(None),
    };
    let written = party_seat::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate("organisation", organisation.name.clone())))?;
    cover(&act, id, &compounds).await?;
    if party.vacancy_until.is_some() && started_on <= today {
        fill(&act, &party).await?;
    }
    raise(&act, &group).await?;
    act.emit(
        Event::new(Kind::SeatAdded, party.community_code, id)
            .with("party", &TypeId(prefix::PARTY, party.id))
            .with("organisation", &TypeId(prefix::ORGANISATION, organisation.id)),
    );
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Ends a seat today, with the posts of those who represented the party for its organisation.
///
/// # Errors
/// `NOT_FOUND`, `REVISION_CONFLICT`, `INVALID_TRANSITION`, `OPEN_TASKS`, `FORBIDDEN` for the convenor's last seat.
pub async fn end_seat(call: Call<'_>, input: EndSeatInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let seat = refer::<party_seat::Entity>(&act, rows::seats, input.seat.0, "seat").await?;
    let group = group(&act, seat.group_id, "seat").await?;
    let seat = need::<party_seat::Entity>(&act, rows::seats, seat.id, "seat").await?;
    expect(&act, &group, &input.expected_revision)?;
    if seat.ended_on.is_some() {
        return Err(transition("seat", ("ENDED", "已终止", "ended"), &[]));
    }
    let convenes = group.convenor_party_id == Some(seat.party_id) && group.status == LinkageGroupStatus::Active;
    let others = seats_today(&act, group.id).await?;
    if convenes && !others.iter().any(|other| other.party_id == seat.party_id && other.id != seat.id) {
        return Err(forbidden("seat", "召集人不能空缺", "the convenor's party cannot be vacant"));
    }
    if task::system_open_on_seat(&act, seat.id).await? {
        return Err(Error::refused(Code::OpenTasks, "seat", vec![]));
    }
    let held = scoped::<appointment::Entity>(act.viewer, act.now, posts::appointments)
        .filter(appointment::Column::PartyId.eq(seat.party_id))
        .filter(appointment::Column::OrganisationId.eq(seat.organisation_id))
        .filter(appointment::Column::Kind.eq(entity::word::AppointmentKind::PartyRepresentative))
        .filter(appointment::Column::EndedOn.is_null())
        .all(&act.tx)
        .await?;
    for held in held {
        post::close(&mut act, held, None).await?;
    }
    let (id, today) = (seat.id, clock::day(act.now));
    close_seat(&mut act, seat, today).await?;
    raise(&act, &group).await?;
    act.commit().await?;
    Ok(id)
}

/// Records a vacancy.
///
/// # Errors
/// `NOT_FOUND`, `REVISION_CONFLICT`, `INVALID_TRANSITION`, `FORBIDDEN` for the convenor's party or one that is filled,
/// `INVALID_VALUE` for a day that has passed or a party that acts for itself, `PERSONAL_DATA_IN_TEXT`.
pub async fn record_vacancy(call: Call<'_>, input: RecordVacancyInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (party, group) = party_of(&act, input.party.0, "party").await?;
    expect(&act, &group, &input.expected_revision)?;
    not_dissolved(&group)?;
    let reason = text::shared_line(&input.reason, "reason", REASON_CHARACTERS)?;
    let acting = refer::<party::Entity>(&act, rows::parties, input.acting_party.0, "actingParty").await?;
    let branch = group.kind == LinkageGroupKind::SixParty && party.kind == PartyKind::PartyBranch;
    if branch || group.convenor_party_id == Some(party.id) {
        return Err(forbidden("party", "召集人不能空缺", "the convenor's party cannot be vacant"));
    }
    let seats = seats_today(&act, group.id).await?;
    if seats.iter().any(|seat| seat.party_id == party.id) {
        return Err(forbidden("party", "该方有单位在席", "an organisation holds a seat of this party"));
    }
    if acting.group_id != party.group_id || acting.id == party.id {
        return Err(invalid("actingParty", "须为同一小组的另一方", "this must be another party of the group"));
    }
    if input.until < clock::day(act.now) {
        return Err(invalid("until", "不能早于今日", "this must be today or later"));
    }
    let row = party::ActiveModel {
        id: Unchanged(party.id),
        vacancy_reason: Set(Some(reason.clone())),
        vacancy_until: Set(Some(input.until)),
        vacancy_acting_party_id: Set(Some(acting.id)),
        ..Default::default()
    };
    party::Entity::update(row).exec(&act.tx).await?;
    raise(&act, &group).await?;
    act.emit(
        Event::new(Kind::VacancyRecorded, party.community_code, party.id)
            .with("actingParty", &TypeId(prefix::PARTY, acting.id))
            .commits("vacancyReason", &reason),
    );
    act.commit().await?;
    Ok(party.id)
}

/// Writes the end of a seat; one that has not begun ends on its first day.
pub(super) async fn close_seat(act: &mut Act<'_>, seat: party_seat::Model, day: NaiveDate) -> Result<()> {
    let row = party_seat::ActiveModel {
        id: Unchanged(seat.id),
        ended_on: Set(Some(day.max(seat.started_on))),
        ..Default::default()
    };
    party_seat::Entity::update(row).exec(&act.tx).await?;
    act.emit(
        Event::new(Kind::SeatEnded, seat.community_code, seat.id)
            .with("party", &TypeId(prefix::PARTY, seat.party_id))
            .with("organisation", &TypeId(prefix::ORGANISATION, seat.organisation_id)),
    );
    Ok(())
}

/// A party and its group, the group locked before it.
async fn party_of(act: &Act<'_>, id: Uuid, path: &str) -> Result<(party::Model, linkage_group::Model)> {
    let party = refer::<party::Entity>(act, rows::parties, id, path).await?;
    let group = group(act, party.group_id, path).await?;
    let party = need::<party::Entity>(act, rows::parties, id, path).await?;
    Ok((party, group))
}

/// The compounds named, all of one community.
async fn compounds_of(act: &Act<'_>, community: i64, ids: BTreeSet<Uuid>) -> Result<Vec<compound::Model>> {
    let found = scoped::<compound::Entity>(act.viewer, act.now, rows::compounds)
        .filter(compound::Column::CommunityCode.eq(community))
        .filter(compound::Column::Id.is_in(ids.iter().copied()))
        .ordered(compound::Column::Name)
        .all(&act.tx)
        .await?;
    if found.len() == ids.len() { Ok(found) } else { Err(Error::not_found("compounds")) }
}

/// No two seats of a party cover the same compound at the same time.
async fn free(
    act: &Act<'_>,
    party: &party::Model,
    organisation: &organisation::Model,
    compounds: &[compound::Model],
    from: NaiveDate,
) -> Result<()> {
    let ended = party_seat::Column::EndedOn;
    let seats = scoped::<party_seat::Entity>(act.viewer, act.now, rows::seats)
        .filter(party_seat::Column::PartyId.eq(party.id))
        .filter(sea_orm::Condition::any().add(ended.is_null()).add(ended.gt(from)))
        .all(&act.tx)
        .await?;
    for seat in seats {
        if seat.organisation_id == organisation.id {
            return Err(duplicate("organisation", organisation.name.clone()).into());
        }
        let theirs = scoped::<seat_compound::Entity>(act.viewer, act.now, rows::coverings)
            .filter(seat_compound::Column::SeatId.eq(seat.id))
            .all(&act.tx)
            .await?;
        let shared: Vec<&str> = compounds
            .iter()
            .filter(|compound| theirs.iter().any(|their| their.compound_id == compound.id))
            .map(|compound| compound.name.as_str())
            .collect();
        let whole = theirs.is_empty() || compounds.is_empty();
        if whole || !shared.is_empty() {
            return Err(covered(&shared, theirs.is_empty()));
        }
    }
    Ok(())
}

fn covered(shared: &[&str], whole: bool) -> Error {
    let what = match (shared.is_empty(), whole) {
        (false, _) => Word::both(
            format!("已有席位覆盖{}", shared.join("、")),
            format!("a seat that covers {}", shared.join(", ")),
        ),
        (true, true) => Word::both("已有席位覆盖整个社区", "a seat that covers the whole community"),
        (true, false) => Word::both("已有席位覆盖部分小区", "a seat that covers some of the compounds"),
    };
    duplicate("compounds", what).into()
}

async fn cover(act: &Act<'_>, seat: Uuid, compounds: &[compound::Model]) -> Result<()> {
    if compounds.is_empty() {
        return Ok(());
    }
    let rows = compounds.iter().map(|compound| seat_compound::ActiveModel {
        seat_id: Set(seat),
        compound_id: Set(compound.id),
        community_code: Set(compound.community_code),
    });
    seat_compound::Entity::insert_many(rows).exec_without_returning(&act.tx).await?;
    Ok(())
}

/// A party that is filled is no longer vacant.
async fn fill(act: &Act<'_>, party: &party::Model) -> Result<()> {
    let row = party::ActiveModel {
        id: Unchanged(party.id),
        vacancy_reason: Set(None),
        vacancy_until: Set(None),
        vacancy_acting_party_id: Set(None),
        ..Default::default()
    };
    party::Entity::update(row).exec(&act.tx).await?;
    Ok(())
}
