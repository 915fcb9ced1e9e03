//! 高新区振兴路社区: the six-party linkage group.
//!
//! From the newsletter: six parties, six domains, 6 comprehensive grids and 22 micro-grids, 20 Party-member cadres, 28
//! residents and 23 volunteers, 16 problems solved in the first half-year, three of them by name. Ours and synthetic: the
//! split of the micro-grids (4, 4, 4, 4, 3, 3) and of the problems over the domains (3, 4, 3, 2, 3, 1), all names, texts
//! and times, 4 open problems and 2 that were closed after the half-year.

use entity::word::DispositionAction::{Advise, Clean, Enforce, Mediate, Repair, Talk, Visit};
use entity::word::ProblemDomain::{
    CommunityService, Environment, Infrastructure, PropertyManagement, ResidentDispute, Safety,
};
use entity::word::ProblemNature::{Component, Event};
use entity::word::Satisfaction::{Satisfied, VerySatisfied};
use entity::word::{AppointmentKind, QuantityPrecision, QuantityUnit};
use serde_json::json;

use super::course::{Case, Town, Until, case};
use super::people::{self, Cast, Player};
use super::place::{self, Grid, HIGH_TECH, ZHENXING};
use super::teller::{Teller, at, id};
use crate::error::Result;
use crate::policy::Viewer;

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
    let town = Town {
        secretary: secretary.viewer.clone(),
        worker: worker.viewer.clone(),
        resident: resident.viewer.clone(),
        parties: parties.into_iter().chain([("社区党支部", branch, secretary.viewer.clone())]).collect(),
        buildings,
    };
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

/// The problems. In the order of the domains: 3, 4, 3, 2, 3, 1 solved in the first half-year.
pub fn problems() -> Vec<Case> {
    let mut problems = environment();
    problems.extend(safety());
    problems.extend(property());
    problems.extend(disputes());
    problems.extend(infrastructure());
    problems.extend(after_the_half_year());
    problems.extend(open());
    problems
}

fn environment() -> Vec<Case> {
    vec![
        case(
            Environment,
            Event,
            "绿化带堆放装修垃圾",
            [
                "楼前绿化带里有人倒了好几袋装修垃圾，下雨后污水流到路上，气味很大。",
                "5幢前绿化带有装修垃圾，请清运并查明来源。",
            ],
        )
        .patrol()
        .at(1)
        .did("城管", Clean, "清运装修垃圾两车，张贴告示。")
        .did("物业", Visit, "查看监控，找到装修户并要求今后定点堆放。")
        .from("2026-01-08 09:20", Until::Closed("2026-01-14 16:00"))
        .reply("垃圾已清运，装修户已承诺定点堆放。"),
        case(
            Environment,
            Component,
            "垃圾桶满溢",
            ["南门的垃圾桶经常满出来，周末尤其严重。", "南门垃圾投放点容量不足，周末满溢，请增加清运。"],
        )
        .at(4)
        .did("物业", Clean, "增加两只垃圾桶，周末清运改为每天两次。")
        .public("南门垃圾投放点已增加垃圾桶，周末每天清运两次。")
        .from("2026-02-25 10:05", Until::Closed("2026-03-03 15:30"))
        .reply("已增加垃圾桶和周末清运次数。")
        .rated(Satisfied),
        case(
            Environment,
            Event,
            "宠物粪便无人清理",
            ["步道上总有狗的粪便，孩子容易踩到。", "步道宠物粪便较多，请加强清理和劝导。"],
        )
        .hotline("李测试", "13900000001")
        .at(9)
        .did("城管", Enforce, "联合巡查三次，劝导养犬人七人次。")
        .from("2026-04-13 09:40", Until::Closed("2026-04-20 17:00"))
        .reply("已开展联合巡查并增设便民拾便箱。"),
    ]
}

fn safety() -> Vec<Case> {
    vec![
        case(
            Safety,
            Event,
            "小区安全管理薄弱",
            [
                "夜里东门没有人看守，外来车辆和推销人员随意进出，希望加强管理。",
                "东门夜间无人值守，人车随意进出，请完善小区安全管理。",
            ],
        )
        .at(3)
        .did("公安", Visit, "指导物业完善门岗制度，增加夜间巡逻路线。")
        .did("物业", Talk, "东门恢复夜间值守，外来车辆登记后进入。")
        .told("业主")
        .public("东门已恢复夜间值守，外来车辆登记进入。")
        .from("2026-01-19 14:10", Until::Closed("2026-01-28 11:00"))
        .reply("东门已恢复夜间值守，并增加夜间巡逻。")
        .rated(VerySatisfied),
        case(
            Safety,
            Event,
            "楼道堆放易燃杂物",
            ["楼道里堆了旧沙发和纸箱，消防通道被挡住了。", "7幢楼道堆放易燃杂物，影响消防通道，请清理。"],
        )
        .patrol()
        .at(2)
        .did("物业", Clean, "清理楼道杂物，复查消防通道畅通。")
        .from("2026-03-09 09:15", Until::Closed("2026-03-13 10:30"))
        .reply("楼道已清理，物业将每周复查。"),
        case(Safety, Component, "消防栓漏水", ["消防栓一直在滴水，箱门也关不上。", "11幢消防栓箱损坏并渗水，请维修。"])
            .at(10)
            .did("物业", Repair, "更换消防栓阀门和箱门，试水正常。")
            .from("2026-05-06 15:20", Until::Closed("2026-05-12 09:50"))
            .reply("消防栓已修复并试水正常。"),
        case(
            Safety,
            Event,
            "高空抛物隐患",
            ["楼上有人往下扔烟头，晾的衣服被烫了洞。", "14幢有高空抛物情况，请取证并劝导。"],
        )
        .hotline("赵测试", "13900000002")
        .at(13)
        .did("公安", Talk, "入户走访宣传，查明情况并当面告诫。")
        .did("律师", Advise, "讲解民法典关于高空抛物的责任。")
        .from("2026-06-03 10:10", Until::Closed("2026-06-10 16:40"))
        .reply("已查明并告诫，楼栋已张贴提醒。"),
    ]
}

fn property() -> Vec<Case> {
    vec![
        case(
            PropertyManagement,
            Event,
            "电梯停用多日",
            ["电梯停了一个星期还没修好，老人上下楼很不方便。", "6幢电梯停用一周，请尽快修复并公示进度。"],
        )
        .at(5)
        .did("物业", Repair, "更换电梯主板，检验合格后恢复运行。")
        .told("业主")
        .from("2026-02-03 08:50", Until::Closed("2026-02-10 17:20"))
        .reply("电梯已检验合格并恢复运行。")
        .rated(Satisfied),
        case(
            PropertyManagement,
            Event,
            "公共收益不公示",
            [
                "广告和停车的收入从来没有看到公示，希望能公开。",
                "业主要求公示上年度公共收益，请物业与业委会核对后公示。",
            ],
        )
        .hotline("吴测试", "13900000003")
        .at(6)
        .did("业主", Talk, "与物业核对账目，形成公示稿。")
        .did("律师", Advise, "说明公示内容和期限的法律要求。")
        .from("2026-04-01 09:30", Until::Closed("2026-04-09 15:00"))
        .reply("上年度公共收益已在公告栏公示。"),
        case(
            PropertyManagement,
            Component,
            "门禁系统失灵",
            ["单元门禁刷卡没有反应，门一直开着。", "3幢单元门禁失灵，请维修。"],
        )
        .patrol()
        .at(2)
        .did("物业", Repair, "更换门禁读卡器，逐户测试正常。")
        .from("2026-05-18 10:00", Until::Closed("2026-05-21 16:10"))
        .reply("门禁已修复，刷卡正常。"),
    ]
}

fn disputes() -> Vec<Case> {
    vec![
        case(
            ResidentDispute,
            Event,
            "楼上漏水引起的纠纷",
            ["楼上卫生间漏水，我家天花板发霉，协商几次没有结果。", "8幢上下层住户因渗水发生纠纷，请调解。"],
        )
        .hotline("周测试", "13900000004")
        .at(7)
        .did("律师", Mediate, "组织双方调解两次，约定维修时间和费用分担。")
        .did("物业", Visit, "现场查明渗水点在卫生间管道接口。")
        .from("2026-03-16 09:00", Until::Closed("2026-03-24 11:20"))
        .reply("双方已达成一致，渗水点已修复。"),
        case(
            ResidentDispute,
            Event,
            "广场舞音量纠纷",
            ["晚上广场舞音量太大，孩子没法写作业。", "居民反映晚间广场舞音量过大，请协调时间和音量。"],
        )
        .at(11)
        .did("公安", Talk, "与队伍负责人约定九点前结束并控制音量。")
        .from("2026-06-22 19:30", Until::Closed("2026-06-30 23:59:59"))
        .reply("已约定晚九点前结束并控制音量。"),
    ]
}

fn infrastructure() -> Vec<Case> {
    vec![
        case(
            Infrastructure,
            Component,
            "路面红砖破损",
            ["主路的红砖碎了一大片，老人走路容易绊倒。", "主路红砖路面破损，请修补。"],
        )
        .at(0)
        .did("城管", Repair, "更换破损红砖，平整路面。")
        .much(36, QuantityUnit::SquareMetre, QuantityPrecision::About)
        .public("主路破损的红砖路面已更换平整。")
        .from("2026-02-10 09:00", Until::Closed("2026-02-26 16:00"))
        .reply("红砖路面已更换平整，请放心通行。")
        .rated(VerySatisfied),
        case(
            Infrastructure,
            Component,
            "电动车坡道改造",
            ["地下车库的坡道太陡，电动车推不上来，雨天还打滑。", "地下车库电动车坡道过陡且湿滑，请改造。"],
        )
        .at(8)
        .did("物业", Repair, "重做坡道面层，加装防滑条和扶手。")
        .did("业主", Talk, "征求业主意见，确认改造方案。")
        .public("地下车库电动车坡道已改造，加装防滑条。")
        .from("2026-03-30 10:20", Until::Closed("2026-04-28 15:40"))
        .reply("坡道已改造完成并加装防滑条。"),
        case(
            Infrastructure,
            Component,
            "路灯不亮",
            ["北面小路有几盏路灯不亮，晚上很黑。", "北侧小路路灯不亮，请检修。"],
        )
        .patrol()
        .at(3)
        .did("城管", Repair, "检修线路，更换灯具。")
        .much(5, QuantityUnit::Piece, QuantityPrecision::Exact)
        .from("2026-05-25 09:10", Until::Closed("2026-05-29 20:00"))
        .reply("北侧小路路灯已全部恢复。"),
        case(
            CommunityService,
            Event,
            "老年助餐点位置不便",
            ["助餐点在坡上，腿脚不好的老人去不了，能不能换个地方。", "居民希望助餐点迁到平层位置，请协调场地。"],
        )
        .at(12)
        .did("业主", Talk, "协调出一楼活动室作为助餐点。")
        .from("2026-06-08 10:30", Until::Closed("2026-06-18 11:00"))
        .reply("助餐点已迁到一楼活动室。")
        .rated(Satisfied),
    ]
}

/// Reported before, closed after: they are not among the first half-year's.
fn after_the_half_year() -> Vec<Case> {
    vec![
        case(
            Environment,
            Event,
            "夜间施工噪声",
            ["旁边工地半夜还在施工，睡不好觉。", "周边工地夜间施工扰民，请核查。"],
        )
        .at(15)
        .did("城管", Enforce, "现场核查，责令夜间停工并补办手续。")
        .from("2026-06-24 08:30", Until::Closed("2026-07-01 00:00"))
        .reply("工地已停止夜间施工。"),
        case(Infrastructure, Component, "雨水井盖松动", ["雨水井盖松了，车一过就响。", "东门内雨水井盖松动，请更换。"])
            .patrol()
            .at(1)
            .did("城管", Repair, "更换井盖和垫圈。")
            .much(1, QuantityUnit::Piece, QuantityPrecision::Exact)
            .from("2026-06-29 09:50", Until::Closed("2026-07-06 10:00"))
            .reply("井盖已更换。"),
    ]
}

fn open() -> Vec<Case> {
    vec![
        // The report carries what no party may learn: who complained, where they live, how to reach them.
        case(
            PropertyManagement,
            Event,
            "投诉物业维修拖延",
            [
                "我是王小明，住在3幢2单元501室，电话13912345678。物业答应修屋顶漏水，三个月没人来，还叫我别再打电话。",
                "住户反映屋顶漏水报修三个月未处理，请物业落实维修并说明原因。",
            ],
        )
        .at(2)
        .home("振兴花园3幢2单元501室")
        .about("物业", "请在期限内完成维修，并书面说明拖延原因。")
        .did("物业", Visit, "上门查看屋顶渗漏位置，制定维修方案。")
        .did("律师", Advise, "就物业服务合同的维修义务提出意见。")
        .told("业主")
        .from("2026-07-08 09:10", Until::InProgress),
        case(Safety, Event, "电动车违规充电", ["有人从楼上拉线给电动车充电，很危险。", "10幢有飞线充电情况，请处理。"])
            .at(9)
            .did("公安", Visit, "")
            .from("2026-07-13 10:00", Until::Dispatched),
        case(
            ResidentDispute,
            Event,
            "邻里噪声",
            ["邻居经常深夜吵闹，我担心说了以后关系更差，请保密。", "住户反映邻居深夜噪声，请上门了解。"],
        )
        .at(6)
        .confidential()
        .from("2026-07-13 11:20", Until::Accepted),
        case(CommunityService, Event, "希望增设快递柜", ["快递都堆在门卫，下班晚了取不到，希望装快递柜。", ""])
            .at(14)
            .from("2026-07-14 16:40", Until::Reported),
    ]
}
