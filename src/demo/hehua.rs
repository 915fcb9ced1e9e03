//! 吕城镇荷花池小区: 红荷乐居, a consortium.
//!
//! From the newsletter: ten organisations (the villages 西符, 中心, 花龙, a police station, a health centre, …), 49 buildings
//! of the first phase, a grid for every ten, 26 building leaders, 5 village reserve cadres as grid heads, a red steward a
//! grid, 16 problems solved, more than 800 m² of leaks, 200 street-lamp bulbs, 60 households' charging cables. Ours and
//! synthetic: the other five organisations, that each building has a leader, that the problems lie in the first half-year
//! of 2026, their domains, all names, texts and times.

use entity::word::AppointmentKind;
use entity::word::DispositionAction::{Advise, Clean, Enforce, Mediate, Repair, Talk, Visit};
use entity::word::ProblemDomain::{
    CommunityService, Environment, Infrastructure, PropertyManagement, ResidentDispute, Safety,
};
use entity::word::ProblemNature::{Component, Event};
use entity::word::{QuantityPrecision, QuantityUnit};
use serde_json::json;

use super::case::{Case, Until, case};
use super::course::Town;
use super::people::{self, Cast, Player};
use super::place::{self, Grid, HEHUA, LYUCHENG};
use super::teller::{Teller, at, id};
use crate::error::Result;
use crate::policy::Viewer;

/// The parties: name, kind, organisation's kind and name.
const PARTIES: [(&str, &str, &str, &str); 10] = [
    ("中心村", "VILLAGE", "VILLAGE", "中心村党组织"),
    ("西符村", "VILLAGE", "VILLAGE", "西符村党组织"),
    ("花龙村", "VILLAGE", "VILLAGE", "花龙村党组织"),
    ("派出所", "POLICE", "POLICE_STATION", "吕城派出所"),
    ("卫生院", "HEALTH_CENTRE", "HEALTH_CENTRE", "吕城卫生院"),
    ("城管中队", "CITY_MANAGEMENT", "CITY_MANAGEMENT", "吕城城管中队"),
    ("律师", "LAWYER", "LAW_FIRM", "红荷律师事务所（示例）"),
    ("物业", "PROPERTY_MANAGER", "PROPERTY_COMPANY", "荷花池物业公司（示例）"),
    ("业委会", "OWNER", "OWNERS_COMMITTEE", "荷花池业主委员会"),
    ("社会组织", "SOCIAL_ORGANISATION", "SOCIAL_ORGANISATION", "邻里互助社（示例）"),
];

/// Founds the community; gives it and who of it can sign in.
pub async fn found(teller: &Teller<'_>, operator: &Viewer) -> Result<(Town, Vec<Player>)> {
    teller.part("荷花池", 10 + 5 + 49 + 60);
    teller.time(at("2025-11-17 09:00")?);
    let cadre =
        Cast { username: "lyucheng", name: "沈协调", label: "street coordinator of 吕城 (吕城镇协调员)" };
    let street = people::office(teller, cadre, AppointmentKind::StreetCoordinator, LYUCHENG).await?;
    let branch = place::organisation(teller, &street.viewer, HEHUA, "PARTY_BRANCH", "荷花池社区党支部").await?;
    let post = json!({ "regionCode": HEHUA.to_string(), "organisation": branch });
    let foreign = Cast { username: "foreign", name: "韩书记", label: "foreign" };
    let secretary = people::install(teller, operator, foreign, AppointmentKind::Secretary, post).await?;
    let who = &secretary.viewer;

    let compound = place::compound(teller, who, HEHUA, "荷花池小区").await?;
    let grids = place::grids(teller, who, HEHUA, &[0; 5]).await?;
    let mut buildings = vec![];
    for nth in 0..49 {
        let grid = &grids[nth / 10].id;
        buildings.push(place::building(teller, who, &compound, ("grid", grid), &format!("{}幢", nth + 1)).await?);
    }
    let group = json!({ "communityCode": HEHUA.to_string(), "kind": "CONSORTIUM", "name": "红荷乐居联合体" });
    let group = id(&teller.tell(who, "createLinkageGroup", "{ id }", group).await?)?;
    let (parties, member) = parties(teller, operator, who, &group).await?;
    let revision = teller.revision(who, &group).await?;
    let input = json!({ "group": group, "convenor": parties[0].1, "expectedRevision": revision });
    teller.time(at("2025-12-02 10:00")?);
    teller.tell(who, "activateGroup", "{ id }", input).await?;
    let worker = staff(teller, operator, who, &grids, &buildings).await?;
    let resident = Cast { username: "hehua", name: "许居民", label: "resident of 荷花池 (居民)" };
    let post = json!({ "regionCode": HEHUA.to_string(), "building": buildings[11] });
    let resident = people::install(teller, operator, resident, AppointmentKind::Resident, post).await?;
    let others = [("书记", &secretary), ("网格员", &worker), ("居民", &resident)];
    let town = Town::new(&others, parties, buildings);
    Ok((town, vec![member, secretary]))
}

type Parties = Vec<(&'static str, String, Viewer)>;

/// The ten parties with a representative each; the health centre's can sign in as a member of the consortium.
async fn parties(teller: &Teller<'_>, operator: &Viewer, who: &Viewer, group: &str) -> Result<(Parties, Player)> {
    const CAST: [(&str, &str); 10] = [
        ("hehua-zhongxin", "杨村干"),
        ("hehua-xifu", "朱村干"),
        ("hehua-hualong", "秦村干"),
        ("hehua-police", "尤民警"),
        ("member", "何医生"),
        ("hehua-city", "吕城管"),
        ("hehua-lawyer", "施律师"),
        ("hehua-property", "张物业"),
        ("hehua-owner", "孔业主"),
        ("hehua-society", "曹社工"),
    ];
    let (mut parties, mut member) = (vec![], None);
    for ((name, kind, organisation_kind, organisation), (username, person)) in PARTIES.into_iter().zip(CAST) {
        let filled = place::organisation(teller, who, HEHUA, organisation_kind, organisation).await?;
        let input = json!({ "group": group, "kind": kind, "name": name });
        let party = id(&teller.tell(who, "addParty", "{ id }", input).await?)?;
        let seat = json!({ "party": party, "organisation": filled, "compounds": [] });
        teller.tell(who, "addSeat", "{ id }", seat).await?;
        let cast = Cast { username, name: person, label: "member of the 吕城 consortium (联合体成员单位)" };
        let post = json!({ "party": party, "organisation": filled });
        let player = people::install(teller, operator, cast, AppointmentKind::PartyRepresentative, post).await?;
        parties.push((name, party, player.viewer.clone()));
        if name == "卫生院" {
            member = Some(player);
        }
    }
    let member = member.ok_or_else(|| crate::error::Error::fault("the health centre is missing"))?;
    Ok((parties, member))
}

/// 5 grid heads, 26 leaders of the 49 buildings (23 of them lead two), a red steward a grid, a grid worker.
async fn staff(
    teller: &Teller<'_>,
    operator: &Viewer,
    who: &Viewer,
    grids: &[Grid],
    buildings: &[String],
) -> Result<Player> {
    for (nth, grid) in grids.iter().enumerate() {
        let person = people::invite(teller, who, &format!("网格长{}", nth + 1), &format!("hh-head{}", nth + 1)).await?;
        let post =
            json!({ "kind": "GRID_HEAD", "grid": grid.id, "identity": "RESERVE_CADRE", "selectedBy": "ORGANISATION" });
        people::appoint(teller, who, &person, post).await?;
        let person =
            people::invite(teller, who, &format!("红管家{}", nth + 1), &format!("hh-steward{}", nth + 1)).await?;
        let post =
            json!({ "kind": "RED_STEWARD", "grid": grid.id, "identity": "VOLUNTEER", "selectedBy": "ORGANISATION" });
        people::appoint(teller, who, &person, post).await?;
    }
    let mut led = buildings.iter();
    for nth in 0..26 {
        let person =
            people::invite(teller, who, &format!("楼栋长{:02}", nth + 1), &format!("hh-leader{:02}", nth + 1)).await?;
        let (identity, selected) = match nth % 3 {
            0 => ("RETIREE", "ORGANISATION"),
            1 => ("RESIDENT", "RESIDENTS"),
            _ => ("RESIDENT", "SELF"),
        };
        for building in led.by_ref().take(if nth < 23 { 2 } else { 1 }) {
            let post = json!({ "kind": "BUILDING_LEADER", "building": building, "identity": identity, "selectedBy": selected });
            people::appoint(teller, who, &person, post).await?;
        }
    }
    let worker = Cast { username: "hehua-grid", name: "严网格", label: "grid worker of 荷花池 (网格员)" };
    let post = json!({ "grid": grids[0].id, "identity": "RESIDENT", "selectedBy": "RESIDENTS" });
    people::install(teller, operator, worker, AppointmentKind::GridWorker, post).await
}

/// The 16 problems, solved in the first half-year.
pub fn problems() -> Vec<Case> {
    let mut problems = repairs();
    problems.extend(disputes());
    problems.extend(management());
    problems.extend(surroundings());
    problems
}

/// The three that carry the newsletter's figures of work.
fn repairs() -> Vec<Case> {
    vec![
        case(
            Infrastructure,
            Component,
            "屋面墙面漏水",
            ["顶楼下雨就漏，外墙也渗水，墙皮都掉了。", "多幢楼屋面和外墙漏水，请统一维修。"],
        )
        .at(11)
        .did("物业", Repair, "分批修复屋面和外墙渗漏。")
        .much(800, QuantityUnit::SquareMetre, QuantityPrecision::AtLeast)
        .did("业委会", Talk, "核对渗漏住户，商定施工顺序。")
        .public("屋面和外墙渗漏已分批修复。")
        .from("2026-01-12 09:00", Until::Closed("2026-05-20 16:00"))
        .reply("屋面和外墙渗漏已修复，雨季将再次检查。"),
        case(
            Infrastructure,
            Component,
            "路灯灯泡损坏",
            ["小区里好多路灯不亮，晚上走路看不清。", "小区路灯大面积不亮，请集中更换灯泡。"],
        )
        .patrol()
        .at(2)
        .did("物业", Repair, "集中更换路灯灯泡。")
        .much(200, QuantityUnit::Piece, QuantityPrecision::AtLeast)
        .public("小区路灯灯泡已集中更换。")
        .from("2026-01-20 10:30", Until::Closed("2026-03-10 19:30"))
        .reply("路灯已集中更换灯泡。"),
        case(
            Safety,
            Event,
            "电瓶车飞线充电",
            ["不少人家从楼上拉线给电瓶车充电，怕着火。", "多幢楼存在飞线充电，请整改并引导到充电棚。"],
        )
        .patrol()
        .at(5)
        .did("派出所", Visit, "逐户上门宣传并督促拆除飞线。")
        .much(60, QuantityUnit::Household, QuantityPrecision::AtLeast)
        .did("物业", Repair, "扩建充电棚，增加充电插座。")
        .public("飞线充电已整改，充电棚已扩建。")
        .from("2026-02-09 09:40", Until::Closed("2026-04-15 15:00"))
        .reply("飞线已拆除，请到充电棚充电。"),
    ]
}

fn disputes() -> Vec<Case> {
    vec![
        case(
            ResidentDispute,
            Event,
            "楼道堆物引起的争吵",
            ["对门把杂物堆在公共楼道，说了几次都吵起来。", "邻里因楼道堆物争吵，请调解。"],
        )
        .at(12)
        .did("中心村", Mediate, "请双方到议事亭协商，约定三日内清理。")
        .from("2026-01-15 09:20", Until::Closed("2026-01-21 16:00"))
        .reply("双方已和解，楼道已清理。"),
        case(
            ResidentDispute,
            Event,
            "车位占用纠纷",
            ["我的车位经常被别人停，打电话也不挪。", "住户车位被占引发纠纷，请协调。"],
        )
        .hotline("钱测试", "13900000011")
        .at(20)
        .did("派出所", Talk, "联系车主挪车，约定不再占用。")
        .from("2026-02-26 08:40", Until::Closed("2026-03-04 10:30"))
        .reply("车主已挪车并致歉。"),
        case(
            ResidentDispute,
            Event,
            "空调外机噪声",
            ["隔壁空调外机正对卧室，夜里很吵。", "空调外机位置引起邻里纠纷，请协调移位。"],
        )
        .at(31)
        .did("西符村", Mediate, "协调双方分担费用，移动外机位置。")
        .from("2026-05-11 10:10", Until::Closed("2026-05-19 17:00"))
        .reply("外机已移位。"),
        case(
            ResidentDispute,
            Event,
            "宠物扰邻",
            ["楼下的狗白天黑夜地叫，影响休息。", "住户反映犬吠扰邻，请上门劝导。"],
        )
        .at(40)
        .did("派出所", Talk, "上门劝导，办理养犬登记。")
        .from("2026-04-07 09:30", Until::Closed("2026-04-13 11:00"))
        .reply("养犬人已登记并采取措施。"),
        case(
            ResidentDispute,
            Event,
            "装修扰民",
            ["楼上中午也在敲墙，老人没法午休。", "住户装修时间不当引发纠纷，请协调。"],
        )
        .hotline("孙测试", "13900000012")
        .at(25)
        .did("花龙村", Mediate, "与装修户约定施工时段。")
        .did("物业", Visit, "在楼栋公示施工时段并巡查。")
        .from("2026-06-01 09:10", Until::Closed("2026-06-05 15:30"))
        .reply("已约定施工时段，午间不再施工。"),
    ]
}

fn management() -> Vec<Case> {
    vec![
        case(
            PropertyManagement,
            Event,
            "保洁次数减少",
            ["楼道好久没有人拖了，物业费却没有少收。", "楼道保洁次数不足，请按约定安排。"],
        )
        .at(13)
        .did("物业", Clean, "恢复每周两次拖洗，公示保洁记录。")
        .from("2026-01-26 09:00", Until::Closed("2026-01-30 16:20"))
        .reply("保洁已恢复到每周两次。"),
        case(
            PropertyManagement,
            Event,
            "停车收费不透明",
            ["停车收费标准没有公示，每次收的都不一样。", "停车收费标准不明，请公示并统一。"],
        )
        .at(28)
        .did("业委会", Talk, "与物业议定收费标准并公示。")
        .did("律师", Advise, "审阅收费公示文本。")
        .from("2026-03-18 10:00", Until::Closed("2026-03-27 14:00"))
        .reply("收费标准已在各门岗公示。"),
        case(PropertyManagement, Component, "单元门损坏", ["单元门关不上，冷风往里灌。", "17幢单元门损坏，请维修。"])
            .at(16)
            .did("物业", Repair, "更换单元门铰链和闭门器。")
            .from("2026-02-03 10:40", Until::Closed("2026-02-06 11:30"))
            .reply("单元门已修好。"),
        case(
            PropertyManagement,
            Event,
            "报修电话无人接听",
            ["晚上报修电话一直没人接。", "物业夜间报修电话无人接听，请落实值班。"],
        )
        .at(33)
        .did("物业", Talk, "设立夜间值班岗，公示值班电话。")
        .from("2026-04-20 20:10", Until::Closed("2026-04-24 10:00"))
        .reply("夜间报修已安排值班。"),
    ]
}

fn surroundings() -> Vec<Case> {
    vec![
        case(Environment, Event, "菜地占用绿地", ["有人在绿地里种菜，还浇粪水。", "部分绿地被改种蔬菜，请恢复。"])
            .patrol()
            .at(7)
            .did("城管中队", Enforce, "劝导清退，恢复草皮。")
            .did("社会组织", Talk, "组织志愿者认领绿地。")
            .from("2026-03-05 09:00", Until::Closed("2026-03-16 16:40"))
            .reply("绿地已恢复，由志愿者认领养护。"),
        case(Environment, Component, "下水道堵塞", ["楼下窨井堵了，污水漫到路上。", "23幢旁窨井堵塞，请疏通。"])
            .at(22)
            .did("物业", Clean, "疏通窨井和支管。")
            .from("2026-05-06 08:20", Until::Closed("2026-05-08 15:00"))
            .reply("窨井已疏通。"),
        case(
            Safety,
            Component,
            "监控探头失效",
            ["西门的监控坏了好久，丢了电瓶也查不到。", "西门监控探头失效，请修复。"],
        )
        .at(45)
        .did("派出所", Visit, "核查点位，提出补点建议。")
        .did("物业", Repair, "更换探头三只，接入平台。")
        .much(3, QuantityUnit::Piece, QuantityPrecision::Exact)
        .from("2026-06-09 09:30", Until::Closed("2026-06-16 10:10"))
        .reply("探头已更换并接入平台。"),
        case(
            CommunityService,
            Event,
            "老人体检不便",
            ["父母行动不便，去卫生院体检要转两趟车。", "居民希望卫生院上门或就近体检，请安排。"],
        )
        .at(37)
        .did("卫生院", Visit, "在党群服务站设巡诊点，每月一次。")
        .public("卫生院每月在党群服务站巡诊一次。")
        .from("2026-04-27 09:00", Until::Closed("2026-05-09 16:00"))
        .reply("巡诊点已设立，每月一次。"),
    ]
}
