//! 高新区振兴路社区: the six-party linkage group.
//!
//! From the newsletter: six parties, six domains, 6 comprehensive grids and 22 micro-grids, 20 Party-member cadres, 28
//! residents and 23 volunteers, 16 problems solved in the first half-year, three of them by name. Ours and synthetic: the
//! split of the micro-grids (4, 4, 4, 4, 3, 3) and of the problems over the domains (3, 4, 3, 2, 3, 1), all names, texts
//! and times, and all problems that are open or ended after the half-year.

mod junction;
mod problem;

use entity::word::AppointmentKind;
use serde_json::json;

use super::course::Town;
use super::people::{self, Cast, Player};
use super::place::{self, Grid, HIGH_TECH, ZHENXING};
use super::teller::{Teller, at, id};
use crate::error::Result;
use crate::policy::Viewer;
pub use problem::problems;

/// The community and its printed people.
pub struct Zhenxing {
    /// Where its problems take their course.
    pub town: Town,
    /// Who can sign in.
    pub players: Vec<Player>,
}

/// The parties: name, kind, organisation's kind and name.
const PARTIES: [(&str, &str, &str, &str); 6] = [
    ("社区党支部", "PARTY_BRANCH", "PARTY_BRANCH", "振兴路社区党支部"),
    ("公安", "POLICE", "POLICE_STATION", "高新区派出所"),
    ("城管", "CITY_MANAGEMENT", "CITY_MANAGEMENT", "高新区城管中队"),
    ("律师", "LAWYER", "LAW_FIRM", "同舟律师事务所（示例）"),
    ("物业", "PROPERTY_MANAGER", "PROPERTY_COMPANY", "安居物业公司（示例）"),
    ("业主", "OWNER", "OWNERS_COMMITTEE", "振兴路业主委员会"),
];

/// Founds the community: places, people, the group and its activation.
pub async fn found(teller: &Teller<'_>, operator: &Viewer) -> Result<Zhenxing> {
    teller.part("振兴路", 6 + 22 + 24 + 71 + 20);
    teller.time(at("2025-11-03 09:00")?);
    let supervisor = cast("supervisor", "周督导", "supervisor of the county (丹阳市督导员)");
    let supervisor = people::office(teller, supervisor, AppointmentKind::Supervisor, place::COUNTY).await?;
    let street = cast("street", "吴协调", "street coordinator (高新区协调员)");
    let street = people::office(teller, street, AppointmentKind::StreetCoordinator, HIGH_TECH).await?;
    let branch = place::organisation(teller, &street.viewer, ZHENXING, PARTIES[0].2, PARTIES[0].3).await?;
    let group = group(teller, &street.viewer).await?;
    let convenor = party(teller, &street.viewer, &group, 0, &branch, &[]).await?;
    let post = json!({ "regionCode": ZHENXING.to_string(), "party": convenor, "organisation": branch });
    let secretary = cast("secretary", "郑书记", "secretary of 振兴路, the convenor (社区书记)");
    let secretary = people::install(teller, operator, secretary, AppointmentKind::Secretary, post).await?;

    let who = &secretary.viewer;
    let garden = place::compound(teller, who, ZHENXING, "振兴花园").await?;
    let court = place::compound(teller, who, ZHENXING, "学府苑").await?;
    let grids = place::grids(teller, who, ZHENXING, &[4, 4, 4, 4, 3, 3]).await?;
    let mut buildings = vec![];
    for (nth, micro) in grids.iter().flat_map(|grid| &grid.micro).enumerate() {
        let compound = if nth < 16 { &garden } else { &court };
        let name = format!("{}幢", nth + 1);
        buildings.push(place::building(teller, who, compound, ("microGrid", micro), &name).await?);
    }
    let (parties, mut players) = parties(teller, operator, who, (&group, convenor), [&garden, &court]).await?;
    let revision = teller.revision(who, &group).await?;
    let input = json!({ "group": group, "expectedRevision": revision });
    teller.time(at("2025-12-01 10:00")?);
    teller.tell(who, "activateGroup", "{ id }", input).await?;

    let (worker, helper) = staff(teller, operator, who, &grids, &buildings).await?;
    let home = json!({ "kind": "RESIDENT", "regionCode": ZHENXING.to_string(), "building": buildings[2] });
    let resident = cast("resident", "王小明", "resident of 振兴路 (居民)");
    let resident = people::join(teller, who, resident, "13912345678", home).await?;
    let others =
        [("督导", &supervisor), ("街道", &street), ("书记", &secretary), ("网格员", &worker), ("居民", &resident)];
    let town = Town::new(&others, parties, buildings);
    players.splice(0..0, [supervisor, street, secretary]);
    players.extend([worker, helper, resident]);
    Ok(Zhenxing { town, players })
}

fn cast(username: &'static str, name: &'static str, label: &'static str) -> Cast {
    Cast { username, name, label }
}

async fn group(teller: &Teller<'_>, who: &Viewer) -> Result<String> {
    let input = json!({ "communityCode": ZHENXING.to_string(), "kind": "SIX_PARTY", "name": "振兴路六方联动小组" });
    id(&teller.tell(who, "createLinkageGroup", "{ id }", input).await?)
}

/// Adds a party with a seat of its organisation.
async fn party(
    teller: &Teller<'_>,
    who: &Viewer,
    group: &str,
    nth: usize,
    organisation: &str,
    compounds: &[&str],
) -> Result<String> {
    let (name, kind, ..) = PARTIES[nth];
    let party =
        id(&teller.tell(who, "addParty", "{ id }", json!({ "group": group, "kind": kind, "name": name })).await?)?;
    let seat = json!({ "party": party, "organisation": organisation, "compounds": compounds });
    teller.tell(who, "addSeat", "{ id }", seat).await?;
    Ok(party)
}

/// The five other parties with their representatives; two property companies share one party, each its own compound.
async fn parties(
    teller: &Teller<'_>,
    operator: &Viewer,
    who: &Viewer,
    (group, _): (&str, String),
    [garden, court]: [&str; 2],
) -> Result<(Vec<(&'static str, String, Viewer)>, Vec<Player>)> {
    const CAST: [(&str, &str, &str); 6] = [
        ("", "", ""),
        ("police", "冯民警", "police of 振兴路 (公安)"),
        ("city", "陈城管", "city management of 振兴路 (城管)"),
        ("lawyer", "褚律师", "lawyer of 振兴路 (律师)"),
        ("property", "卫物业", "property manager of 振兴路 (物业)"),
        ("owner", "蒋业主", "owner representative of 振兴路 (业主代表)"),
    ];
    let (mut parties, mut players) = (vec![], vec![]);
    for (nth, (name, _, kind, organisation)) in PARTIES.iter().enumerate().skip(1) {
        let filled = place::organisation(teller, who, ZHENXING, kind, organisation).await?;
        let manages = *kind == "PROPERTY_COMPANY";
        let covers = [garden];
        let party = party(teller, who, group, nth, &filled, if manages { &covers } else { &[] }).await?;
        if manages {
            let other = place::organisation(teller, who, ZHENXING, kind, "学府物业公司（示例）").await?;
            let seat = json!({ "party": party, "organisation": other, "compounds": [court] });
            teller.tell(who, "addSeat", "{ id }", seat).await?;
        }
        let (username, person, label) = CAST[nth];
        let post = json!({ "party": party, "organisation": filled });
        let kind = AppointmentKind::PartyRepresentative;
        let player = people::install(teller, operator, cast(username, person, label), kind, post).await?;
        parties.push((*name, party, player.viewer.clone()));
        players.push(player);
    }
    Ok((parties, players))
}

/// The 71 people in the grids: 6 heads and 14 workers who are Party-member cadres, 8 workers and 20 building leaders who
/// are residents, 23 volunteers. The first worker and the first volunteer can sign in.
async fn staff(
    teller: &Teller<'_>,
    operator: &Viewer,
    who: &Viewer,
    grids: &[Grid],
    buildings: &[String],
) -> Result<(Player, Player)> {
    let micro: Vec<&String> = grids.iter().flat_map(|grid| &grid.micro).collect();
    let worker = cast("grid", "孙网格", "grid worker of the first grid (网格员)");
    let post = json!({ "grid": grids[0].id, "identity": "PARTY_MEMBER_CADRE", "selectedBy": "ORGANISATION" });
    let worker = people::install(teller, operator, worker, AppointmentKind::GridWorker, post).await?;
    let helper = cast("helper", "钱志愿", "grid helper, a volunteer (志愿者)");
    let post = json!({ "grid": grids[0].id, "identity": "VOLUNTEER", "selectedBy": "SELF" });
    let helper = people::install(teller, operator, helper, AppointmentKind::Volunteer, post).await?;

    let mut posts = vec![];
    for grid in grids {
        posts.push(json!({ "kind": "GRID_HEAD", "grid": grid.id, "identity": "PARTY_MEMBER_CADRE", "selectedBy": "ORGANISATION" }));
    }
    for (nth, micro) in micro.iter().enumerate().skip(1) {
        let (identity, selected) =
            if nth < 14 { ("PARTY_MEMBER_CADRE", "ORGANISATION") } else { ("RESIDENT", "RESIDENTS") };
        posts.push(json!({ "kind": "GRID_WORKER", "grid": micro, "identity": identity, "selectedBy": selected }));
    }
    for building in &buildings[..20] {
        posts.push(json!({ "kind": "BUILDING_LEADER", "building": building, "identity": "RESIDENT", "selectedBy": "RESIDENTS" }));
    }
    for micro in micro.iter().cycle().take(22) {
        posts.push(json!({ "kind": "VOLUNTEER", "grid": micro, "identity": "VOLUNTEER", "selectedBy": "SELF" }));
    }
    for (nth, post) in posts.into_iter().enumerate() {
        let person =
            people::invite(teller, who, &format!("网格人员{:02}", nth + 1), &format!("zx{:02}", nth + 1)).await?;
        people::appoint(teller, who, &person, post).await?;
    }
    Ok((worker, helper))
}
