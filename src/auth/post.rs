//! Posts: an appointment as what a token acts in; how one is given: the role that follows from its kind, what cannot be
//! held together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::{AppointmentIdentity, AppointmentKind, PartyKind, RegionLevel, Role, SelectedBy, Word as _};
use entity::{appointment, refresh_token, region, user};
use quick_cache::sync::Cache;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::trust::{self, in_time};
use crate::app::App;
use crate::clock::day;
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind};
use crate::id::{Ids, TypeId, prefix};
use crate::policy::exclusion_day;
use crate::policy::rule::overlap;

/// An appointment with what a viewer takes from it.
pub(super) struct Held {
    pub(super) appointment: appointment::Model,
    pub(super) level: RegionLevel,
    /// Whether the person may sign in.
    pub(super) enabled: bool,
}

impl Held {
    /// Whether it can be acted in on `day`.
    pub(super) fn on(&self, day: NaiveDate) -> bool {
        self.enabled && holds(&self.appointment, day)
    }
}

/// Whether an appointment holds on `day`.
#[must_use]
pub fn holds(appointment: &appointment::Model, day: NaiveDate) -> bool {
    appointment.started_on <= day && appointment.ended_on.is_none_or(|ended| day < ended)
}

/// Posts as they were read. What ends one is a revocation, which is asked for each time; so they may be kept a while.
pub struct Posts(Cache<Uuid, (Instant, Arc<Held>)>);

const KEPT: Duration = Duration::from_secs(10);
const MOST: usize = 10_000;

impl Default for Posts {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Posts {
    /// The appointment `id`; `None` where there is none.
    pub(super) async fn get(&self, app: &App, id: Uuid) -> Result<Option<Arc<Held>>> {
        if let Some((read_at, held)) = self.0.get(&id)
            && read_at.elapsed() < KEPT
        {
            return Ok(Some(held));
        }
        let began = Instant::now();
        let Some(held) = in_time(system_read(app.auth.db(app), id)).await? else { return Ok(None) };
        let held = Arc::new(held);
        self.0.insert(id, (began, held.clone()));
        Ok(Some(held))
    }
}

/// Reads an appointment for whoever acts in it.
pub(super) async fn system_read(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Held>> {
    let Some(appointment) = appointment::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let region = region::Entity::find_by_id(appointment.region_code).one(db).await?;
    let person = user::Entity::find_by_id(appointment.user_id).one(db).await?;
    let (Some(region), Some(person)) = (region, person) else {
        return Err(Error::fault("an appointment without its region or person"));
    };
    Ok(Some(Held { appointment, level: region.level, enabled: person.disabled_at.is_none() }))
}

/// The posts of a person that can be acted in on `day`, the first held first.
pub(super) async fn system_of(
    db: &impl ConnectionTrait,
    user: Uuid,
    day: NaiveDate,
) -> Result<Vec<appointment::Model>> {
    let mut posts = appointment::Entity::find().filter(appointment::Column::UserId.eq(user)).all(db).await?;
    posts.retain(|post| holds(post, day));
    posts.sort_by_key(|post| (post.started_on, post.created_at, post.id));
    Ok(posts)
}

/// The role that follows from an appointment's kind; for a party's representative from what the party stands for.
/// `None`: a representative of no party.
#[must_use]
pub fn role_of(kind: AppointmentKind, party: Option<PartyKind>) -> Option<Role> {
    Some(match kind {
        AppointmentKind::Supervisor => Role::Supervisor,
        AppointmentKind::StreetCoordinator => Role::StreetCoordinator,
        AppointmentKind::Secretary => Role::Secretary,
        AppointmentKind::PartyRepresentative => match party? {
            PartyKind::PartyBranch => Role::Secretary,
            PartyKind::Police => Role::Police,
            PartyKind::CityManagement => Role::CityManagement,
            PartyKind::Lawyer => Role::Lawyer,
            PartyKind::PropertyManager => Role::PropertyManager,
            PartyKind::Owner => Role::OwnerRepresentative,
            PartyKind::Village | PartyKind::HealthCentre | PartyKind::SocialOrganisation | PartyKind::Other => {
                Role::PartyMember
            }
        },
        AppointmentKind::Resident => Role::Resident,
        AppointmentKind::GridHead | AppointmentKind::GridWorker => Role::GridWorker,
        AppointmentKind::BuildingLeader | AppointmentKind::RedSteward | AppointmentKind::Volunteer => Role::GridHelper,
    })
}

/// The levels of region that a post of `kind` is of.
const fn levels_of(kind: AppointmentKind) -> &'static [RegionLevel] {
    match kind {
        AppointmentKind::Supervisor => &[RegionLevel::City, RegionLevel::County],
        AppointmentKind::StreetCoordinator => &[RegionLevel::Street],
        AppointmentKind::Secretary
        | AppointmentKind::PartyRepresentative
        | AppointmentKind::Resident
        | AppointmentKind::GridHead
        | AppointmentKind::GridWorker
        | AppointmentKind::BuildingLeader
        | AppointmentKind::RedSteward
        | AppointmentKind::Volunteer => &[RegionLevel::Community],
    }
}

/// Refuses a region of a level that a post of `kind` is not of.
///
/// # Errors
/// `INVALID_VALUE` at `path`.
pub fn check_level(kind: AppointmentKind, level: RegionLevel, path: &str) -> Result<()> {
    let levels = levels_of(kind);
    if levels.contains(&level) {
        return Ok(());
    }
    let (zh, en): (Vec<_>, Vec<_>) = levels.iter().map(|level| (level.zh(), level.en())).unzip();
    let words =
        Word::both(format!("须为{}", zh.join("、")), format!("this must be the code of a {}", en.join(" or a ")));
    Err(Error::refused(Code::InvalidValue, path, vec![words]))
}

/// Where a post is, and the role it gives.
pub struct Place {
    /// The role.
    pub role: Role,
    /// The region's code.
    pub region: i64,
    /// The community's, where it is one.
    pub community: Option<i64>,
    /// The organisation acted for.
    pub organisation: Option<Uuid>,
    /// The group of the party.
    pub group: Option<Uuid>,
    /// The party represented.
    pub party: Option<Uuid>,
    /// The grid.
    pub grid: Option<Uuid>,
    /// The building.
    pub building: Option<Uuid>,
}

/// A post that is to be given.
pub struct Giving {
    /// What post it is.
    pub kind: AppointmentKind,
    /// Where.
    pub place: Place,
    /// The person's background.
    pub identity: Option<AppointmentIdentity>,
    /// How the person was chosen.
    pub selected_by: Option<SelectedBy>,
    /// Its first day; today where it is not named.
    pub started_on: Option<NaiveDate>,
}

/// Gives a person a post at `now`: the one place where an appointment is written, and where it is looked at what the
/// person holds besides. The person's row is locked. Answers the post and the event that goes with it.
///
/// # Errors
/// `FORBIDDEN` for an account that is disabled; `DUPLICATE` where the person holds this post; `INCOMPATIBLE_POSTS`.
pub async fn give(
    tx: &DatabaseTransaction,
    ids: &Ids,
    now: DateTime<Utc>,
    person: &user::Model,
    asked: Giving,
) -> Result<(Uuid, Event)> {
    if person.disabled_at.is_some() {
        let words = Word::both("该账号已停用", "the account is disabled");
        return Err(Error::refused(Code::Forbidden, "person", vec![words]));
    }
    for held in system_excluding(tx, person.id, now).await? {
        fits_beside(&held, &asked)?;
    }
    let Giving { kind, place, identity, selected_by, started_on } = asked;
    let row = appointment::Model {
        id: ids.next(now),
        user_id: person.id,
        kind,
        role: place.role,
        identity,
        selected_by,
        region_code: place.region,
        community_code: place.community,
        organisation_id: place.organisation,
        group_id: place.group,
        party_id: place.party,
        grid_id: place.grid,
        building_id: place.building,
        started_on: started_on.unwrap_or_else(|| day(now)),
        ended_on: None,
        created_at: now,
        revision: 1,
    };
    let id = row.id;
    appointment::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let event = Event::new(Kind::PersonAppointed, place.region, id)
        .with("kind", &kind)
        .with("role", &place.role)
        .with("person", &TypeId(prefix::USER, person.id));
    Ok((id, event))
}

/// The posts that a person holds, will hold, or held within the time that still excludes, wherever they are.
async fn system_excluding(
    tx: &DatabaseTransaction,
    person: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<appointment::Model>> {
    let ended = appointment::Column::EndedOn;
    let posts = appointment::Entity::find()
        .filter(appointment::Column::UserId.eq(person))
        .filter(Condition::any().add(ended.is_null()).add(ended.gt(exclusion_day(now))));
    Ok(posts.all(tx).await?)
}

/// Refuses what cannot be held beside a post that is held, or was within the time that still excludes.
fn fits_beside(held: &appointment::Model, asked: &Giving) -> Result<()> {
    let (kind, place) = (asked.kind, &asked.place);
    if held.ended_on.is_none() && same(held, kind, place) {
        return Err(Error::refused(Code::Duplicate, "kind", vec![Word::both(kind.zh(), kind.en())]));
    }
    if incompatible(held.role, place.role) && overlap(held.region_code, place.region) {
        let words = Word::both(
            format!("{}、{}", held.role.zh(), place.role.zh()),
            format!("{} and {}", held.role.en(), place.role.en()),
        );
        return Err(Error::refused(Code::IncompatiblePosts, "kind", vec![words]));
    }
    Ok(())
}

fn same(held: &appointment::Model, kind: AppointmentKind, place: &Place) -> bool {
    held.kind == kind
        && held.region_code == place.region
        && held.party_id == place.party
        && held.organisation_id == place.organisation
        && held.grid_id == place.grid
        && held.building_id == place.building
}

/// Whether two roles cannot be held by one person where their regions overlap.
fn incompatible(one: Role, other: Role) -> bool {
    let judges = |role| matches!(role, Role::Secretary | Role::GridWorker | Role::StreetCoordinator);
    (one == Role::PropertyManager && judges(other)) || (other == Role::PropertyManager && judges(one))
}

/// Ends the tokens of an appointment, with it: its access tokens count no more, its refresh tokens are not exchanged.
/// `now` is the moment of the act. Everywhere within a second of the commit, here at once where an
/// `appointment.ended` event goes with it.
///
/// # Errors
/// A fault of the database.
pub async fn revoke_post(tx: &DatabaseTransaction, appointment: Uuid, now: DateTime<Utc>) -> Result<()> {
    trust::revoke(tx, appointment).await?;
    trust::end_refresh_tokens(tx, refresh_token::Column::AppointmentId, appointment, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_follows_from_the_kind_and_the_party() {
        let representative = |party| role_of(AppointmentKind::PartyRepresentative, party);
        assert_eq!(representative(Some(PartyKind::PartyBranch)), Some(Role::Secretary));
        assert_eq!(representative(Some(PartyKind::Owner)), Some(Role::OwnerRepresentative));
        assert_eq!(representative(Some(PartyKind::HealthCentre)), Some(Role::PartyMember));
        assert_eq!(representative(None), None);
        assert_eq!(role_of(AppointmentKind::GridHead, None), Some(Role::GridWorker));
        assert_eq!(role_of(AppointmentKind::RedSteward, None), Some(Role::GridHelper));
    }

    #[test]
    fn a_property_manager_judges_nowhere_in_its_community() {
        assert!(incompatible(Role::PropertyManager, Role::Secretary));
        assert!(incompatible(Role::GridWorker, Role::PropertyManager));
        assert!(!incompatible(Role::PropertyManager, Role::Resident));
        assert!(!incompatible(Role::Secretary, Role::GridWorker));
    }
}
