//! Calling to the spot: a whistle with its first calls, and further ones.

use entity::word::{
    LinkageGroupStatus, PartyKind, ProblemVisibility, RegionLevel, Role, WhistleAction, WhistleCallStatus,
    WhistleStatus,
};
use entity::{linkage_group, party, party_seat, whistle, whistle_call};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Scene, called, case, prose, refuse_personal_data, told, write};
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::machine::Guard as _;
use crate::policy::rows::place as place_rows;
use crate::problem::service::place::{self, Said, Spot};
use crate::problem::service::{Case, length};
use crate::problem::transition::Guard;
use crate::read::load;
use crate::text;
use crate::whistle::command::{CallPartyInput, CalledPartyInput, RaiseWhistleInput};
use crate::whistle::limit::{self, response_due};

/// The most parties that one whistle calls at first.
const MOST: usize = 20;

/// Blows a whistle.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `REQUIRED`, `OUT_OF_RANGE`, `INVALID_VALUE`, `NO_ACTIVE_GROUP`, `DUPLICATE`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn raise(call: Call<'_>, input: RaiseWhistleInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    // Commands on groups lock the group first; so does this.
    let problem = input.problem.as_ref().map(|id| id.0);
    let mut group = match problem {
        Some(problem) => place::system_group_of(&act, problem).await?,
        None => None,
    };
    let spot = spot(&act, &input, problem).await?;
    let community = community(&act, &spot).await?;
    if problem.is_none() {
        group = place::system_group(&act, community).await?;
    }
    let case = case(&act, problem, "problem").await?;
    if problem.is_some() && case.is_none() {
        return Err(Error::not_found("problem"));
    }
    may_raise(&act, &spot, case.as_ref())?;
    let group = group.ok_or_else(|| place::no_active_group("communityCode"))?;
    let seats = seats(&act, &group, spot.compound, &input.calls).await?;
    let row = row(&act, &input, &spot, (community, group.id))?;
    share(&mut act, &row, case.as_ref(), input.override_reason.as_deref())?;
    write_raised(&mut act, row.clone(), &seats).await?;
    call.commit_once(act, &input.idempotency_key, row.id).await
}

async fn write_raised(act: &mut Act<'_>, row: whistle::Model, seats: &[party_seat::Model]) -> Result<()> {
    let parties: Vec<TypeId> = seats.iter().map(|seat| TypeId(prefix::PARTY, seat.party_id)).collect();
    let event = told(Kind::WhistleRaised, &row, row.id).with("grounds", &row.grounds).with("parties", &parties);
    let event = event.with("due", &row.due_at).commits("summary", &row.summary);
    act.emit(event.commits_if("place", row.place.as_deref()));
    // They are called at one moment: their ids keep the order in which they were named.
    let mut ids: Vec<Uuid> = seats.iter().map(|_| act.new_id()).collect();
    ids.sort_unstable();
    let calls: Vec<_> = seats.iter().zip(ids).map(|(seat, id)| new_call(act, id, &row, seat)).collect();
    let row: whistle::ActiveModel = row.into();
    whistle::Entity::insert(whistle::ActiveModel { open: NotSet, ..row }).exec_without_returning(&act.tx).await?;
    whistle_call::Entity::insert_many(calls).exec_without_returning(&act.tx).await?;
    Ok(())
}

/// Calls a further party.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `INVALID_VALUE`, `NO_ACTIVE_GROUP`, `DUPLICATE`.
pub async fn call_party(call: Call<'_>, input: CallPartyInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let group = system_group_of(&act, input.whistle.0).await?;
    let scene = Scene::of(&act, input.whistle.0, "whistle").await?;
    scene.require(&act, WhistleAction::CallParty)?;
    let group = group.ok_or_else(|| place::no_active_group("whistle"))?;
    let asked = CalledPartyInput { party: input.party, seat: input.seat };
    let seat = seat(&act, &group, scene.row.compound_id, &asked, "").await?;
    let id = act.new_id();
    let row = new_call(&act, id, &scene.row, &seat);
    let due = response_due(act.now);
    let written = whistle_call::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, called_already("")))?;
    write(&act, scene.change()).await?;
    act.emit(called(Kind::WhistlePartyCalled, &scene.row, id, seat.party_id).with("due", &due));
    call.commit_once(act, &input.idempotency_key, id).await
}

/// The group whose parties a whistle can call, held until the act ends: its own while that is active, then the one that
/// serves the community.
async fn system_group_of(act: &Act<'_>, whistle: Uuid) -> Result<Option<linkage_group::Model>> {
    let place = [whistle::Column::GroupId, whistle::Column::CommunityCode];
    let whistle = whistle::Entity::find_by_id(whistle).select_only().columns(place);
    let Some((group, community)) = whistle.into_tuple::<(Uuid, i64)>().one(&act.tx).await? else { return Ok(None) };
    let own = linkage_group::Entity::find_by_id(group)
        .filter(linkage_group::Column::Status.eq(LinkageGroupStatus::Active))
        .lock_shared();
    match own.one(&act.tx).await? {
        Some(own) => Ok(Some(own)),
        None => place::system_group(act, community).await,
    }
}

/// Where it is: as said, else where the problem is, else in the grid worker's own grid.
async fn spot(act: &Act<'_>, input: &RaiseWhistleInput, problem: Option<Uuid>) -> Result<Spot> {
    let said = Said {
        community_code: input.community_code.as_deref(),
        compound: input.compound.as_ref().map(|id| id.0),
        grid: input.grid.as_ref().map(|id| id.0),
        building: input.building.as_ref().map(|id| id.0),
    };
    let mut spot = place::find(act, said).await?;
    let nothing = spot.compound.is_none() && spot.grid.is_none();
    if let Some(problem) = problem {
        let row =
            load::refer::<entity::problem::Entity>(act, crate::policy::rows::problem::problem, problem, "problem");
        let row = row.await?;
        if spot.community.is_some_and(|community| community != row.community_code) {
            let why = Word::both("问题不在所填的社区", "the problem lies in another community");
            return Err(Error::refused(Code::InvalidValue, "problem", vec![why]));
        }
        spot.community = Some(row.community_code);
        if nothing {
            (spot.compound, spot.building) = (row.compound_id, row.building_id);
            (spot.grid, spot.micro_grid) = (row.grid_id, row.micro_grid_id);
        }
    }
    if act.viewer.role == Role::GridWorker && spot.grid.is_none() {
        let own = place::find(act, Said { grid: act.viewer.grid, ..Said::default() }).await?;
        (spot.grid, spot.micro_grid) = (own.grid, own.micro_grid);
        spot.community = spot.community.or(own.community);
    }
    if spot.compound.is_none() && spot.grid.is_none() && input.place.as_ref().is_none_or(|text| text.trim().is_empty())
    {
        return Err(Error::refused(Code::Required, "place", vec![]));
    }
    Ok(spot)
}

/// The community of a place; by default that of the caller's post.
async fn community(act: &Act<'_>, spot: &Spot) -> Result<i64> {
    let own = (act.viewer.level == RegionLevel::Community).then_some(act.viewer.region);
    let community = spot.community.or(own);
    let community = community.ok_or_else(|| Error::refused(Code::Required, "communityCode", vec![]))?;
    place::known(act, community).await?;
    Ok(community)
}

/// Says no to who does not decide there.
fn may_raise(act: &Act<'_>, spot: &Spot, case: Option<&Case>) -> Result<()> {
    let refused = |path: &str, zh: &str, en: &str| Err(Error::refused(Code::Forbidden, path, vec![Word::both(zh, en)]));
    let grid = act.viewer.grid;
    let ground = act.viewer.role == Role::GridWorker;
    if ground && (grid.is_none() || (spot.grid != grid && spot.micro_grid != grid)) {
        return refused("grid", "只能在本网格吹哨", "a grid worker blows it in the own grid alone");
    }
    let Some(case) = case else {
        if act.viewer.role == Role::Supervisor {
            return refused(
                "problem",
                "只能就上级办理的问题吹哨",
                "the county blows it for problems it decides on alone",
            );
        }
        return Ok(());
    };
    if case.facts.concerned {
        let (zh, en) = Guard::NotConcerned.why();
        return refused("problem", zh, en);
    }
    if !ground && !case.facts.office {
        return refused("problem", "不由您办理", "it is not yours to do");
    }
    if case.row.visibility == ProblemVisibility::Confidential {
        return refused("problem", "保密问题不吹哨", "no whistle is blown for a confidential problem");
    }
    if !case.row.open {
        return refused("problem", "问题已不在办理中", "the problem is not open");
    }
    Ok(())
}

fn row(act: &Act<'_>, input: &RaiseWhistleInput, spot: &Spot, of: (i64, Uuid)) -> Result<whistle::Model> {
    let (community_code, group_id) = of;
    Ok(whistle::Model {
        id: act.new_id(),
        community_code,
        group_id,
        problem_id: input.problem.as_ref().map(|id| id.0),
        grounds: input.grounds,
        summary: prose(&input.summary, "summary")?,
        place: text::optional_line(input.place.as_deref(), "place", length::LINE)?,
        compound_id: spot.compound,
        grid_id: spot.grid,
        micro_grid_id: spot.micro_grid,
        building_id: spot.building,
        status: WhistleStatus::Raised,
        open: true,
        raised_at: act.now,
        raised_by: act.viewer.user,
        raised_by_role: act.viewer.role,
        due_at: response_due(act.now),
        due_rule: limit::NAME.into(),
        ended_at: None,
        reason: None,
        revision: 1,
    })
}

/// Says no to texts that hold personal data, unless the office gives a reason to let them through; then says so in the
/// audit trail.
fn share(act: &mut Act<'_>, row: &whistle::Model, case: Option<&Case>, override_reason: Option<&str>) -> Result<()> {
    let texts = [("summary", Some(row.summary.as_str())), ("place", row.place.as_deref())];
    if let Some(case) = case {
        return case.share(act, &texts, override_reason);
    }
    let reason = text::optional_prose(override_reason, "overrideReason", length::PROSE)?;
    let refusal = refuse_personal_data(&texts);
    match (refusal, reason.filter(|_| act.viewer.role != Role::GridWorker)) {
        (Err(_), Some(reason)) => {
            act.emit(told(Kind::WhistleOverridden, row, row.id).commits("overrideReason", &reason));
            Ok(())
        }
        (refusal, _) => refusal,
    }
}

/// The seats of those who are called, each once.
async fn seats(
    act: &Act<'_>,
    group: &linkage_group::Model,
    compound: Option<Uuid>,
    asked: &[CalledPartyInput],
) -> Result<Vec<party_seat::Model>> {
    if asked.is_empty() || asked.len() > MOST {
        return Err(Error::refused(Code::OutOfRange, "calls", vec![1.into(), MOST.into()]));
    }
    let mut found: Vec<party_seat::Model> = vec![];
    for (place, one) in asked.iter().enumerate() {
        let path = format!("calls.{place}");
        let seat = seat(act, group, compound, one, &path).await?;
        if found.iter().any(|other| other.id == seat.id) {
            return Err(called_already(&path).into());
        }
        found.push(seat);
    }
    Ok(found)
}

fn called_already(path: &str) -> UserError {
    UserError::new(Code::Duplicate, path, vec![Word::both("同一席位已被调度", "an open call of the same seat")])
}

/// The seat that covers the place: of the party that was named, or the one that was named itself.
async fn seat(
    act: &Act<'_>,
    group: &linkage_group::Model,
    compound: Option<Uuid>,
    asked: &CalledPartyInput,
    path: &str,
) -> Result<party_seat::Model> {
    let within = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let invalid = |path: &str, zh: &str, en: &str| Error::refused(Code::InvalidValue, path, vec![Word::both(zh, en)]);
    let (party, named, path) = match (&asked.party, &asked.seat) {
        (Some(party), None) => (party.0, None, within("party")),
        (None, Some(seat)) => {
            let path = within("seat");
            let row = load::refer::<party_seat::Entity>(act, place_rows::seats, seat.0, &path).await?;
            (row.party_id, Some(row.id), path)
        }
        (None, None) | (Some(_), Some(_)) => {
            return Err(invalid(path, "请填一方或席位，只填其一", "name a party or a seat, one of them"));
        }
    };
    let row = load::refer::<party::Entity>(act, place_rows::parties, party, &path).await?;
    if row.group_id != group.id {
        return Err(Error::not_found(&path));
    }
    if row.kind == PartyKind::PartyBranch {
        return Err(invalid(&path, "党支部是吹哨方，不被调度", "the Party branch calls, and is not called"));
    }
    let found = match named {
        Some(seat) => place::system_seat(act, party, seat, compound).await?,
        None => place::system_seats(act, party, compound).await?.into_iter().next(),
    };
    found.ok_or_else(|| invalid(&path, "没有覆盖该小区的席位", "no seat of it covers the place's compound"))
}

fn new_call(act: &Act<'_>, id: Uuid, whistle: &whistle::Model, seat: &party_seat::Model) -> whistle_call::ActiveModel {
    whistle_call::ActiveModel {
        id: Set(id),
        whistle_id: Set(whistle.id),
        community_code: Set(whistle.community_code),
        party_id: Set(seat.party_id),
        seat_id: Set(seat.id),
        organisation_id: Set(seat.organisation_id),
        status: Set(WhistleCallStatus::Called),
        called_at: Set(act.now),
        called_by: Set(act.viewer.user),
        due_at: Set(response_due(act.now)),
        due_rule: Set(limit::NAME.into()),
        reported_in_at: Set(None),
        reported_in_by: Set(None),
        place: Set(None),
        latitude_microdegrees: Set(None),
        longitude_microdegrees: Set(None),
        done_at: Set(None),
        done_by: Set(None),
        note: Set(None),
        excused_at: Set(None),
        excused_by: Set(None),
        reason: Set(None),
        reminded_at: Set(None),
        revision: Set(1),
    }
}
