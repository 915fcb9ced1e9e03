//! Where a problem belongs: community, grid, group; who fills a party there; who decides on it and answers for it.

use std::collections::BTreeMap;

use entity::word::{GridKind, LinkageGroupKind, LinkageGroupStatus, OrganisationKind, RegionLevel};
use entity::{
    building, compound, grid, linkage_group, organisation, party, party_seat, problem, problem_concern, region,
    seat_compound,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::few;
use crate::act::Act;
use crate::clock::day;
use crate::error::{Code, Error, Result, Word};
use crate::id::{TypeId, prefix};
use crate::policy::rows::place as rows;
use crate::policy::rule::divisor;
use crate::read::load;

/// Where something is, as far as it was said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spot {
    /// The community.
    pub community: Option<i64>,
    /// The compound.
    pub compound: Option<Uuid>,
    /// The comprehensive grid.
    pub grid: Option<Uuid>,
    /// The micro-grid.
    pub micro_grid: Option<Uuid>,
    /// The building.
    pub building: Option<Uuid>,
}

/// What a client says of a place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// A community's 12 digits.
    pub community_code: Option<&'a str>,
    /// A compound.
    pub compound: Option<Uuid>,
    /// A grid of either kind.
    pub grid: Option<Uuid>,
    /// A building.
    pub building: Option<Uuid>,
}

/// Finds what was said; each part must fit the others.
///
/// # Errors
/// `NOT_FOUND` for what is missing or out of sight, `INVALID_VALUE` for parts that contradict each other.
pub async fn find(act: &Act<'_>, said: Said<'_>) -> Result<Spot> {
    let mut spot = Spot::default();
    if let Some(id) = said.building {
        let row = load::refer::<building::Entity>(act, rows::buildings, id, "building").await?;
        fit(&mut spot.community, row.community_code, "building")?;
        (spot.compound, spot.grid, spot.micro_grid) = (Some(row.compound_id), row.grid_id, row.micro_grid_id);
        spot.building = Some(id);
    }
    if let Some(id) = said.grid {
        let row = load::refer::<grid::Entity>(act, rows::grids, id, "grid").await?;
        fit(&mut spot.community, row.community_code, "grid")?;
        let (whole, micro) = match row.kind {
            GridKind::Comprehensive => (Some(id), spot.micro_grid),
            GridKind::Micro => (row.parent_id, Some(id)),
        };
        if let Some(whole) = whole {
            fit(&mut spot.grid, whole, "grid")?;
        }
        if let Some(micro) = micro {
            fit(&mut spot.micro_grid, micro, "grid")?;
        }
    }
    if let Some(id) = said.compound {
        let row = load::refer::<compound::Entity>(act, rows::compounds, id, "compound").await?;
        fit(&mut spot.community, row.community_code, "compound")?;
        fit(&mut spot.compound, id, "compound")?;
    }
    if let Some(code) = said.community_code {
        let code = code.parse::<i64>().ok().filter(|code| act.viewer.covers(*code) && code % 1000 != 0);
        let code = code.ok_or_else(|| Error::not_found("communityCode"))?;
        fit(&mut spot.community, code, "communityCode")?;
    }
    Ok(spot)
}

/// Keeps `value`, unless another was found before.
fn fit<T: PartialEq + Copy>(known: &mut Option<T>, value: T, path: &str) -> Result<()> {
    if known.is_some_and(|known| known != value) {
        let why =
            Word::Both("与所填的其他位置不符".into(), "it does not lie where the other parts of the place do".into());
        return Err(Error::refused(Code::InvalidValue, path, vec![why]));
    }
    *known = Some(value);
    Ok(())
}

/// The group that serves a community: its active six-party group, else its oldest active consortium. It is held until
/// the act ends: meanwhile it is not dissolved, and no seat of it ends.
///
/// # Errors
/// A fault of the database.
pub async fn system_group(act: &Act<'_>, community: i64) -> Result<Option<linkage_group::Model>> {
    let groups = linkage_group::Entity::find()
        .filter(linkage_group::Column::CommunityCode.eq(community))
        .filter(linkage_group::Column::Status.eq(LinkageGroupStatus::Active))
        .order_by_asc(linkage_group::Column::CreatedAt)
        .order_by_asc(linkage_group::Column::Id)
        .lock_shared()
        .all(&act.tx)
        .await?;
    let six = groups.iter().position(|group| group.kind == LinkageGroupKind::SixParty).unwrap_or_default();
    Ok(groups.into_iter().nth(six))
}

/// The group that deals with a problem, held likewise: its own while that is active, then the one that serves the
/// community.
///
/// # Errors
/// A fault of the database.
pub async fn system_group_of(act: &Act<'_>, problem: Uuid) -> Result<Option<linkage_group::Model>> {
    let place = [problem::Column::GroupId, problem::Column::CommunityCode];
    let problem = problem::Entity::find_by_id(problem).select_only().columns(place);
    let Some((group, community)) = problem.into_tuple::<(Uuid, i64)>().one(&act.tx).await? else { return Ok(None) };
    let own = linkage_group::Entity::find_by_id(group)
        .filter(linkage_group::Column::Status.eq(LinkageGroupStatus::Active))
        .lock_shared();
    match own.one(&act.tx).await? {
        Some(own) => Ok(Some(own)),
        None => system_group(act, community).await,
    }
}

/// The refusal where no group deals with a community's problems.
#[must_use]
pub fn no_active_group(path: &str) -> Error {
    Error::refused(Code::NoActiveGroup, path, vec![])
}

/// The seats of a party that hold today and cover a compound. Where the compound is not known these are the seats that
/// cover the whole community, or the only seat there is.
///
/// # Errors
/// A fault of the database.
pub async fn system_seats(act: &Act<'_>, party: Uuid, compound: Option<Uuid>) -> Result<Vec<party_seat::Model>> {
    system_seats_of(act, &[party], compound).await
}

/// The same of several parties.
async fn system_seats_of(act: &Act<'_>, parties: &[Uuid], compound: Option<Uuid>) -> Result<Vec<party_seat::Model>> {
    let held = system_held(act, parties).await?;
    let ids: Vec<Uuid> = held.iter().map(|seat| seat.id).collect();
    let covered = seat_compound::Entity::find().filter(seat_compound::Column::SeatId.is_in(ids)).all(&act.tx).await?;
    let covers = |seat: &party_seat::Model| {
        let mut own = covered.iter().filter(|row| row.seat_id == seat.id).peekable();
        own.peek().is_none() || own.any(|row| Some(row.compound_id) == compound)
    };
    let only = |seat: &party_seat::Model| {
        compound.is_none() && held.iter().filter(|other| other.party_id == seat.party_id).count() == 1
    };
    Ok(held.iter().filter(|seat| only(seat) || covers(seat)).cloned().collect())
}

/// A seat of a party that was named itself, if it holds today and covers a compound. Where the compound is not known, that
/// it was named is enough.
///
/// # Errors
/// A fault of the database.
pub async fn system_seat(
    act: &Act<'_>,
    party: Uuid,
    seat: Uuid,
    compound: Option<Uuid>,
) -> Result<Option<party_seat::Model>> {
    let seats = match compound {
        Some(_) => system_seats(act, party, compound).await?,
        None => system_held(act, &[party]).await?,
    };
    Ok(seats.into_iter().find(|held| held.id == seat))
}

/// The seats of parties that hold today, the oldest first.
async fn system_held(act: &Act<'_>, parties: &[Uuid]) -> Result<Vec<party_seat::Model>> {
    let today = day(act.now);
    let held = party_seat::Entity::find()
        .filter(party_seat::Column::PartyId.is_in(parties.iter().copied()))
        .filter(party_seat::Column::StartedOn.lte(today))
        .filter(party_seat::Column::EndedOn.is_null().or(party_seat::Column::EndedOn.gt(today)))
        .order_by_asc(party_seat::Column::StartedOn)
        .order_by_asc(party_seat::Column::Id);
    Ok(held.all(&act.tx).await?)
}

/// A party complained of, and the organisation that fills it for the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// The party.
    pub party: Uuid,
    /// The organisation.
    pub organisation: Option<Uuid>,
}

/// Their ids, for the record.
#[must_use]
pub fn parties(concerned: &[Concerned]) -> Vec<TypeId> {
    concerned.iter().map(|row| TypeId(prefix::PARTY, row.party)).collect()
}

/// Whether a party, or the organisation that sits for it, is complained of.
#[must_use]
pub fn is_concerned(concerned: &[Concerned], seat: &party_seat::Model) -> bool {
    concerned.iter().any(|row| row.party == seat.party_id || row.organisation == Some(seat.organisation_id))
}

/// Finds parties complained of; whoever is named again is one all the same.
///
/// # Errors
/// `OUT_OF_RANGE` for more than anybody complains of, `NOT_FOUND` for a party that is not of the problem's group.
pub async fn concerned(act: &Act<'_>, group: Uuid, compound: Option<Uuid>, parties: &[Uuid]) -> Result<Vec<Concerned>> {
    few(parties, "concerns")?;
    let known = load::scoped::<party::Entity>(act.viewer, act.now, rows::parties)
        .filter(party::Column::GroupId.eq(group))
        .filter(party::Column::Id.is_in(parties.iter().copied()))
        .all(&act.tx)
        .await?;
    if let Some(place) = parties.iter().position(|id| known.iter().all(|row| row.id != *id)) {
        return Err(Error::not_found(&format!("concerns.{place}")));
    }
    let filling = system_filling(act, parties, compound).await?;
    let mut found: Vec<Concerned> = vec![];
    for id in parties {
        if found.iter().all(|other| other.party != *id) {
            found.push(Concerned { party: *id, organisation: filling.get(id).copied() });
        }
    }
    Ok(found)
}

/// The organisations that fill parties for a compound.
async fn system_filling(act: &Act<'_>, parties: &[Uuid], compound: Option<Uuid>) -> Result<BTreeMap<Uuid, Uuid>> {
    let mut filling = BTreeMap::new();
    for seat in system_seats_of(act, parties, compound).await? {
        filling.entry(seat.party_id).or_insert(seat.organisation_id);
    }
    Ok(filling)
}

/// Whom a problem complains of, as those parties are filled for another compound. Parties of a group before stay as they
/// were.
///
/// # Errors
/// A fault of the database.
pub async fn system_concerned_at(
    act: &Act<'_>,
    problem: &problem::Model,
    compound: Option<Uuid>,
) -> Result<Vec<Concerned>> {
    let mut concerned = system_concerned(act, problem.id).await?;
    let present = party::Entity::find()
        .filter(party::Column::GroupId.eq(problem.group_id))
        .filter(party::Column::Id.is_in(concerned.iter().map(|row| row.party)));
    let present: Vec<Uuid> = present.all(&act.tx).await?.into_iter().map(|party| party.id).collect();
    let filling = system_filling(act, &present, compound).await?;
    for row in concerned.iter_mut().filter(|row| present.contains(&row.party)) {
        row.organisation = filling.get(&row.party).copied();
    }
    Ok(concerned)
}

/// Who decides on a problem before dispatch, and the organisation that answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Office {
    /// The community's convenor, or the street or county above it.
    pub level: RegionLevel,
    /// The organisation.
    pub accountable: Uuid,
}

/// The convenor's; where it is complained of the street's; where a street organisation is, the county's.
///
/// # Errors
/// A fault where there is no government above.
pub async fn system_office(
    act: &Act<'_>,
    group: &linkage_group::Model,
    compound: Option<Uuid>,
    concerned: &[Concerned],
) -> Result<Office> {
    let is = |organisation: Uuid| concerned.iter().any(|row| row.organisation == Some(organisation));
    let street = system_government(act, group.community_code, RegionLevel::Street).await?;
    if is(street) {
        let accountable = system_government(act, group.community_code, RegionLevel::County).await?;
        return Ok(Office { level: RegionLevel::County, accountable });
    }
    let convening = system_convening(act, group, compound).await?;
    match convening {
        Some(accountable)
            if !is(accountable) && concerned.iter().all(|row| Some(row.party) != group.convenor_party_id) =>
        {
            Ok(Office { level: RegionLevel::Community, accountable })
        }
        Some(_) | None => Ok(Office { level: RegionLevel::Street, accountable: street }),
    }
}

/// The organisation that answers for a problem that nobody leads, by who decides on it.
///
/// # Errors
/// A fault where there is no government above.
pub async fn system_accountable(act: &Act<'_>, row: &problem::Model) -> Result<Uuid> {
    if row.handled_by == RegionLevel::Community {
        let group = linkage_group::Entity::find_by_id(row.group_id).one(&act.tx).await?;
        let group = group.ok_or_else(|| Error::fault("a problem without a group"))?;
        if let Some(convening) = system_convening(act, &group, row.compound_id).await? {
            return Ok(convening);
        }
    }
    let level = if row.handled_by == RegionLevel::County { RegionLevel::County } else { RegionLevel::Street };
    system_government(act, row.community_code, level).await
}

/// The organisation that convenes a group.
async fn system_convening(act: &Act<'_>, group: &linkage_group::Model, compound: Option<Uuid>) -> Result<Option<Uuid>> {
    let Some(convenor) = group.convenor_party_id else { return Ok(None) };
    let mut seats = system_seats(act, convenor, compound).await?;
    if seats.is_empty() {
        seats = system_seats(act, convenor, None).await?;
    }
    Ok(seats.first().map(|seat| seat.organisation_id))
}

/// The government organisation of the region of `level` above a community.
///
/// # Errors
/// A fault where there is none.
pub async fn system_government(act: &Act<'_>, community: i64, level: RegionLevel) -> Result<Uuid> {
    let code = community / divisor(level) * divisor(level);
    let found = organisation::Entity::find()
        .filter(organisation::Column::RegionCode.eq(code))
        .filter(organisation::Column::Kind.eq(OrganisationKind::Government))
        .one(&act.tx)
        .await?;
    found.map(|row| row.id).ok_or_else(|| Error::fault(format!("the region {code} has no government organisation")))
}

/// Whether a community is there.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn known(act: &Act<'_>, community: i64) -> Result<()> {
    let found = load::scoped::<region::Entity>(act.viewer, act.now, rows::regions)
        .filter(region::Column::Code.eq(community))
        .any(&act.tx)
        .await?;
    if found { Ok(()) } else { Err(Error::not_found("communityCode")) }
}

/// Whom a problem complains of.
///
/// # Errors
/// A fault of the database.
pub async fn system_concerned(act: &Act<'_>, problem: Uuid) -> Result<Vec<Concerned>> {
    let select = problem_concern::Entity::find().filter(problem_concern::Column::ProblemId.eq(problem));
    let rows = select.all(&act.tx).await?;
    Ok(rows.into_iter().map(|row| Concerned { party: row.party_id, organisation: row.organisation_id }).collect())
}

/// Writes who is complained of in a problem, in place of what was written before.
///
/// # Errors
/// A fault of the database.
pub async fn write_concerns(act: &Act<'_>, problem: Uuid, community: i64, concerned: &[Concerned]) -> Result<()> {
    problem_concern::Entity::delete_many().filter(problem_concern::Column::ProblemId.eq(problem)).exec(&act.tx).await?;
    let rows = concerned.iter().map(|row| problem_concern::ActiveModel {
        problem_id: Set(problem),
        party_id: Set(row.party),
        community_code: Set(community),
        organisation_id: Set(row.organisation),
        released_at: Set(None),
    });
    if !concerned.is_empty() {
        problem_concern::Entity::insert_many(rows).exec_without_returning(&act.tx).await?;
    }
    Ok(())
}
