//! Problems that leave the straight road: whistles, a return, an extension, a pause, the ledger, supervision, a merger, a
//! void, a mediation, a reporter without account, and the end of personal data. All ours and synthetic.

use entity::word::DispositionAction::{Clean, Enforce, Repair, Talk, Visit};
use entity::word::ProblemDomain::{Environment, Infrastructure, PropertyManagement, ResidentDispute, Safety};
use entity::word::ProblemNature::{Component, Event};
use entity::word::Word;
use serde_json::json;

use super::super::case::{Case, Until, case};
use super::super::course::PROBLEM;
use super::super::turn::GUEST;

/// The problems.
pub fn problems() -> Vec<Case> {
    vec![gas(), bicycles(), plaster(), lift(), leak(), panels(), duplicate(), mistake()]
}

/// A whistle, from its blowing to its end.
fn gas() -> Case {
    case(
        Safety,
        Event,
        "施工挖破燃气管",
        ["5幢旁边施工挖破了燃气管，闻到很浓的气味。", "5幢旁燃气管被挖破，已疏散，请到场警戒并抢修。"],
    )
    .patrol()
    .at(1)
    .did("城管", Enforce, "责令施工单位停工，配合燃气公司换管，复查无泄漏。")
    .did("公安", Visit, "现场警戒，疏散两个单元的住户，抢修后引导返回。")
    .accepted(json!({ "urgent": true, "publicSafety": true }))
    .from("2026-07-06 14:05", Until::Closed("2026-07-08 16:30"))
    .reply("燃气管已换新，经复查无泄漏。")
    .then(
        "2026-07-06 14:10",
        "网格员",
        "raiseWhistle",
        json!({
            "problem": PROBLEM, "grounds": "EMERGENCY", "summary": "燃气泄漏，需警戒、疏散并责令停工。",
            "calls": [{ "party": "@party 公安" }, { "party": "@party 城管" }],
        }),
    )
    .showing("{ id calls(first: 5) { nodes { id } } }")
    .then("2026-07-06 14:21", "公安", "reportIn", json!({ "call": CALLED[0], "place": "5幢南侧路口" }))
    .then("2026-07-06 14:33", "城管", "reportIn", json!({ "call": CALLED[1], "place": "5幢东侧工地" }))
    .then(
        "2026-07-06 15:42",
        "公安",
        "recordWhistleDone",
        json!({ "call": CALLED[0], "note": "住户已疏散，警戒解除。" }),
    )
    .then("2026-07-06 15:50", "城管", "recordWhistleDone", json!({ "call": CALLED[1], "note": "已停工，抢修完成。" }))
    .then("2026-07-06 16:00", "书记", "closeWhistle", json!({ "whistle": "@raiseWhistle/id" }))
}

/// Who is called by a whistle: the first, the second.
const CALLED: [&str; 2] = ["@raiseWhistle/calls/nodes/0/id", "@raiseWhistle/calls/nodes/1/id"];

/// Given back, dispatched to another, and overdue by now.
fn bicycles() -> Case {
    case(
        Environment,
        Event,
        "共享单车堵塞人行道",
        ["北门外人行道停满共享单车，婴儿车过不去。", "北门外共享单车堆积，人行道受阻，请清理并划定停放区。"],
    )
    .at(3)
    .from("2026-07-02 09:10", Until::Accepted)
    .then(
        "2026-07-02 11:30",
        "书记",
        "dispatchProblem",
        json!({ "problem": PROBLEM, "lead": { "party": "@party 公安" } }),
    )
    .then(
        "2026-07-02 15:10",
        "公安",
        "requestReturn",
        json!({
            "task": "@task 公安", "reason": "停放秩序属城市管理职责，建议转城管。", "suggestedParty": "@party 城管",
        }),
    )
    .then("2026-07-02 16:20", "书记", "decideReturn", json!({ "request": "@requestReturn/id", "approve": true }))
    .then(
        "2026-07-02 16:40",
        "书记",
        "dispatchProblem",
        json!({
            "problem": PROBLEM, "lead": { "party": "@party 城管", "instruction": "清理后与企业约定停放区和每日清运。" },
        }),
    )
    .then("2026-07-03 09:05", "城管", "acknowledgeTask", json!({ "task": "@task 城管" }))
    .then(
        "2026-07-03 15:00",
        "城管",
        "recordDisposition",
        json!({
            "task": "@task 城管", "action": Clean.value(), "content": "清运单车，约谈运营企业。",
            "quantity": { "value": 140, "unit": "PIECE", "precision": "ABOUT" },
        }),
    )
}

/// The leading party and the reporter meet by appointment, and neither passes a name; then it waits for dry weather.
fn plaster() -> Case {
    case(
        Infrastructure,
        Component,
        "外墙保温层空鼓",
        ["9幢北面外墙鼓了一块，怕掉下来砸到人。", "9幢北侧外墙保温层空鼓，请围挡并修复。"],
    )
    .at(8)
    .did("城管", Visit, "现场围挡，鉴定空鼓约六平方米。")
    .from("2026-07-01 09:20", Until::InProgress)
    .then(
        "2026-07-01 15:00",
        "城管",
        "offerVisit",
        json!({
            "task": "@task 城管", "place": "BUILDING_DOOR", "message": "请指认空鼓位置，约二十分钟。",
            "slots": [
                { "from": "2026-07-02T09:30:00+08:00", "to": "2026-07-02T10:30:00+08:00" },
                { "from": "2026-07-02T15:00:00+08:00", "to": "2026-07-02T16:00:00+08:00" },
            ],
        }),
    )
    .then(
        "2026-07-01 19:10",
        "居民",
        "chooseVisit",
        json!({ "visit": "@offerVisit/id", "from": "2026-07-02T09:30:00+08:00" }),
    )
    .then("2026-07-02 10:40", "城管", "recordVisit", json!({ "visit": "@offerVisit/id", "kept": true }))
    .then(
        "2026-07-03 10:30",
        "城管",
        "requestSuspension",
        json!({
            "task": "@task 城管", "until": "2026-07-20", "reason": "连续降雨，保温层须干燥后施工。",
        }),
    )
    .then(
        "2026-07-03 14:30",
        "书记",
        "decideSuspension",
        json!({
            "suspension": "@requestSuspension/id", "approve": true, "until": "2026-07-20",
        }),
    )
}

/// Cannot be solved now: on the ledger, with an owner and a day for another look.
fn lift() -> Case {
    case(
        Infrastructure,
        Component,
        "老楼加装电梯",
        ["父母住五楼下不了楼，希望单元能装电梯。", "12幢二单元住户希望加装电梯，请征询意见并协调资金。"],
    )
    .at(11)
    .did("业主", Visit, "逐户征询，十户中八户同意。")
    .public("12幢二单元加装电梯正在征询意见、筹措资金。")
    .from("2026-07-01 10:00", Until::InProgress)
    .then(
        "2026-07-03 09:40",
        "业主",
        "requestExtension",
        json!({
            "task": "@task 业主", "until": "2026-07-10T12:00:00+08:00", "reason": "尚有两户未表态。",
        }),
    )
    .then(
        "2026-07-03 11:00",
        "书记",
        "decideExtension",
        json!({
            "extension": "@requestExtension/id", "approve": true, "until": "2026-07-09T12:00:00+08:00",
        }),
    )
    .then(
        "2026-07-09 09:30",
        "街道",
        "carryOnLedger",
        json!({
            "problem": PROBLEM, "owner": "@organisation 业主", "reviewOn": "2026-10-15",
            "reason": "补助资金须待下半年计划，期间继续协商未表态的两户。",
        }),
    )
}

/// A dispute that is mediated: a written agreement, one of two obligations performed.
fn leak() -> Case {
    case(
        ResidentDispute,
        Event,
        "阳台渗水的赔偿",
        ["楼上阳台渗水泡坏了我家书柜，对方只愿修不愿赔。", "上下层住户因阳台渗水的赔偿发生纠纷，请调解。"],
    )
    .at(2)
    .did("公安", Talk, "上门劝和，双方同意申请人民调解。")
    .accepted(json!({ "complexity": "COMPLEX" }))
    .from("2026-07-01 14:00", Until::InProgress)
    .then("2026-07-02 09:00", "书记", "openMediation", json!({
        "problem": PROBLEM, "kind": "PEOPLES", "matter": "阳台渗水造成的财物损失", "mediator": "@post 律师",
        "sides": [{ "person": "@person 居民" }, { "name": "何测试", "phone": "13900000021" }],
    }))
    .showing("{ id sides(first: 5) { nodes { id } } }")
    .then("2026-07-02 09:30", "居民", "consentToMediation", json!({ "mediation": "@openMediation/id" }))
    .then("2026-07-02 10:10", "律师", "consentToMediation", json!({
        "mediation": "@openMediation/id", "side": OTHER_SIDE, "method": "IN_PERSON",
    }))
    .then("2026-07-02 10:30", "律师", "scheduleMediationSession", json!({
        "mediation": "@openMediation/id", "startsAt": "2026-07-07T14:30:00+08:00", "place": "社区调解室",
    }))
    .then("2026-07-07 16:00", "律师", "recordMediationSession", json!({
        "session": "@scheduleMediationSession/id", "attendees": [REPORTING_SIDE, OTHER_SIDE], "notes": "双方到场，就数额达成一致。",
    }))
    .then("2026-07-07 16:20", "律师", "recordAgreement", json!({
        "mediation": "@openMediation/id", "form": "WRITTEN", "content": "楼上修复阳台防水并赔偿书柜损失，双方再无其他争议。",
        "obligations": [
            { "side": OTHER_SIDE, "content": "赔偿书柜损失六百元", "dueOn": "2026-07-13" },
            { "side": OTHER_SIDE, "content": "修复阳台防水", "dueOn": "2026-07-20" },
        ],
    }))
    .showing("{ id agreement { obligations(first: 5) { nodes { id } } } }")
    .then("2026-07-07 16:30", "居民", "signAgreement", json!({ "mediation": "@openMediation/id" }))
    .then("2026-07-07 16:35", "律师", "signAgreement", json!({ "mediation": "@openMediation/id", "side": OTHER_SIDE }))
    .then("2026-07-13 10:00", "律师", "recordPerformance", json!({
        "obligation": "@recordAgreement/agreement/obligations/nodes/0/id",
    }))
    // Told in the reporter's own words; what names another person is taken out again.
    .then("2026-07-08 19:30", "居民", "addToReport", json!({
        "problem": PROBLEM, "content": "楼上是何测试家，电话13900000021，可以直接问他。",
    }))
    .then("2026-07-09 09:15", "书记", "askForRedaction", json!({
        "subject": "@addToReport/id", "field": "content", "basis": "UNLAWFUL_CONTENT", "note": "含他人姓名与电话",
    }))
    .then("2026-07-09 10:40", "街道", "decideRedaction", json!({ "redaction": "@askForRedaction/id", "approve": true }))
}

/// The sides of the mediation, in the order in which they were named.
const REPORTING_SIDE: &str = "@openMediation/sides/nodes/0/id";
const OTHER_SIDE: &str = "@openMediation/sides/nodes/1/id";

/// Someone without account follows the own report by its number and code.
fn panels() -> Case {
    case(
        Safety,
        Component,
        "楼顶太阳能支架松动",
        ["楼顶太阳能架子松了，刮风哐哐响。", "16幢楼顶太阳能支架松动，请加固。"],
    )
    .hotline("郁测试", "13900000005")
    .at(15)
    .did("城管", Repair, "联系产权户，更换锈蚀螺栓并加固支架。")
    .from("2026-07-03 09:00", Until::Closed("2026-07-08 11:00"))
    .reply("支架已加固，大风天将再检查一次。")
    .then("2026-07-06 20:15", GUEST, "reportStatus", json!({ "number": NUMBER, "code": CODE }))
    .showing("{ status }")
    .then(
        "2026-07-09 19:40",
        GUEST,
        "rateReport",
        json!({ "number": NUMBER, "code": CODE, "satisfaction": "SATISFIED" }),
    )
    .showing("{ status }")
}

const NUMBER: &str = "@reportProblem/number";
const CODE: &str = "@reportProblem/reporterCode";

/// The same thing, reported by another: merged.
fn duplicate() -> Case {
    case(Safety, Event, "10幢拉线充电", ["10幢有人从窗口拉线充电，楼下就是电动车。", "与先前上报的是同一件事。"])
        .hotline("顾测试", "13900000006")
        .at(9)
        .from("2026-07-13 15:30", Until::Reported)
        .then(
            "2026-07-13 15:50",
            "书记",
            "mergeProblem",
            json!({
                "problem": PROBLEM, "into": "@problem 电动车违规充电", "reason": "同一幢楼的同一处飞线",
            }),
        )
}

/// Reported by mistake: voided by two.
fn mistake() -> Case {
    case(PropertyManagement, Event, "误报", ["巡查演练，请忽略。", "巡查演练中误提交。"])
        .patrol()
        .at(2)
        .from("2026-07-02 10:00", Until::Reported)
        .then("2026-07-02 10:30", "街道", "requestVoid", json!({ "problem": PROBLEM, "reason": "演练时误提交" }))
        .then("2026-07-02 14:00", "督导", "confirmVoid", json!({ "request": "@requestVoid/id" }))
}
