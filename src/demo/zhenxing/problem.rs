//! The problems of 振兴路社区: three of them told by the newsletter by name, the others ours and synthetic.

use entity::word::DispositionAction::{Advise, Clean, Enforce, Mediate, Repair, Talk, Visit};
use entity::word::ProblemDomain::{
    CommunityService, Environment, Infrastructure, PropertyManagement, ResidentDispute, Safety,
};
use entity::word::ProblemNature::{Component, Event};
use entity::word::Satisfaction::{Satisfied, VerySatisfied};
use entity::word::{QuantityPrecision, QuantityUnit};

use serde_json::json;

use super::super::case::{Case, Until, case};
use super::super::course::PROBLEM;
use super::super::place::ZHENXING;
use super::junction;

/// The problems. In the order of the domains: 3, 4, 3, 2, 3, 1 solved in the first half-year.
pub fn problems() -> Vec<Case> {
    let mut problems = environment();
    problems.extend(safety());
    problems.extend(property());
    problems.extend(disputes());
    problems.extend(infrastructure());
    problems.extend(after_the_half_year());
    problems.extend(open());
    problems.extend(junction::problems());
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
        .then(
            "2026-02-10 13:40",
            "居民",
            "attachToReport",
            json!({
                "upload": "@upload", "problem": PROBLEM, "kind": "BEFORE",
            }),
        )
        .then("2026-02-10 15:00", "书记", "releaseAttachment", json!({ "attachment": "@attachToReport/id" }))
        .then(
            "2026-02-25 16:30",
            "城管",
            "attachToDisposition",
            json!({
                "upload": "@upload", "disposition": "@recordDisposition/id", "kind": "AFTER",
            }),
        )
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
        .from("2026-07-08 09:10", Until::InProgress)
        // The lawyer may call the reporter; the property company learns nothing.
        .then("2026-07-09 08:20", "居民", "releaseContact", json!({
            "problem": PROBLEM, "party": "@party 律师", "fields": ["NAME", "PHONE"], "until": "2026-07-20T18:00:00+08:00",
        }))
        .then("2026-07-14 09:20", "书记", "proposeSupervision", json!({
            "problem": PROBLEM, "level": "YELLOW", "reason": "报修三个月未修，维修方案逾期未报。",
        }))
        .then("2026-07-14 10:30", "街道", "raiseSupervision", json!({
            "problem": PROBLEM, "level": "YELLOW", "proposal": "@proposeSupervision/id", "reason": "督促物业落实维修。",
        })),
        case(Safety, Event, "电动车违规充电", ["有人从楼上拉线给电动车充电，很危险。", "10幢有飞线充电情况，请处理。"])
            .at(9)
            .did("公安", Visit, "")
            .from("2026-07-13 10:00", Until::Dispatched)
            // The history ends in the middle of it: the police are there, the city management is awaited.
            .then("2026-07-15 08:40", "书记", "raiseWhistle", json!({
                "problem": PROBLEM, "grounds": "PUBLIC_SAFETY", "summary": "飞线冒烟，需断电并拆除。",
                "calls": [{ "party": "@party 公安" }, { "party": "@party 城管" }],
            }))
            .showing("{ id calls(first: 5) { nodes { id } } }")
            .then("2026-07-15 08:52", "公安", "reportIn", json!({
                "call": "@raiseWhistle/calls/nodes/0/id", "place": "10幢楼下",
            })),
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
            .from("2026-07-14 16:40", Until::Reported)
            .then("2026-07-08 20:00", "居民", "askAboutMyData", json!({
                "kind": "ACCESS", "communityCode": ZHENXING.to_string(), "content": "请告知保存了我的哪些信息。",
            }))
            .then("2026-07-10 09:30", "书记", "answerSubjectRequest", json!({
                "subjectRequest": "@askAboutMyData/id", "answer": "已当面出示上报记录和联系方式，并说明保存期限。",
            }))
            .then("2026-07-14 20:30", "居民", "askAboutMyData", json!({
                "kind": "EXPLANATION", "communityCode": ZHENXING.to_string(), "content": "谁能看到我的电话？",
            })),
    ]
}
