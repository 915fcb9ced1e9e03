//! Who sees what: the row rules, through the door that commands use.

use entity::word::{AppointmentKind, LinkageGroupKind, OrganisationKind, PartyKind, Role};
use entity::{appointment, building, compound, grid, linkage_group, organisation, party, party_seat, region, user};
use sea_orm::EntityTrait;
use sea_orm::sea_query::ExprTrait;
use uuid::Uuid;

use super::super::command::AppointPersonInput;
use super::town::{CITY, COMMUNITY, COUNTY, NEIGHBOUR, STREET, Town, viewer};
use crate::policy::rows::{place, post};
use crate::policy::rule::{self, At, Known, Rule};
use crate::policy::{ROLES, Viewer};
use crate::read::load::{RowRule, scoped};
use crate::read::shape::Id;

async fn count<E: EntityTrait>(town: &Town, viewer: &Viewer, rows: RowRule) -> i64 {
    scoped::<E>(viewer, town.app.clock.now(), rows).count(&town.app.db).await.unwrap()
}

async fn regions(town: &Town, viewer: &Viewer) -> Vec<i64> {
    let rows = scoped::<region::Entity>(viewer, town.app.clock.now(), place::regions);
    rows.ordered(region::Column::Code).all(&town.app.db).await.unwrap().iter().map(|row| row.code).collect()
}

#[tokio::test]
async fn a_region_is_seen_with_all_below_it_and_the_names_above() {
    let town = Town::new().await;
    let seen = [
        (Role::Resident, COMMUNITY, vec![CITY, COUNTY, STREET, COMMUNITY]),
        (Role::StreetCoordinator, STREET, vec![CITY, COUNTY, STREET, COMMUNITY, NEIGHBOUR]),
        (Role::Supervisor, COUNTY, vec![CITY, COUNTY, STREET, COMMUNITY, NEIGHBOUR]),
        (Role::Supervisor, CITY, vec![CITY, COUNTY, STREET, COMMUNITY, NEIGHBOUR]),
    ];
    for (role, code, expected) in seen {
        assert_eq!(regions(&town, &viewer(role, code)).await, expected, "{role:?}");
    }
}

/// The people in sight but oneself, who always is.
fn others(at: &At) -> Rule {
    post::people(at) & Rule::When(at.col(user::Column::Id).ne(rule::viewer(Known::User)))
}

#[tokio::test]
async fn another_communitys_group_is_as_good_as_not_there() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let (party, _) = town.filled(&secretary, group, PartyKind::Police).await;
    let compound = town.compound(&secretary, "振兴花园").await;
    town.grid(&secretary, "321181402001001").await.unwrap();
    town.building(&secretary, compound, None, "1幢").await.unwrap();
    town.representative(party, town.person("王警").await).await.unwrap();
    for role in ROLES {
        for (code, expected) in [(COMMUNITY, 1), (NEIGHBOUR, 0), (STREET, 1), (CITY, 1)] {
            let viewer = viewer(role, code);
            for (what, found) in [
                ("group", count::<linkage_group::Entity>(&town, &viewer, place::groups).await),
                ("party", count::<party::Entity>(&town, &viewer, place::parties).await),
                ("seat", count::<party_seat::Entity>(&town, &viewer, place::seats).await),
                ("compound", count::<compound::Entity>(&town, &viewer, place::compounds).await),
                ("grid", count::<grid::Entity>(&town, &viewer, place::grids).await),
                ("building", count::<building::Entity>(&town, &viewer, place::buildings).await),
                ("organisation", count::<organisation::Entity>(&town, &viewer, place::organisations).await),
                ("appointment", count::<appointment::Entity>(&town, &viewer, post::appointments).await),
                ("person", count::<user::Entity>(&town, &viewer, others).await),
            ] {
                assert_eq!(found, expected, "{what} for {role:?} of {code}");
            }
        }
    }
}

#[tokio::test]
async fn an_organisation_is_seen_where_it_sits_and_where_it_has_a_seat() {
    let town = Town::new().await;
    let street = viewer(Role::StreetCoordinator, STREET);
    town.organisation(&street, STREET, OrganisationKind::Government, "街道办事处").await.unwrap();
    let station = town.organisation(&street, STREET, OrganisationKind::PoliceStation, "派出所").await.unwrap();
    let resident = viewer(Role::Resident, COMMUNITY);
    let seen = |viewer: Viewer| async { count::<organisation::Entity>(&town, &{ viewer }, place::organisations).await };
    assert_eq!(seen(resident.clone()).await, 1, "the street's government");
    let group = town.group(&street, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let party = town.party(&street, group, PartyKind::Police).await.unwrap();
    town.seat(&street, party, station, &[]).await.unwrap();
    assert_eq!(seen(resident).await, 2);
    assert_eq!(seen(viewer(Role::Resident, NEIGHBOUR)).await, 1);
    let own = Viewer { organisation: Some(station), ..viewer(Role::Police, NEIGHBOUR) };
    assert_eq!(seen(own).await, 2);
}

#[tokio::test]
async fn who_lives_where_is_not_told_to_those_one_may_complain_of() {
    let town = Town::new().await;
    let person = town.person("诉求人").await;
    let tie =
        AppointPersonInput { region_code: Some(COMMUNITY.to_string()), ..town.post(person, AppointmentKind::Resident) };
    let tie = town.install(tie).await.unwrap();
    for role in ROLES {
        let expected = i64::from(matches!(role, Role::Secretary | Role::StreetCoordinator));
        let code = if role == Role::StreetCoordinator { STREET } else { COMMUNITY };
        let viewer = viewer(role, code);
        assert_eq!(count::<appointment::Entity>(&town, &viewer, post::appointments).await, expected, "{role:?}");
        assert_eq!(count::<user::Entity>(&town, &viewer, others).await, expected, "{role:?}");
    }
    let oneself = Viewer { user: person, ..viewer(Role::Resident, COMMUNITY) };
    assert_eq!(count::<appointment::Entity>(&town, &oneself, post::appointments).await, 1);
    assert_eq!(count::<user::Entity>(&town, &oneself, post::people).await, 1);
    let staff: RowRule = |at| post::appointments(at) & post::staff_today(at);
    assert_eq!(count::<appointment::Entity>(&town, &viewer(Role::Secretary, COMMUNITY), staff).await, 0);
    assert_ne!(tie, Uuid::nil());
}

#[tokio::test]
async fn buildings_without_a_leader_are_found() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let compound = town.compound(&secretary, "振兴花园").await;
    let led = town.building(&secretary, compound, None, "1幢").await.unwrap();
    let other = town.building(&secretary, compound, None, "2幢").await.unwrap();
    let leader = AppointPersonInput {
        building: Some(Id::new(led)),
        ..town.post(town.person("陈楼").await, AppointmentKind::BuildingLeader)
    };
    let leader = town.install(leader).await.unwrap();
    let without: RowRule = |at| place::buildings(at) & !Rule::When(crate::region::read::has_leader(at));
    let found = || async {
        let rows =
            scoped::<building::Entity>(&secretary, town.app.clock.now(), without).ordered(building::Column::Name);
        rows.all(&town.app.db).await.unwrap().iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(found().await, [other]);
    town.end(&secretary, leader, None).await.unwrap();
    assert_eq!(found().await, [led, other]);
}
