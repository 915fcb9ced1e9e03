//! The first administrators, appointed from the command line; they then appoint all others by the API.

use entity::word::{AppointmentKind, OrganisationKind, RegionLevel};
use entity::{organisation, region};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::post::{Giving, Place};
use super::{account, commit, post};
use crate::act;
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::event::Actor;

/// What the command line needs to appoint one of those who then appoint all others.
#[derive(Clone, Debug)]
pub struct Appointing {
    /// Who.
    pub username: String,
    /// `SUPERVISOR`, `STREET_COORDINATOR` or `SECRETARY`.
    pub kind: AppointmentKind,
    /// The region's code.
    pub region: i64,
    /// The organisation to act for; without one, the region's government office or the community's Party branch.
    pub organisation: Option<Uuid>,
}

/// Appoints a supervisor, a street coordinator or a secretary, from today on.
///
/// # Errors
/// `NOT_FOUND` or `INVALID_VALUE` at what is wrong; those of [`post::give`].
pub async fn appoint(app: &App, asked: Appointing) -> Result<Uuid> {
    check_kind(asked.kind)?;
    let tx = act::begin(&app.db).await?;
    let person = account::system_find(&tx, &account::canonical(&asked.username)).await?;
    let person = person.ok_or_else(|| Error::not_found("username"))?;
    let person = account::system_lock(&tx, person.id).await?.ok_or_else(|| Error::not_found("username"))?;
    let region = region::Entity::find_by_id(asked.region).one(&tx).await?.ok_or_else(|| Error::not_found("region"))?;
    post::check_level(asked.kind, region.level, "region")?;
    let role = post::role_of(asked.kind, None).ok_or_else(|| Error::fault("these kinds have a role of their own"))?;
    let place = Place {
        role,
        region: asked.region,
        community: (region.level == RegionLevel::Community).then_some(asked.region),
        organisation: Some(system_organisation(&tx, &asked).await?),
        group: None,
        party: None,
        grid: None,
        building: None,
    };
    let giving = Giving { kind: asked.kind, place, identity: None, selected_by: None, started_on: None };
    let (made, event) = post::give(&tx, &app.ids, app.clock.now(), &person, giving).await?;
    commit(app, tx, Actor::system(), vec![event]).await?;
    Ok(made)
}

/// The command line appoints those who then appoint all others, and nobody else.
fn check_kind(kind: AppointmentKind) -> Result<()> {
    match kind {
        AppointmentKind::Supervisor | AppointmentKind::StreetCoordinator | AppointmentKind::Secretary => Ok(()),
        AppointmentKind::PartyRepresentative
        | AppointmentKind::Resident
        | AppointmentKind::GridHead
        | AppointmentKind::GridWorker
        | AppointmentKind::BuildingLeader
        | AppointmentKind::RedSteward
        | AppointmentKind::Volunteer => {
            let words = "SUPERVISOR, STREET_COORDINATOR, SECRETARY";
            Err(Error::refused(Code::InvalidValue, "kind", vec![words.into()]))
        }
    }
}

/// The organisation of an appointment: the one named, or the only one of the region that fits.
async fn system_organisation(tx: &DatabaseTransaction, asked: &Appointing) -> Result<Uuid> {
    let secretary = asked.kind == AppointmentKind::Secretary;
    let kind = if secretary { OrganisationKind::PartyBranch } else { OrganisationKind::Government };
    let here = organisation::Entity::find().filter(organisation::Column::RegionCode.eq(asked.region)).all(tx).await?;
    let fits = |row: &&organisation::Model| asked.organisation.map_or(row.kind == kind, |id| row.id == id);
    let mut found = here.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only.id),
        (None | Some(_), _) => Err(Error::not_found("organisation")),
    }
}
