//! Posts: an appointment as what a token acts in, the role that follows from its kind, what cannot be held together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::{AppointmentKind, PartyKind, RegionLevel, Role, Word as _};
use entity::{appointment, refresh_token, region, user};
use quick_cache::sync::Cache;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::trust;
use crate::app::App;
use crate::error::{Code, Error, Result, Word};
use crate::policy::rule::divisor;

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
        let Some(held) = system_read(&app.db, id).await? else { return Ok(None) };
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

/// Whether two roles cannot be held by one person in one community.
#[must_use]
pub fn incompatible(one: Role, other: Role) -> bool {
    let judges = |role| matches!(role, Role::Secretary | Role::GridWorker | Role::StreetCoordinator);
    (one == Role::PropertyManager && judges(other)) || (other == Role::PropertyManager && judges(one))
}

/// Refuses a new post from `started_on` that the person cannot hold beside those already held, in a region that has a
/// community in common.
///
/// # Errors
/// `INCOMPATIBLE_POSTS` at `path`.
pub async fn refuse_incompatible(
    tx: &DatabaseTransaction,
    user: Uuid,
    (role, region_code): (Role, i64),
    started_on: NaiveDate,
    path: &str,
) -> Result<()> {
    let held = appointment::Entity::find().filter(appointment::Column::UserId.eq(user)).all(tx).await?;
    for post in held.iter().filter(|post| post.ended_on.is_none_or(|ended| ended > started_on)) {
        if incompatible(post.role, role) && overlap(post.region_code, region_code) {
            let words = Word::Both(
                format!("{}、{}", post.role.zh(), role.zh()),
                format!("{} and {}", post.role.en(), role.en()),
            );
            return Err(Error::refused(Code::IncompatiblePosts, path, vec![words]));
        }
    }
    Ok(())
}

/// The level that a region's code is of, by its zeros.
#[must_use]
pub fn level_of(code: i64) -> RegionLevel {
    let ends_in = |level| code % divisor(level) == 0;
    if ends_in(RegionLevel::City) {
        RegionLevel::City
    } else if ends_in(RegionLevel::County) {
        RegionLevel::County
    } else if ends_in(RegionLevel::Street) {
        RegionLevel::Street
    } else {
        RegionLevel::Community
    }
}

/// Whether one of two regions lies in the other.
fn overlap(one: i64, other: i64) -> bool {
    let divisor = divisor(level_of(one)).max(divisor(level_of(other)));
    one / divisor == other / divisor
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
    fn a_property_manager_judges_nowhere_in_the_same_community() {
        assert!(incompatible(Role::PropertyManager, Role::Secretary));
        assert!(incompatible(Role::GridWorker, Role::PropertyManager));
        assert!(!incompatible(Role::PropertyManager, Role::Resident));
        assert!(!incompatible(Role::Secretary, Role::GridWorker));
        assert!(overlap(321_181_402_001, 321_181_402_000));
        assert!(overlap(321_181_402_001, 321_181_402_001));
        assert!(!overlap(321_181_402_001, 321_181_402_002));
        assert!(!overlap(321_181_402_001, 321_181_403_000));
        assert!(overlap(321_100_000_000, 321_181_403_001));
    }
}
