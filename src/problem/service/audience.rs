//! Who will see what of a report, by the rules that place it: asked before it is sent, and nothing is written.

use entity::word::{AppointmentKind, ContactAccess, RegionLevel, Role};
use entity::{linkage_group, organisation, party};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::place::{self, Concerned, Office, Said, Spot};
use crate::act::{Act, Call, Caller};
use crate::auth::post::role_of;
use crate::error::{Code, Error, Result, UserError};
use crate::policy::Capability;
use crate::problem::read::{ReportAudience, ReportAudienceInput, ReportReader};

/// The audience of a report.
///
/// # Errors
/// What `reportProblem` would refuse of the place and the parties; `INVALID_ID` for `mistakes`.
pub async fn of(
    caller: &Caller<'_>,
    input: Option<ReportAudienceInput>,
    mistakes: Vec<UserError>,
) -> Result<ReportAudience> {
    let Some(input) = input.filter(|_| mistakes.is_empty()) else { return Err(Error::Refused(mistakes)) };
    let viewer = caller.viewer.ok_or_else(|| Error::not_found(""))?;
    viewer.require(Capability::ReportProblem)?;
    // The functions that place a report take an act; this one looks alone, and is dropped.
    let act = Call { app: caller.app, viewer, command: "reportAudience", digest: vec![] }.look().await?;
    let said = Said {
        community_code: input.community_code.as_deref(),
        compound: input.compound.map(|id| id.0),
        grid: input.grid.map(|id| id.0),
        building: input.building.map(|id| id.0),
    };
    let spot = place::find(&act, said).await?;
    let community = spot.community.ok_or_else(|| Error::refused(Code::Required, "communityCode", vec![]))?;
    place::known(&act, community).await?;
    let group = place::system_group(&act, community).await?.ok_or_else(|| place::no_active_group("communityCode"))?;
    let parties: Vec<Uuid> = input.concerns.iter().flatten().map(|id| id.0).collect();
    let concerned = place::concerned(&act, group.id, spot.compound, &parties).await?;
    let office = place::system_office(&act, &group, spot.compound, &concerned).await?;
    let confidential = input.confidential.unwrap_or_default();
    let mut readers = system_offices(&act, &group, office).await?;
    if !confidential {
        readers.push(ReportReader { report: true, contact: ContactAccess::Recorded, ..reader(Role::GridWorker) });
        if !readers.iter().any(|reader| reader.role == Role::Supervisor) {
            readers.push(reader(Role::Supervisor));
        }
    }
    readers.extend(system_parties(&act, &group, &spot, &concerned, confidential).await?);
    let accountable = system_name(&act, Some(office.accountable)).await?;
    Ok(ReportAudience { accountable, group: group.name, readers })
}

/// Whoever reads the summary, and nothing else.
fn reader(role: Role) -> ReportReader {
    ReportReader {
        role,
        organisation: None,
        party: None,
        concerned: false,
        only_with_task: false,
        report: false,
        summary: true,
        contact: ContactAccess::Never,
    }
}

/// Who decides on it, and who stands above and is not complained of: they read everything.
async fn system_offices(act: &Act<'_>, group: &linkage_group::Model, office: Office) -> Result<Vec<ReportReader>> {
    let levels: &[(RegionLevel, Role)] = match office.level {
        RegionLevel::Community => {
            &[(RegionLevel::Community, Role::Secretary), (RegionLevel::Street, Role::StreetCoordinator)]
        }
        RegionLevel::Street => &[(RegionLevel::Street, Role::StreetCoordinator)],
        RegionLevel::County | RegionLevel::City => &[(RegionLevel::County, Role::Supervisor)],
    };
    let mut readers = vec![];
    for (level, role) in levels {
        let id = if *level == office.level {
            office.accountable
        } else {
            place::system_government(act, group.community_code, *level).await?
        };
        let organisation = system_name(act, Some(id)).await?;
        readers.push(ReportReader { organisation, report: true, contact: ContactAccess::Recorded, ..reader(*role) });
    }
    Ok(readers)
}

/// The parties of the group other than who convenes it, as they are filled for the place.
async fn system_parties(
    act: &Act<'_>,
    group: &linkage_group::Model,
    spot: &Spot,
    concerned: &[Concerned],
    confidential: bool,
) -> Result<Vec<ReportReader>> {
    let parties = party::Entity::find()
        .filter(party::Column::GroupId.eq(group.id))
        .order_by_asc(party::Column::CreatedAt)
        .order_by_asc(party::Column::Id);
    let mut readers = vec![];
    for row in parties.all(&act.tx).await? {
        // The convenor decides on it, or is complained of and has no access.
        if Some(row.id) == group.convenor_party_id {
            continue;
        }
        let complained_of = concerned.iter().any(|one| one.party == row.id);
        let seat = place::system_seats(act, row.id, spot.compound).await?.into_iter().next();
        let Some(role) = role_of(AppointmentKind::PartyRepresentative, Some(row.kind)) else { continue };
        let contact = match role {
            _ if complained_of || confidential => ContactAccess::Never,
            Role::Police | Role::CityManagement => ContactAccess::WithTask,
            Role::Lawyer | Role::PropertyManager | Role::OwnerRepresentative | Role::PartyMember => {
                ContactAccess::ByRelease
            }
            Role::Secretary
            | Role::StreetCoordinator
            | Role::Supervisor
            | Role::GridWorker
            | Role::GridHelper
            | Role::Resident
            | Role::Partner => ContactAccess::Never,
        };
        readers.push(ReportReader {
            organisation: system_name(act, seat.map(|seat| seat.organisation_id)).await?,
            party: Some(row.kind),
            concerned: complained_of,
            // Who is complained of may read the summary once it is dispatched, unless it is confidential.
            only_with_task: !complained_of || confidential,
            contact,
            ..reader(role)
        });
    }
    Ok(readers)
}

async fn system_name(act: &Act<'_>, id: Option<Uuid>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(organisation::Entity::find_by_id(id).one(&act.tx).await?.map(|row| row.name))
}
