//! Who finds a problem, and by which of its texts.

use entity::word::{ProblemVisibility, TextAudience};
use entity::{problem, problem_text};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{CABLE, LAMP, accepted, find, ids, report};
use crate::act;
use crate::id::{parse, prefix};
use crate::policy::Viewer;
use crate::problem::tests::world::{People, World, see};
use crate::search::{index, service};

fn everyone(people: &People) -> Vec<(&'static str, &Viewer)> {
    vec![
        ("supervisor", &people.supervisor),
        ("street", &people.street),
        ("secretary", &people.secretary),
        ("police", &people.police),
        ("city", &people.city),
        ("lawyer", &people.lawyer),
        ("property", &people.property),
        ("other property", &people.other_property),
        ("owner", &people.owner),
        ("grid worker", &people.grid_worker),
        ("other grid worker", &people.other_grid_worker),
        ("helper", &people.helper),
        ("resident", &people.resident),
        ("neighbour", &people.neighbour),
        ("foreign", &people.foreign),
    ]
}

#[tokio::test]
async fn problems_are_found_by_the_words_and_the_letters_of_their_texts() {
    let world = World::new().await;
    let people = &world.people;
    let brick = report(&world, &people.resident, "主路红砖破损，ＬＥＤ指示牌也倒了，3号楼旁").await;
    let lamp = accepted(&world, &LAMP).await;
    let cable = accepted(&world, &CABLE).await;
    let secretary = &people.secretary;
    for (text, problems) in [
        ("路灯", vec![&lamp]),
        ("飞线充电", vec![&cable]),
        ("红砖", vec![&brick]),
        ("砖", vec![&brick]),
        ("led", vec![&brick]),
        ("３号", vec![&brick]),
        ("充电", vec![&cable]),
        ("坏 灯", vec![&lamp]),
        ("砖破", vec![&brick]),
        ("牌也", vec![&brick]),
        ("破损 红砖", vec![&brick]),
        ("火灾，隐患", vec![&cable]),
        ("了", vec![&lamp, &brick]),
        ("红砖 路灯", vec![]),
        ("灯路", vec![]),
        ("AND", vec![]),
        ("\" OR '路' & !:*", vec![&lamp, &brick]),
    ] {
        let found = ids(&world, secretary, text).await;
        let mut wanted: Vec<String> = problems.into_iter().cloned().collect();
        if text.contains("OR") {
            // What the databases read as signs are none.
            wanted.clear();
        }
        assert_eq!(found, wanted, "{text}");
    }
}

#[tokio::test]
async fn a_text_that_cannot_be_looked_for_is_refused() {
    let world = World::new().await;
    let query = "query($text: String!) { problems(filter: { text: $text }) { nodes { id } } }";
    for text in ["", " ，。", "\u{0}", &"灯".repeat(101)] {
        let answer = world.ask(&world.people.secretary, query, json!({ "text": text })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "TEXT_SIZE", "{text:?}: {answer}");
    }
    let all = "{ problems(filter: { text: null }) { nodes { id } } }";
    assert_eq!(world.data(&world.people.secretary, all, json!({})).await["problems"]["nodes"], json!([]));
}

/// Each reads by a word of a text alone what the text's own field shows them.
async fn finds_what_it_reads(world: &World, problem: &str, words: [(&str, &str); 4]) {
    for (name, viewer) in everyone(&world.people) {
        let seen = see(world, viewer, problem, "title report summary publicSummary visibility").await;
        for (field, word) in words {
            let reads =
                seen[field].as_str().is_some_and(|text| text.contains(word)) && seen["visibility"] != "CONFIDENTIAL";
            let found = find(world, viewer, word).await;
            let own = found.iter().find(|(id, _)| id == problem);
            assert_eq!(own.is_some(), reads, "{name} by {field}: {seen}");
            let shown = own.and_then(|(_, shown)| shown.clone());
            assert_eq!(
                shown.is_some_and(|shown| shown.contains(&format!("[{word}]"))),
                reads,
                "{name} is shown {field}"
            );
        }
        // A snippet can be asked of any problem in sight: it shows no text that is not shown itself.
        for (field, word) in words {
            let query = format!("snippet(text: \"{word}\") {{ parts {{ text }} }}");
            let snippet = see(world, viewer, problem, &query).await;
            let reads =
                seen[field].as_str().is_some_and(|text| text.contains(word)) && seen["visibility"] != "CONFIDENTIAL";
            assert_eq!(snippet["snippet"].is_object(), reads, "{name}: a snippet of {field}");
        }
    }
}

#[tokio::test]
async fn everyone_finds_by_the_texts_they_may_read_and_no_other() {
    let world = World::new().await;
    let lamp = accepted(&world, &LAMP).await;
    let words = [("report", "漆黑"), ("summary", "设施"), ("publicSummary", "修复"), ("title", "待处")];
    finds_what_it_reads(&world, &lamp, words).await;
    world.dispatch(&lamp).await;
    finds_what_it_reads(&world, &lamp, words).await;
    let cable = accepted(&world, &CABLE).await;
    let words = [("report", "电瓶车"), ("summary", "火灾"), ("publicSummary", "没有"), ("title", "待处")];
    finds_what_it_reads(&world, &cable, words).await;
    world.dispatch(&cable).await;
    finds_what_it_reads(&world, &cable, words).await;
}

#[tokio::test]
async fn the_party_complained_of_finds_nothing_by_the_complaint() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    assert_eq!(ids(&world, &people.property, "电梯").await, std::slice::from_ref(&problem), "by the summary");
    assert_eq!(ids(&world, &people.property, "已三个月").await, Vec::<String>::new(), "not by the report");
    assert_eq!(ids(&world, &people.secretary, "已三个月").await, [problem]);
}

#[tokio::test]
async fn nothing_is_found_by_a_name_or_a_telephone_number() {
    let world = World::new().await;
    let people = &world.people;
    let input = crate::problem::tests::world::with(
        world.complaint(),
        json!({ "reporterName": "王小明", "reporterPhone": "138-1234-1234", "consent": true, "channel": "HOUSEHOLD_VISIT" }),
    );
    let problem = world.run(&people.police, "reportProblem", "problem", input).await.unwrap();
    for text in ["王小明", "小明", "13812341234", "1381234", "138 1234 1234"] {
        assert_eq!(ids(&world, &people.secretary, text).await, Vec::<String>::new(), "{text}");
    }
    assert_eq!(ids(&world, &people.secretary, "不修电梯").await, [problem]);
}

#[tokio::test]
async fn a_confidential_problem_is_found_by_nobody() {
    let world = World::new().await;
    let people = &world.people;
    let input = crate::problem::tests::world::with(world.complaint(), json!({ "confidential": true }));
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    let words = [("report", "电梯"), ("summary", "物业"), ("publicSummary", "修复"), ("title", "久停")];
    finds_what_it_reads(&world, &problem, words).await;
    world.accept(&problem).await;
    finds_what_it_reads(&world, &problem, words).await;
    assert_eq!(problem_text::Entity::find().count(&world.app.db).await.unwrap(), 0, "it is not even kept");
    // One that becomes confidential is forgotten.
    let lamp = report(&world, &people.resident, LAMP.report).await;
    assert_eq!(ids(&world, &people.resident, "路灯").await, std::slice::from_ref(&lamp));
    let input = crate::problem::tests::world::with(world.acceptance(&lamp).await, json!({ "confidential": true }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    for (name, viewer) in everyone(people) {
        assert_eq!(ids(&world, viewer, "路灯").await, Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn the_index_follows_the_texts() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    let add = json!({ "problem": problem, "content": "昨晚又停了一次", "idempotencyKey": world.key() });
    world.run(&people.resident, "addToReport", "addition", add).await.unwrap();
    assert_eq!(
        find(&world, &people.resident, "又停了").await,
        [(problem.clone(), Some("ADDITION 昨晚[又停了]一次".to_owned()))]
    );
    assert_eq!(ids(&world, &people.neighbour, "曳引机").await, Vec::<String>::new());
    let mut input = world.closing(&problem).await;
    input["publicSummary"] = json!("曳引机已更换");
    world.run(&people.street, "closeProblem", "problem", input).await.unwrap();
    assert_eq!(
        find(&world, &people.neighbour, "曳引机").await,
        [(problem.clone(), Some("PUBLIC_SUMMARY [曳引机]已更换".to_owned()))]
    );
    // A text that was taken away is not found any more.
    let id = parse(&problem, prefix::PROBLEM).unwrap();
    let redacted =
        problem::ActiveModel { id: Unchanged(id), report: Set("（已删除）".into()), ..Default::default() };
    problem::Entity::update(redacted).exec(&world.app.db).await.unwrap();
    let tx = act::begin(&world.app.db).await.unwrap();
    index::keep(&tx, &world.app.vault, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&world, &people.secretary, "三个月").await, std::slice::from_ref(&problem), "by the summary still");
    assert_eq!(ids(&world, &people.secretary, "不修电梯").await, Vec::<String>::new());
}

#[tokio::test]
async fn the_whole_index_can_be_made_anew() {
    let world = World::new().await;
    let people = &world.people;
    let (lamp, cable) = (accepted(&world, &LAMP).await, accepted(&world, &CABLE).await);
    let db = &world.app.db;
    let before: Vec<Value> = rows(&world).await;
    assert_eq!(before.len(), 5);
    problem_text::Entity::delete_many().exec(db).await.unwrap();
    assert_eq!(ids(&world, &people.secretary, "路灯").await, Vec::<String>::new());
    for _ in 0..2 {
        assert_eq!(service::reindex(&world.app, |done, all| assert_eq!((done, all), (2, 2))).await.unwrap(), 2);
        assert_eq!(rows(&world).await, before);
        assert_eq!(ids(&world, &people.secretary, "路灯").await, std::slice::from_ref(&lamp));
        assert_eq!(ids(&world, &people.secretary, "飞线充电").await, std::slice::from_ref(&cable));
    }
    // One of a broken index: a problem that has become confidential meanwhile, and an audience too many.
    let hidden = problem::ActiveModel {
        id: Unchanged(parse(&cable, prefix::PROBLEM).unwrap()),
        visibility: Set(ProblemVisibility::Confidential),
        ..Default::default()
    };
    problem::Entity::update(hidden).exec(db).await.unwrap();
    assert_eq!(ids(&world, &people.secretary, "飞线充电").await, Vec::<String>::new(), "before the index knows");
    service::reindex(&world.app, |_, _| {}).await.unwrap();
    assert_eq!(rows(&world).await.len(), 3);
    let shared = problem_text::Entity::find().filter(problem_text::Column::Audience.eq(TextAudience::Shared));
    assert_eq!(shared.count(db).await.unwrap(), 1);
}

/// What is kept, without ids.
async fn rows(world: &World) -> Vec<Value> {
    let rows = problem_text::Entity::find().all(&world.app.db).await.unwrap();
    let mut rows: Vec<Value> =
        rows.iter().map(|row| json!([row.problem_id, row.audience, row.community_code, row.digest])).collect();
    rows.sort_by_key(Value::to_string);
    rows
}
