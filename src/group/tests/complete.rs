//! Places, groups, parties, seats.

use chrono::NaiveDate;
use entity::word::{LinkageGroupKind, LinkageGroupStatus, OrganisationKind, PartyKind, Role};
use entity::{linkage_group, party};
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use super::super::command::{DissolveGroupInput, EndSeatInput, RecordVacancyInput};
use super::super::service;
use super::town::{COMMUNITY, COUNTY, NEIGHBOUR, STREET, Town, code, day, refused, viewer};
use crate::error::{Code, Language, Result};
use crate::policy::Viewer;
use crate::read::shape::Id;

const SIX: [PartyKind; 6] = [
    PartyKind::PartyBranch,
    PartyKind::Police,
    PartyKind::CityManagement,
    PartyKind::Lawyer,
    PartyKind::PropertyManager,
    PartyKind::Owner,
];

async fn vacancy(town: &Town, viewer: &Viewer, party: Uuid, acting: Uuid, until: NaiveDate) -> Result<Uuid> {
    let row = party::Entity::find_by_id(party).one(&town.app.db).await.unwrap().unwrap();
    let input = RecordVacancyInput {
        party: Id::new(party),
        reason: "换届".into(),
        until,
        acting_party: Id::new(acting),
        expected_revision: town.revision(row.group_id).await,
    };
    service::record_vacancy(town.call(viewer), input).await
}

async fn dissolve(town: &Town, viewer: &Viewer, group: Uuid) -> Result<Uuid> {
    let expected_revision = town.revision(group).await;
    service::dissolve(town.call(viewer), DissolveGroupInput { group: Id::new(group), expected_revision }).await
}

async fn end_seat(town: &Town, viewer: &Viewer, group: Uuid, seat: Uuid) -> Result<Uuid> {
    let expected_revision = town.revision(group).await;
    service::end_seat(town.call(viewer), EndSeatInput { seat: Id::new(seat), expected_revision }).await
}

#[tokio::test]
async fn places_are_made_in_ones_own_region_alone() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let grid = town.grid(&secretary, "321181402001001").await.unwrap();
    let micro = town.grid(&secretary, "32118140200100101").await.unwrap();
    assert_eq!(code(town.grid(&secretary, "321181402001001").await), Code::Duplicate);
    assert_eq!(code(town.grid(&secretary, "32118140200100901").await), Code::InvalidValue);
    assert_eq!(code(town.grid(&secretary, "321181402002001").await), Code::NotFound);
    assert_eq!(code(town.grid(&secretary, "32118140200１").await), Code::InvalidValue);
    let compound = town.compound(&secretary, "振兴花园").await;
    let building = town.building(&secretary, compound, Some(micro), "1幢").await.unwrap();
    let building = entity::building::Entity::find_by_id(building).one(&town.app.db).await.unwrap().unwrap();
    assert_eq!((building.grid_id, building.micro_grid_id), (Some(grid), Some(micro)));
    assert_eq!(code(town.building(&secretary, compound, None, "1幢").await), Code::Duplicate);
    assert_eq!(code(town.building(&secretary, compound, Some(grid), "2幢").await), Code::InvalidValue);
    assert_eq!(code(town.building(&viewer(Role::Secretary, NEIGHBOUR), compound, None, "2幢").await), Code::NotFound);
    let office = |region| town.organisation(&secretary, region, OrganisationKind::Government, "办事处");
    assert_eq!(code(office(STREET).await), Code::NotFound);
    assert_eq!(code(office(COMMUNITY).await), Code::InvalidValue);
}

#[tokio::test]
async fn a_key_takes_effect_once() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let input = || crate::region::command::CreateCompoundInput {
        community_code: COMMUNITY.to_string(),
        name: "振兴花园".into(),
        idempotency_key: "same".into(),
    };
    let first = crate::region::service::create_compound(town.call(&secretary), input()).await.unwrap();
    assert_eq!(crate::region::service::create_compound(town.call(&secretary), input()).await.unwrap(), first);
}

#[tokio::test]
async fn a_six_party_group_is_activated_when_the_six_are_there() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    assert_eq!(code(town.party(&secretary, group, PartyKind::Village).await), Code::InvalidValue);
    let mut parties = vec![];
    for kind in &SIX[..4] {
        parties.push(town.filled(&secretary, group, *kind).await.0);
    }
    assert_eq!(code(town.party(&secretary, group, PartyKind::Police).await), Code::Duplicate);
    let owner = town.party(&secretary, group, PartyKind::Owner).await.unwrap();
    let error = refused(town.activate(&secretary, group, None).await);
    assert_eq!(error.more["missing"], json!(["PROPERTY_MANAGER", "OWNER"]));
    assert_eq!(error.complaint.message(Language::ZhHans), "六方未齐，缺：物业、业主。");
    assert_eq!(error.complaint.message(Language::En), "Parties are missing: property manager, owners.");

    town.filled(&secretary, group, PartyKind::PropertyManager).await;
    assert_eq!(code(vacancy(&town, &secretary, parties[0], owner, day(31)).await), Code::Forbidden);
    assert_eq!(code(vacancy(&town, &secretary, parties[1], owner, day(31)).await), Code::Forbidden, "it is filled");
    assert_eq!(code(vacancy(&town, &secretary, owner, owner, day(31)).await), Code::InvalidValue);
    assert_eq!(code(vacancy(&town, &secretary, owner, parties[0], day(14)).await), Code::InvalidValue);
    vacancy(&town, &secretary, owner, parties[0], day(31)).await.unwrap();
    assert_eq!(code(town.activate(&secretary, group, Some(parties[1])).await), Code::Forbidden);
    town.activate(&secretary, group, None).await.unwrap();
    let row = linkage_group::Entity::find_by_id(group).one(&town.app.db).await.unwrap().unwrap();
    assert_eq!((row.status, row.convenor_party_id), (LinkageGroupStatus::Active, Some(parties[0])));

    let error = refused(town.activate(&secretary, group, None).await);
    assert_eq!((&error.more["from"], &error.more["allowed"]), (&json!("ACTIVE"), &json!(["dissolveGroup"])));
}

#[tokio::test]
async fn a_community_has_one_active_six_party_group() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    for time in 0..2 {
        let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
        for kind in SIX {
            town.filled(&secretary, group, kind).await;
        }
        let result = town.activate(&secretary, group, None).await;
        if time == 0 {
            result.unwrap();
        } else {
            let error = refused(result);
            assert_eq!(error.complaint.code, Code::Duplicate);
            assert!(error.complaint.message(Language::ZhHans).contains("六方联动小组"));
        }
    }
}

#[tokio::test]
async fn a_consortium_names_who_convenes_it() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::Consortium).await.unwrap();
    let (village, _) = town.filled(&secretary, group, PartyKind::Village).await;
    assert_eq!(code(town.activate(&secretary, group, Some(village)).await), Code::Forbidden, "one party is none");
    let clinic = town.party(&secretary, group, PartyKind::HealthCentre).await.unwrap();
    assert_eq!(code(town.activate(&secretary, group, None).await), Code::Required);
    assert_eq!(code(town.activate(&secretary, group, Some(group)).await), Code::NotFound);
    let error = refused(town.activate(&secretary, group, Some(village)).await);
    assert_eq!(error.more["missing"], json!(["HEALTH_CENTRE"]));
    vacancy(&town, &secretary, clinic, village, day(31)).await.unwrap();
    assert_eq!(code(town.activate(&secretary, group, Some(clinic)).await), Code::MissingParties, "a vacant convenor");
    town.activate(&secretary, group, Some(village)).await.unwrap();
}

#[tokio::test]
async fn no_two_seats_of_a_party_cover_the_same_compound() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let party = town.party(&secretary, group, PartyKind::PropertyManager).await.unwrap();
    let [one, two] = [town.compound(&secretary, "振兴花园").await, town.compound(&secretary, "城北家园").await];
    let company =
        |name: &'static str| town.organisation(&secretary, COMMUNITY, OrganisationKind::PropertyCompany, name);
    let [first, second, third] =
        [company("甲物业").await.unwrap(), company("乙物业").await.unwrap(), company("丙物业").await.unwrap()];
    let seat = town.seat(&secretary, party, first, &[one]).await.unwrap();
    let error = refused(town.seat(&secretary, party, second, &[one, two]).await);
    assert_eq!(error.complaint.code, Code::Duplicate);
    assert!(error.complaint.message(Language::ZhHans).contains("振兴花园"), "{error:?}");
    assert!(!error.complaint.message(Language::ZhHans).contains("城北家园"));
    town.seat(&secretary, party, second, &[two]).await.unwrap();
    assert_eq!(code(town.seat(&secretary, party, third, &[]).await), Code::Duplicate);
    end_seat(&town, &secretary, group, seat).await.unwrap();
    assert_eq!(code(end_seat(&town, &secretary, group, seat).await), Code::InvalidTransition);
    town.seat(&secretary, party, third, &[one]).await.unwrap();
}

#[tokio::test]
async fn a_group_with_open_problems_is_not_dissolved() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::Consortium).await.unwrap();
    let (village, organisation) = town.filled(&secretary, group, PartyKind::Village).await;
    town.filled(&secretary, group, PartyKind::HealthCentre).await;
    town.activate(&secretary, group, Some(village)).await.unwrap();
    let member = town.representative(village, town.person("李立").await).await.unwrap();
    assert_eq!(code(dissolve(&town, &viewer(Role::Secretary, NEIGHBOUR), group).await), Code::NotFound);
    town.problem(group, organisation, None, None).await;
    assert_eq!(code(dissolve(&town, &secretary, group).await), Code::OpenProblems);
    let withdrawn = "UPDATE problem SET status = 'WITHDRAWN'";
    sea_orm::ConnectionTrait::execute_unprepared(&town.app.db, withdrawn).await.unwrap();
    dissolve(&town, &secretary, group).await.unwrap();
    assert_eq!(town.appointment(member).await.ended_on, Some(day(15)));
    assert_eq!(code(town.party(&secretary, group, PartyKind::Other).await), Code::InvalidTransition);
}

#[tokio::test]
async fn a_stale_revision_is_refused() {
    let town = Town::new().await;
    let street = viewer(Role::StreetCoordinator, STREET);
    let group = town.group(&street, COMMUNITY, LinkageGroupKind::Consortium).await.unwrap();
    let seen = town.revision(group).await;
    town.party(&street, group, PartyKind::Village).await.unwrap();
    let input = DissolveGroupInput { group: Id::new(group), expected_revision: seen };
    let error = refused(service::dissolve(town.call(&street), input).await);
    assert_eq!(error.complaint.code, Code::RevisionConflict);
    assert_eq!(error.more["currentRevision"], json!(town.revision(group).await));
    assert_eq!(code(town.group(&street, COUNTY, LinkageGroupKind::Consortium).await), Code::NotFound);
    assert_eq!(code(town.group(&street, STREET, LinkageGroupKind::Consortium).await), Code::NotFound);
}

#[tokio::test]
async fn why_a_party_is_vacant_tells_nothing_of_a_person() {
    let town = Town::new().await;
    let secretary = viewer(Role::Secretary, COMMUNITY);
    let group = town.group(&secretary, COMMUNITY, LinkageGroupKind::SixParty).await.unwrap();
    let (branch, _) = town.filled(&secretary, group, PartyKind::PartyBranch).await;
    let lawyer = town.party(&secretary, group, PartyKind::Lawyer).await.unwrap();
    let input = RecordVacancyInput {
        party: Id::new(lawyer),
        reason: "律师请假，有事打 13900001111".into(),
        until: day(31),
        acting_party: Id::new(branch),
        expected_revision: town.revision(group).await,
    };
    let error = refused(service::record_vacancy(town.call(&secretary), input).await);
    assert_eq!((error.complaint.code, &error.more["paths"]), (Code::PersonalDataInText, &json!(["reason"])));
    assert_eq!(error.path, ["input", "reason"]);
}
