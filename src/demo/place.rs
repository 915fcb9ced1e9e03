//! Where the stories are: regions with their offices, compounds, grids and buildings.

use entity::word::{OrganisationKind, RegionLevel};
use serde_json::json;

use super::teller::{Teller, id};
use crate::error::Result;
use crate::policy::Viewer;
use crate::region::command::CreateOrganisationInput;
use crate::region::service::{self, NewRegion};

/// 镇江市.
pub const CITY: i64 = 321_100_000_000;
/// 丹阳市.
pub const COUNTY: i64 = 321_181_000_000;
/// 高新区, the street of 振兴路.
pub const HIGH_TECH: i64 = 321_181_402_000;
/// 振兴路社区.
pub const ZHENXING: i64 = 321_181_402_001;
/// 吕城镇.
pub const LYUCHENG: i64 = 321_181_101_000;
/// 荷花池小区所在社区.
pub const HEHUA: i64 = 321_181_101_001;

/// The regions of the newsletter with their office. The codes of streets and communities are synthetic.
const REGIONS: [(i64, &str, Option<&str>); 9] = [
    (CITY, "镇江市", Some("镇江市社会工作部门")),
    (COUNTY, "丹阳市", Some("丹阳市社会工作部门")),
    (LYUCHENG, "吕城镇", Some("吕城镇政府")),
    (321_181_102_000, "陵口镇", Some("陵口镇政府")),
    (321_181_401_000, "开发区", Some("开发区管委会")),
    (HIGH_TECH, "高新区", Some("高新区管委会")),
    (ZHENXING, "振兴路社区", None),
    (HEHUA, "荷花池社区", None),
    (321_181_401_001, "建山村", None),
];

/// Makes the regions and the offices of streets, county and city; gives the operator who did.
pub async fn regions(teller: &Teller<'_>) -> Result<Viewer> {
    let operator = Viewer::operator(CITY, RegionLevel::City);
    for (code, name, office) in REGIONS {
        service::create_region(teller.call(&operator, "createRegion"), NewRegion { code, name: name.into() }).await?;
        if let Some(office) = office {
            let input = CreateOrganisationInput {
                region_code: code.to_string(),
                kind: OrganisationKind::Government,
                name: office.into(),
                idempotency_key: teller.key(),
            };
            service::create_organisation(teller.call(&operator, "createOrganisation"), input).await?;
        }
        teller.step();
    }
    Ok(operator)
}

/// A comprehensive grid with its micro-grids.
pub struct Grid {
    /// Its id.
    pub id: String,
    /// Its micro-grids' ids.
    pub micro: Vec<String>,
}

/// Makes comprehensive grids, each with so many micro-grids.
pub async fn grids(teller: &Teller<'_>, who: &Viewer, community: i64, split: &[usize]) -> Result<Vec<Grid>> {
    const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let mut grids = vec![];
    for (nth, micro_grids) in split.iter().enumerate() {
        let (code, name) = (format!("{community}{:03}", nth + 1), format!("第{}综合网格", NUMERALS[nth]));
        let grid = id(&teller.tell(who, "createGrid", "{ id }", json!({ "code": code, "name": name })).await?)?;
        let mut micro = vec![];
        for part in 1..=*micro_grids {
            let input = json!({ "code": format!("{code}{part:02}"), "name": format!("微网格{}-{part}", nth + 1) });
            micro.push(id(&teller.tell(who, "createGrid", "{ id }", input).await?)?);
            teller.step();
        }
        grids.push(Grid { id: grid, micro });
        teller.step();
    }
    Ok(grids)
}

/// Makes a compound.
pub async fn compound(teller: &Teller<'_>, who: &Viewer, community: i64, name: &str) -> Result<String> {
    let input = json!({ "communityCode": community.to_string(), "name": name });
    id(&teller.tell(who, "createCompound", "{ id }", input).await?)
}

/// Makes a building in a grid or micro-grid.
pub async fn building(
    teller: &Teller<'_>,
    who: &Viewer,
    compound: &str,
    grid: (&str, &str),
    name: &str,
) -> Result<String> {
    let mut input = json!({ "compound": compound, "name": name });
    input[grid.0] = json!(grid.1);
    teller.step();
    id(&teller.tell(who, "createBuilding", "{ id }", input).await?)
}

/// Makes an organisation of a community.
pub async fn organisation(teller: &Teller<'_>, who: &Viewer, community: i64, kind: &str, name: &str) -> Result<String> {
    let input = json!({ "regionCode": community.to_string(), "kind": kind, "name": name });
    teller.step();
    id(&teller.tell(who, "createOrganisation", "{ id }", input).await?)
}
