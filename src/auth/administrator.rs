//! The first administrators, appointed from the command line; they then appoint all others by the API.

use chrono::NaiveDate;
use entity::word::{AppointmentKind, OrganisationKind, RegionLevel, Word as _};
use entity::{appointment, organisation, region};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{account, commit, post};
use crate::act;
use crate::app::App;
use crate::clock::day;
use crate::error::{Code, Error, Result, Word};
use crate::event::{Actor, Event, Kind};
use crate::id::{TypeId, prefix};

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
/// `NOT_FOUND`, `INVALID_VALUE` or `INCOMPATIBLE_POSTS` at what is wrong; `DUPLICATE` where the person holds that post.
pub async fn appoint(app: &App, asked: Appointing) -> Result<Uuid> {
    let person = account::system_find(&app.db, &account::canonical(&asked.username))
        .await?
        .ok_or_else(|| Error::not_found("username"))?;
    let tx = act::begin(&app.db).await?;
    let now = app.clock.now();
    let region = region::Entity::find_by_id(asked.region).one(&tx).await?.ok_or_else(|| Error::not_found("region"))?;
    check_level(asked.kind, region.level)?;
    let role = post::role_of(asked.kind, None).ok_or_else(|| Error::fault("these kinds have a role of their own"))?;
    refuse_twice(&tx, person.id, &asked, day(now)).await?;
    post::refuse_incompatible(&tx, person.id, (role, asked.region), day(now), "kind").await?;
    let made = appointment::Model {
        id: app.ids.next(now),
        user_id: person.id,
        kind: asked.kind,
        role,
        identity: None,
        selected_by: None,
        region_code: asked.region,
        community_code: (region.level == RegionLevel::Community).then_some(asked.region),
        organisation_id: Some(system_organisation(&tx, &asked).await?),
        group_id: None,
        party_id: None,
        grid_id: None,
        building_id: None,
        started_on: day(now),
        ended_on: None,
        created_at: now,
        revision: 1,
    };
    let made = appointment::ActiveModel::from(made).insert(&tx).await?;
    let event = Event::new(Kind::PersonAppointed, asked.region, made.id)
        .with("user", &TypeId(prefix::USER, person.id))
        .with("kind", &asked.kind)
        .with("role", &role);
    commit(app, tx, Actor::system(), vec![event]).await?;
    Ok(made.id)
}

async fn refuse_twice(tx: &DatabaseTransaction, user: Uuid, asked: &Appointing, today: NaiveDate) -> Result<()> {
    let held = post::system_of(tx, user, today).await?;
    if held.iter().any(|post| post.kind == asked.kind && post.region_code == asked.region) {
        let words = Word::Both(asked.kind.zh().into(), asked.kind.en().into());
        return Err(Error::refused(Code::Duplicate, "kind", vec![words]));
    }
    Ok(())
}

fn check_level(kind: AppointmentKind, level: RegionLevel) -> Result<()> {
    let (fits, zh, en) = match kind {
        AppointmentKind::Supervisor => {
            (matches!(level, RegionLevel::City | RegionLevel::County), "市或县级区划", "a city or county")
        }
        AppointmentKind::StreetCoordinator => (level == RegionLevel::Street, "街道级区划", "a street"),
        AppointmentKind::Secretary => (level == RegionLevel::Community, "社区级区划", "a community"),
        AppointmentKind::PartyRepresentative
        | AppointmentKind::Resident
        | AppointmentKind::GridHead
        | AppointmentKind::GridWorker
        | AppointmentKind::BuildingLeader
        | AppointmentKind::RedSteward
        | AppointmentKind::Volunteer => {
            let words = "SUPERVISOR, STREET_COORDINATOR, SECRETARY";
            return Err(Error::refused(Code::InvalidValue, "kind", vec![words.into()]));
        }
    };
    if fits {
        Ok(())
    } else {
        Err(Error::refused(Code::InvalidValue, "region", vec![Word::Both(zh.into(), en.into())]))
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
