//! Posts.

use chrono::Days;
use entity::word::{AppointmentKind, LinkageGroupKind, OrganisationKind, PartyKind, Role};
use uuid::Uuid;

use super::super::command::AppointPersonInput;
use super::super::service;
use super::town::{COMMUNITY, COUNTY, NEIGHBOUR, STREET, Town, code, day, refused, viewer};
use crate::error::{Code, Language};
use crate::policy::Viewer;
use crate::read::shape::Id;

/// A six-party group with a police station in its seat, and the seat.
async fn police(town: &Town, secretary: &Viewer) -> (Uuid, Uuid, Uuid, Uuid) {
    let group = town.group(secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let party = town.party(secretary, group, PartyKind::Police).await.unwrap();
    let station = town.organisation(secretary, COMMUNITY, OrganisationKind::PoliceStation, "派出所").await.unwrap();
    let seat = town.seat(secretary, party, station, &[]).await.unwrap();
    (group, party, station, seat)
}

#[tokio::test]
async fn the_role_follows_from_the_post() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let (_, party, station, _) = police(&town, &secretary).await;
    let post = town.representative(party, town.person("王警").await).await.unwrap();
    let post = town.appointment(post).await;
    assert_eq!((post.role, post.organisation_id, post.community_code), (Role::Police, Some(station), Some(COMMUNITY)));

    let grid = town.grid(&secretary, "321181402001001").await.unwrap();
    let micro = town.grid(&secretary, "32118140200100101").await.unwrap();
    let compound = town.compound(&secretary, "振兴花园").await;
    let building = town.building(&secretary, compound, Some(micro), "1幢").await.unwrap();
    let person = town.person("陈楼").await;
    let leader =
        AppointPersonInput { building: Some(Id::new(building)), ..town.post(person, AppointmentKind::BuildingLeader) };
    let leader = town.appointment(town.install(leader).await.unwrap()).await;
    assert_eq!((leader.role, leader.grid_id, leader.building_id), (Role::GridHelper, Some(grid), Some(building)));
    let resident =
        AppointPersonInput { building: Some(Id::new(building)), ..town.post(person, AppointmentKind::Resident) };
    let resident = town.appointment(town.install(resident).await.unwrap()).await;
    assert_eq!((resident.role, resident.grid_id), (Role::Resident, None));
}

#[tokio::test]
async fn what_is_no_part_of_a_post_is_refused() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let (_, party, _, _) = police(&town, &secretary).await;
    let person = town.person("王警").await;
    let ask = |kind| town.post(person, kind);
    assert_eq!(code(town.install(ask(AppointmentKind::GridWorker)).await), Code::Required);
    assert_eq!(code(town.install(ask(AppointmentKind::Volunteer)).await), Code::Required);
    let odd = AppointPersonInput { party: Some(Id::new(party)), ..ask(AppointmentKind::Volunteer) };
    assert_eq!(code(town.install(odd).await), Code::InvalidValue);
    let other = town.organisation(&secretary, COMMUNITY, OrganisationKind::LawFirm, "律所").await.unwrap();
    let odd = AppointPersonInput {
        party: Some(Id::new(party)),
        organisation: Some(Id::new(other)),
        ..ask(AppointmentKind::PartyRepresentative)
    };
    assert_eq!(code(town.install(odd).await), Code::InvalidValue, "it holds no seat");
    let elsewhere = AppointPersonInput {
        party: Some(Id::new(party)),
        region_code: Some(NEIGHBOUR.to_string()),
        ..ask(AppointmentKind::PartyRepresentative)
    };
    assert_eq!(code(town.install(elsewhere).await), Code::InvalidValue);
}

#[tokio::test]
async fn posts_are_given_from_above() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let street = viewer(Role::StreetCoordinator, STREET);
    let (group, party, ..) = police(&town, &secretary).await;
    let (branch, office) = town.filled(&secretary, group, PartyKind::PartyBranch).await;
    let person = town.person("赵人").await;
    let known = AppointPersonInput {
        region_code: Some(COMMUNITY.to_string()),
        ..town.post(person, AppointmentKind::Volunteer)
    };
    assert_eq!(
        code(service::appoint(town.call(&secretary), known.clone()).await),
        Code::NotFound,
        "nobody knows of them"
    );
    town.install(known).await.unwrap();
    let of = |kind, party: Option<Uuid>| AppointPersonInput {
        party: party.map(Id::new),
        region_code: (kind == AppointmentKind::Secretary).then(|| COMMUNITY.to_string()),
        organisation: (kind == AppointmentKind::Secretary).then(|| Id::new(office)),
        ..town.post(person, kind)
    };
    let represent = AppointmentKind::PartyRepresentative;
    for (input, asker, expected) in [
        (of(AppointmentKind::Secretary, None), &secretary, Some(Code::Forbidden)),
        (of(represent, Some(branch)), &secretary, Some(Code::Forbidden)),
        (of(AppointmentKind::StreetCoordinator, None), &street, Some(Code::Forbidden)),
        (of(AppointmentKind::Supervisor, None), &street, Some(Code::Forbidden)),
        (of(represent, Some(party)), &viewer(Role::Secretary, NEIGHBOUR), Some(Code::NotFound)),
        (of(represent, Some(party)), &secretary, None),
        (of(represent, Some(party)), &secretary, Some(Code::Duplicate)),
        (of(AppointmentKind::Secretary, Some(branch)), &street, None),
    ] {
        let result = service::appoint(town.call(asker), input).await;
        match expected {
            Some(expected) => assert_eq!(code(result), expected),
            None => assert!(result.is_ok(), "{result:?}"),
        }
    }
}

#[tokio::test]
async fn a_property_manager_judges_nobody_in_the_same_community() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let street = viewer(Role::StreetCoordinator, STREET);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let (company, _) = town.filled(&secretary, group, PartyKind::PropertyManager).await;
    let person = town.person("钱管").await;
    let post = town.representative(company, person).await.unwrap();
    let ours = town.grid(&secretary, "321181402001001").await.unwrap();
    let theirs = town.grid(&street, "321181402002001").await.unwrap();
    let worker =
        |grid| AppointPersonInput { grid: Some(Id::new(grid)), ..town.post(person, AppointmentKind::GridWorker) };
    let error = refused(town.install(worker(ours)).await);
    assert_eq!(error.complaint.code, Code::IncompatiblePosts);
    assert_eq!(error.complaint.message(Language::ZhHans), "不能兼任：物业、网格员");
    town.install(worker(theirs)).await.unwrap();

    town.end(&secretary, post, None).await.unwrap();
    assert_eq!(code(town.install(worker(ours)).await), Code::IncompatiblePosts, "it excludes for twelve months");
    let later = town.app.clock.now() + chrono::TimeDelta::days(366);
    town.app.clock.stop_at(later);
    town.install(worker(ours)).await.unwrap();
}

#[tokio::test]
async fn a_street_coordinator_is_no_property_manager_below() {
    let town = Town::new().await;
    let street = viewer(Role::StreetCoordinator, STREET);
    town.organisation(&street, STREET, OrganisationKind::Government, "街道办事处").await.unwrap();
    let group = town.group(&street, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let (company, _) = town.filled(&street, group, PartyKind::PropertyManager).await;
    let person = town.person("孙街").await;
    let coordinator = AppointPersonInput {
        region_code: Some(STREET.to_string()),
        ..town.post(person, AppointmentKind::StreetCoordinator)
    };
    town.install(coordinator).await.unwrap();
    assert_eq!(code(town.representative(company, person).await), Code::IncompatiblePosts);
    let wrong = AppointPersonInput {
        region_code: Some(COUNTY.to_string()),
        ..town.post(person, AppointmentKind::StreetCoordinator)
    };
    assert_eq!(code(town.install(wrong).await), Code::InvalidValue);
}

#[tokio::test]
async fn the_last_one_on_open_tasks_hands_over_first() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let (group, party, station, seat) = police(&town, &secretary).await;
    let post = town.representative(party, town.person("王警").await).await.unwrap();
    town.problem(group, station, Some((party, seat)), None).await;
    assert_eq!(code(town.end(&secretary, post, None).await), Code::OpenTasks);
    assert_eq!(code(town.end(&secretary, post, Some(post)).await), Code::InvalidValue);
    let (company, _) = town.filled(&secretary, group, PartyKind::PropertyManager).await;
    let stranger = town.representative(company, town.person("钱管").await).await.unwrap();
    assert_eq!(code(town.end(&secretary, post, Some(stranger)).await), Code::InvalidValue);
    let successor = AppointPersonInput {
        party: Some(Id::new(party)),
        started_on: day(15).checked_add_days(Days::new(5)),
        ..town.post(town.person("李警").await, AppointmentKind::PartyRepresentative)
    };
    let successor = town.install(successor).await.unwrap();
    assert_eq!(code(town.end(&secretary, post, None).await), Code::OpenTasks, "the successor begins later");
    assert_eq!(code(town.end(&viewer(Role::Secretary, NEIGHBOUR), post, None).await), Code::NotFound);
    town.end(&secretary, post, Some(successor)).await.unwrap();
    assert_eq!(town.appointment(post).await.ended_on, Some(day(15)));
    assert_eq!(code(town.end(&secretary, post, Some(successor)).await), Code::InvalidTransition);
}

#[tokio::test]
async fn a_colleague_or_the_grids_worker_can_take_a_task() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let (group, party, station, seat) = police(&town, &secretary).await;
    let grid = town.grid(&secretary, "321181402001001").await.unwrap();
    let micro = town.grid(&secretary, "32118140200100101").await.unwrap();
    town.problem(group, station, Some((party, seat)), Some(micro)).await;
    let worker = AppointPersonInput {
        grid: Some(Id::new(micro)),
        ..town.post(town.person("周格").await, AppointmentKind::GridWorker)
    };
    let worker = town.install(worker).await.unwrap();
    assert_eq!(code(town.end(&secretary, worker, None).await), Code::OpenTasks);
    let head = AppointPersonInput {
        grid: Some(Id::new(grid)),
        ..town.post(town.person("吴格").await, AppointmentKind::GridHead)
    };
    let head = town.install(head).await.unwrap();
    town.end(&secretary, worker, None).await.unwrap();
    assert_eq!(code(town.end(&secretary, head, None).await), Code::OpenTasks);
    town.representative(party, town.person("王警").await).await.unwrap();
    town.end(&secretary, head, None).await.unwrap();
}

#[tokio::test]
async fn whoever_acts_for_the_organisation_is_on_its_tasks_with_or_without_a_party() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let street = viewer(Role::StreetCoordinator, STREET);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let branch = town.party(&secretary, group, PartyKind::PartyBranch).await.unwrap();
    let office = town.organisation(&secretary, COMMUNITY, OrganisationKind::PartyBranch, "社区党支部").await.unwrap();
    let seat = town.seat(&secretary, branch, office, &[]).await.unwrap();
    // As the command line appoints: for the organisation, in no party.
    let first = AppointPersonInput {
        region_code: Some(COMMUNITY.to_string()),
        organisation: Some(Id::new(office)),
        ..town.post(town.person("周书").await, AppointmentKind::Secretary)
    };
    let first = town.install(first).await.unwrap();
    town.problem(group, office, Some((branch, seat)), None).await;
    assert_eq!(code(town.end(&street, first, None).await), Code::OpenTasks);
    let volunteer = AppointPersonInput {
        region_code: Some(COMMUNITY.to_string()),
        organisation: Some(Id::new(office)),
        ..town.post(town.person("吴志").await, AppointmentKind::Volunteer)
    };
    town.install(volunteer).await.unwrap();
    assert_eq!(code(town.end(&street, first, None).await), Code::OpenTasks, "a volunteer acts on no task");
    let second = town.representative(branch, town.person("郑书").await).await.unwrap();
    town.end(&street, first, None).await.unwrap();
    assert_eq!(code(town.end(&street, second, None).await), Code::OpenTasks);
}

#[tokio::test]
async fn a_streets_officer_can_be_left_with_the_tasks_of_a_streets_organisation() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let street = viewer(Role::StreetCoordinator, STREET);
    let office = town.organisation(&street, STREET, OrganisationKind::Government, "街道办事处").await.unwrap();
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let party = town.party(&secretary, group, PartyKind::CityManagement).await.unwrap();
    let seat = town.seat(&secretary, party, office, &[]).await.unwrap();
    let officer = town.representative(party, town.person("冯管").await).await.unwrap();
    town.problem(group, office, Some((party, seat)), None).await;
    assert_eq!(code(town.end(&secretary, officer, None).await), Code::OpenTasks);
    let coordinator = AppointPersonInput {
        region_code: Some(STREET.to_string()),
        ..town.post(town.person("孙街").await, AppointmentKind::StreetCoordinator)
    };
    town.install(coordinator).await.unwrap();
    town.end(&secretary, officer, None).await.unwrap();
}
