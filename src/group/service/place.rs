//! Where a post is: what its kind needs, and what follows from that.

use entity::word::{AppointmentKind, PartyKind, Role, Word as _};
use entity::{building, grid, organisation, party};
use uuid::Uuid;

use super::super::command::AppointPersonInput;
use super::seats_today;
use crate::act::Act;
use crate::auth::post::{Place, check_level, role_of};
use crate::error::{Code, Error, Result};
use crate::policy::rows::place as rows;
use crate::read::load::need;
use crate::region::service::{community, government, invalid, own_region};

/// Finds the place that the input means, and refuses what is not part of such a post.
pub async fn find(act: &Act<'_>, input: &AppointPersonInput) -> Result<Place> {
    fits(input)?;
    let role = |party| role_of(input.kind, party).ok_or_else(|| required("party"));
    match input.kind {
        AppointmentKind::Supervisor | AppointmentKind::StreetCoordinator => above(act, input, role(None)?).await,
        AppointmentKind::Secretary => secretary(act, input, role(None)?).await,
        AppointmentKind::PartyRepresentative => {
            let (party, organisation) = seated(act, input).await?;
            representative(act, input, &party, organisation, role(Some(party.kind))?).await
        }
        AppointmentKind::Resident
        | AppointmentKind::GridHead
        | AppointmentKind::GridWorker
        | AppointmentKind::BuildingLeader
        | AppointmentKind::RedSteward
        | AppointmentKind::Volunteer => local(act, input, role(None)?).await,
    }
}

/// What each kind needs and may have; the rest is refused rather than ignored.
fn fits(input: &AppointPersonInput) -> Result<()> {
    use AppointmentKind::{
        BuildingLeader, GridHead, GridWorker, PartyRepresentative, RedSteward, Resident, Secretary, StreetCoordinator,
        Supervisor, Volunteer,
    };
    const NEEDED: &[&str] = &["regionCode", "party", "grid", "building"];
    let (needs, may): (&[&str], &[&str]) = match input.kind {
        Supervisor | StreetCoordinator => (&["regionCode"], &["organisation", "identity", "selectedBy"]),
        Secretary => (&["regionCode"], &["party", "organisation", "identity", "selectedBy"]),
        PartyRepresentative => (&["party"], &["regionCode", "organisation", "identity", "selectedBy"]),
        Resident => (&[], &["regionCode", "building"]),
        GridHead | GridWorker => (&["grid"], &["regionCode", "organisation", "identity", "selectedBy"]),
        BuildingLeader => (&["building"], &["regionCode", "grid", "organisation", "identity", "selectedBy"]),
        RedSteward | Volunteer => (&[], &["regionCode", "grid", "building", "organisation", "identity", "selectedBy"]),
    };
    let given = [
        ("regionCode", input.region_code.is_some()),
        ("party", input.party.is_some()),
        ("organisation", input.organisation.is_some()),
        ("grid", input.grid.is_some()),
        ("building", input.building.is_some()),
        ("identity", input.identity.is_some()),
        ("selectedBy", input.selected_by.is_some()),
    ];
    for (name, given) in given {
        if given && !needs.contains(&name) && !may.contains(&name) {
            let (zh, en) = (input.kind.zh(), input.kind.en());
            return Err(invalid(name, &format!("{zh}没有此项"), &format!("the post of a {en} has none")));
        }
        if !given && NEEDED.contains(&name) && needs.contains(&name) {
            return Err(Error::refused(Code::Required, name, vec![]));
        }
    }
    Ok(())
}

/// A post of a region above the communities: for its government, unless another organisation is named.
async fn above(act: &Act<'_>, input: &AppointPersonInput, role: Role) -> Result<Place> {
    let region = own_region(act, input.region_code.as_deref().unwrap_or_default(), "regionCode").await?;
    check_level(input.kind, region.level, "regionCode")?;
    let organisation = match organisation(act, input).await? {
        Some(named) => named,
        None => government(act, region.code).await?.ok_or_else(|| required("organisation"))?.id,
    };
    Ok(Place { organisation: Some(organisation), ..bare(role, region.code, None) })
}

async fn secretary(act: &Act<'_>, input: &AppointPersonInput, role: Role) -> Result<Place> {
    let region = community(act, input.region_code.as_deref().unwrap_or_default(), "regionCode").await?;
    let place = bare(role, region.code, Some(region.code));
    if input.party.is_some() {
        let (party, organisation) = seated(act, input).await?;
        if party.kind != PartyKind::PartyBranch || party.community_code != region.code {
            return Err(invalid("party", "须为该社区的党支部一方", "this must be the Party branch of the community"));
        }
        return Ok(Place {
            organisation: Some(organisation),
            group: Some(party.group_id),
            party: Some(party.id),
            ..place
        });
    }
    let organisation = organisation(act, input).await?.ok_or_else(|| required("organisation"))?;
    Ok(Place { organisation: Some(organisation), ..place })
}

async fn representative(
    act: &Act<'_>,
    input: &AppointPersonInput,
    party: &party::Model,
    organisation: Uuid,
    role: Role,
) -> Result<Place> {
    same_community(act, input, party.community_code).await?;
    Ok(Place {
        organisation: Some(organisation),
        group: Some(party.group_id),
        party: Some(party.id),
        ..bare(role, party.community_code, Some(party.community_code))
    })
}

/// A post in a grid, a building, or the community as a whole. Building leaders help in their building's grid; where a
/// resident lives gives no post there.
async fn local(act: &Act<'_>, input: &AppointPersonInput, role: Role) -> Result<Place> {
    let grid = match input.grid {
        Some(id) => Some(need::<grid::Entity>(act, rows::grids, id.0, "grid").await?),
        None => None,
    };
    let building = match input.building {
        Some(id) => Some(need::<building::Entity>(act, rows::buildings, id.0, "building").await?),
        None => None,
    };
    if let (Some(grid), Some(building)) = (&grid, &building)
        && ![building.grid_id, building.micro_grid_id].contains(&Some(grid.id))
    {
        return Err(invalid("grid", "楼栋不在该网格", "the building is not in the grid"));
    }
    let known = grid.as_ref().map(|grid| grid.community_code).or(building.as_ref().map(|at| at.community_code));
    let code = match (known, &input.region_code) {
        (Some(code), _) => code,
        (None, Some(text)) => community(act, text, "regionCode").await?.code,
        (None, None) => return Err(required("regionCode")),
    };
    same_community(act, input, code).await?;
    let helps = role != Role::Resident;
    let grid = grid.map(|grid| grid.id).or(building.as_ref().filter(|_| helps).and_then(|at| at.grid_id));
    let organisation = organisation(act, input).await?;
    Ok(Place { organisation, grid, building: building.map(|at| at.id), ..bare(role, code, Some(code)) })
}

/// The party named, and the organisation that acts for it: the one named, or the only one with a seat today.
async fn seated(act: &Act<'_>, input: &AppointPersonInput) -> Result<(party::Model, Uuid)> {
    let id = input.party.ok_or_else(|| required("party"))?;
    let party = need::<party::Entity>(act, rows::parties, id.0, "party").await?;
    let seats = seats_today(act, party.group_id).await?;
    let mut holders = seats.iter().filter(|seat| seat.party_id == party.id).map(|seat| seat.organisation_id);
    let holder = match (organisation(act, input).await?, holders.next(), holders.next()) {
        (Some(named), ..) => seats
            .iter()
            .any(|seat| seat.party_id == party.id && seat.organisation_id == named)
            .then_some(named)
            .ok_or_else(|| invalid("organisation", "该单位没有这一方的席位", "it holds no seat of the party today"))?,
        (None, Some(only), None) => only,
        (None, None, _) => return Err(invalid("party", "该方尚无席位", "the party has no seat today")),
        (None, Some(_), Some(_)) => return Err(required("organisation")),
    };
    Ok((party, holder))
}

async fn organisation(act: &Act<'_>, input: &AppointPersonInput) -> Result<Option<Uuid>> {
    let Some(id) = input.organisation else { return Ok(None) };
    Ok(Some(need::<organisation::Entity>(act, rows::organisations, id.0, "organisation").await?.id))
}

/// A code that is given beside what it follows from must agree with it.
async fn same_community(act: &Act<'_>, input: &AppointPersonInput, code: i64) -> Result<()> {
    let Some(text) = &input.region_code else { return Ok(()) };
    if community(act, text, "regionCode").await?.code == code {
        return Ok(());
    }
    Err(invalid(
        "regionCode",
        "与所在网格、楼栋或一方的社区不符",
        "it is not the community of the grid, building or party",
    ))
}

fn required(path: &str) -> Error {
    Error::refused(Code::Required, path, vec![])
}

const fn bare(role: Role, region: i64, community: Option<i64>) -> Place {
    Place { role, region, community, organisation: None, group: None, party: None, grid: None, building: None }
}
