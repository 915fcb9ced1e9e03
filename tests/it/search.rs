//! Both databases find the same by the same words, through an index, and the demo's problems by theirs.

use std::collections::BTreeSet;

use entity::problem;
use entity::word::{ProblemVisibility, RegionLevel, Role};
use liufang::id::{TypeId, prefix};
use liufang::text::word;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};
use serde_json::json;

use crate::statements::Asked;
use crate::support::dice::Dice;
use crate::support::world::{COMMUNITY, World};
use crate::support::{Told, database};

/// Letters of all kinds, signs that databases and their indexes know, and what one reads of a community.
const LETTERS: [&str; 40] = [
    "路灯",
    "飞线",
    "充电",
    "红砖",
    "砖",
    "红",
    "路",
    "灯",
    "坏",
    "了",
    "的",
    "和",
    "三",
    "号楼",
    "物业",
    "电梯",
    "，",
    "。",
    "\n",
    " ",
    "'",
    "\"",
    "\\",
    "&",
    "|",
    "!",
    "*",
    ":",
    "<->",
    "AND",
    "or",
    "NEAR",
    "-1",
    "１２",
    "ＬＥＤ",
    "é",
    "😀",
    "𠮷",
    "㎡",
    "\u{200b}",
];

fn text(dice: &mut Dice, most: usize) -> String {
    (0..=dice.below(most)).map(|_| *dice.pick(&LETTERS)).collect()
}

/// What an index that keeps `text` finds by `sought`, told by going through all letters.
fn finds(text: &str, sought: &word::Sought) -> bool {
    let found = word::found_by(text, None);
    let letters: Vec<char> = found.letters.iter().flatten().copied().collect();
    let runs = sought.runs.iter().all(|run| letters.windows(run.len()).any(|part| part == run));
    let words = !sought.words.is_empty() && sought.words.iter().all(|word| found.words.contains(word));
    runs || words
}

both! {
    async fn texts_by_chance_are_found_by_what_is_in_them(db: Backing) {
        let world = World::new(db, 31, 90).await;
        let secretary = world.viewer(Role::Secretary).clone();
        let mut dice = Dice::new(77);
        let all = "query { problems(first: 100) { nodes { id report } } }";
        let seen = world.data(&secretary, all, json!({})).await;
        let reported: BTreeSet<String> = seen["problems"]["nodes"].as_array().unwrap().iter()
            .filter(|row| row["report"].is_string()).map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        let mut texts: Vec<(String, [String; 3])> = vec![];
        for row in world.data.problems.iter().filter(|row| row.visibility != ProblemVisibility::Confidential) {
            let id = TypeId(prefix::PROBLEM, row.id).to_string();
            let report = format!("事{}", text(&mut dice, 30));
            let change = problem::ActiveModel {
                id: Unchanged(row.id), report: Set(report.clone()), place: Set(None), ..Default::default()
            };
            problem::Entity::update(change).exec(&world.app.db).await.unwrap();
            if reported.contains(&id) {
                let shared: Vec<String> = row.title.iter().chain(&row.summary).cloned().collect();
                let mut added: Vec<_> = world.data.additions.iter().filter(|one| one.problem_id == row.id).collect();
                added.sort_by_key(|one| (one.created_at, one.id));
                let report = std::iter::once(report).chain(added.into_iter().map(|one| one.content.clone()));
                // Nobody knows which of its words are the name that was erased: it is found by none of them.
                let report = report.filter(|_| !world.data.erased(row));
                texts.push((id, [report.collect::<Vec<_>>().join("\n"), shared.join("\n"), row.public_summary.clone().unwrap_or_default()]));
            }
        }
        liufang::search::service::reindex(&world.app, |_, _| {}).await.unwrap_or_else(|error| panic!("{error:?}"));
        let query = "query($text: String!) { problems(first: 100, filter: { text: $text }) { nodes { id snippet(text: $text) { parts { text } } } } }";
        let (mut hits, mut misses) = (0, 0);
        for _ in 0..250 {
            let asked = text(&mut dice, 3);
            let Some(sought) = word::sought(&asked) else {
                assert_eq!(world.refusal(&secretary, query, json!({ "text": asked })).await, "TEXT_SIZE");
                continue;
            };
            let data = world.data(&secretary, query, json!({ "text": asked })).await;
            let nodes = data["problems"]["nodes"].as_array().unwrap();
            let found: BTreeSet<&str> = nodes.iter().map(|row| row["id"].as_str().unwrap()).collect();
            for (id, texts) in &texts {
                let wanted = texts.iter().any(|text| finds(text, &sought));
                assert_eq!(found.contains(id.as_str()), wanted, "{asked:?} in {texts:?}");
                if wanted { hits += 1 } else { misses += 1 }
            }
            assert!(nodes.iter().all(|row| row["snippet"].is_object()), "{asked:?}: what is found is shown");
        }
        assert!(hits > 500 && misses > 500, "{hits} {misses}");
    }

    /// Whoever looks for whatever: a problem is found where one of the texts that the caller is shown has it.
    async fn everybody_finds_by_what_they_are_shown(db: Backing) {
        let world = World::new(db, 32, 80).await;
        let all = "query { problems(first: 100) { nodes { id visibility title report summary publicSummary place
            additions(first: 10) { nodes { content } } } } }";
        let query = "query($text: String!) { problems(first: 100, filter: { text: $text }) {
            nodes { id snippet(text: $text) { source parts { text hit } } } } }";
        let (mut hits, mut misses) = (0, 0);
        for viewer in &world.viewers {
            let seen = world.data(viewer, all, json!({})).await;
            for asked in ["报告", "电话", "title", "summary", "public", "place", "addition", "报告1", "12"] {
                let data = world.data(viewer, query, json!({ "text": asked })).await;
                let nodes = data["problems"]["nodes"].as_array().unwrap();
                for row in seen["problems"]["nodes"].as_array().unwrap() {
                    let kept = world.data.problems.iter().find(|one| row["id"] == TypeId(prefix::PROBLEM, one.id).to_string());
                    let erased = world.data.erased(kept.unwrap());
                    // Before it is accepted, the title is the report's first line.
                    let titled = !erased || kept.unwrap().title.is_some();
                    let report = [&row["report"], &row["place"]].into_iter()
                        .chain(row["additions"]["nodes"].as_array().unwrap().iter().map(|one| &one["content"]));
                    let shown: Vec<&str> = ["title", "summary", "publicSummary"].iter()
                        .filter(|name| titled || **name != "title").map(|name| &row[*name])
                        .chain(report.filter(|_| !erased))
                        .filter_map(|text| text.as_str())
                        .collect();
                    let wanted = row["visibility"] != "CONFIDENTIAL" && shown.iter().any(|text| text.contains(asked));
                    let found = nodes.iter().find(|found| found["id"] == row["id"]);
                    assert_eq!(found.is_some(), wanted, "{:?} {asked} {row}", viewer.role);
                    if let Some(found) = found {
                        let parts = found["snippet"]["parts"].as_array().unwrap();
                        let whole: String = parts.iter().map(|part| part["text"].as_str().unwrap()).collect();
                        assert!(shown.iter().any(|text| text.contains(whole.trim_matches('…'))) || whole.contains('\n'), "{:?} {whole} {row}", viewer.role);
                        hits += 1;
                    } else {
                        misses += 1;
                    }
                }
            }
        }
        assert!(hits > 200 && misses > 200, "{hits} {misses}");
    }

    async fn a_text_is_looked_for_in_its_index_by_one_statement(db: Backing) {
        let mut world = World::new(db, 33, 60).await;
        let asked = Asked::listen(&mut world);
        let explaining = world.connection().await;
        let postgres = world.app.db.get_database_backend() == DbBackend::Postgres;
        if postgres {
            // The tables are small still.
            explaining.execute_unprepared("SET enable_seqscan = off").await.unwrap();
        }
        let query = "query($text: String!) { problems(first: 20, filter: { text: $text }) { nodes { id title snippet(text: $text) { source parts { text hit } } } } }";
        for viewer in &world.viewers {
            for text in ["报告", "路灯 红砖", "电"] {
                asked.take();
                world.data(viewer, query, json!({ "text": text })).await;
                let statements = asked.take();
                assert_eq!(statements.len(), 1, "{:?} {text}", viewer.role);
                let statement = &statements[0];
                let words = if postgres { "EXPLAIN " } else { "EXPLAIN QUERY PLAN " };
                let explain = Statement { sql: format!("{words}{}", statement.sql), ..statement.clone() };
                let rows = explaining.query_all_raw(explain).await.unwrap();
                let column = if postgres { 0 } else { 3 };
                let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
                let plan = lines.join("\n");
                if postgres {
                    assert!(plan.contains("Bitmap Index Scan on problem_text_tokens"), "{plan}");
                    assert!(!plan.contains("Seq Scan on problem_text"), "{plan}");
                } else {
                    assert!(plan.contains("SCAN problem_text_index VIRTUAL TABLE INDEX"), "{plan}");
                    assert!(plan.contains("SEARCH problem_text USING INTEGER PRIMARY KEY"), "{plan}");
                }
            }
        }
    }

    async fn what_is_alike_is_looked_for_near_it_through_an_index(db: Backing) {
        let mut world = World::new(db, 35, 60).await;
        let asked = Asked::listen(&mut world);
        let explaining = world.connection().await;
        let postgres = world.app.db.get_database_backend() == DbBackend::Postgres;
        if postgres {
            explaining.execute_unprepared("SET enable_seqscan = off").await.unwrap();
        }
        let secretary = world.viewer(Role::Secretary).clone();
        let open = |row: &&problem::Model| row.visibility != ProblemVisibility::Confidential && row.community_code == COMMUNITY;
        let office = |row: &&problem::Model| open(row) && row.handled_by == RegionLevel::Community;
        let like = |row: &problem::Model| {
            let id = TypeId(prefix::PROBLEM, row.id);
            format!("{{ similarProblems(problem: \"{id}\") {{ problem likeness }} }}")
        };
        // One of which the office is not complained of.
        let mut grid = None;
        for row in world.data.problems.iter().filter(|row| office(row) && row.grid_id.is_some()) {
            asked.take();
            world.data(&secretary, &like(row), json!({})).await;
            if asked.take().len() == 2 {
                grid = Some(row);
            }
        }
        let grid = grid.unwrap();
        let of = |grid: &str| format!("{{ similarPublicProblems(text: \"报告\", communityCode: \"{COMMUNITY}\"{grid}) {{ problem likeness }} }}");
        let in_grid = format!(", grid: \"{}\"", TypeId(prefix::GRID, grid.grid_id.unwrap()));
        for (document, count, indexes) in [
            (like(grid), 2, ["problem_grid", "problem_community"]),
            (of(&in_grid), 1, ["problem_grid", "problem_community"]),
            (of(""), 1, ["problem_community", "problem_community"]),
        ] {
            asked.take();
            world.data(&secretary, &document, json!({})).await;
            let statements = asked.take();
            assert_eq!(statements.len(), count, "{document}");
            let statement = statements.last().unwrap();
            let words = if postgres { "EXPLAIN " } else { "EXPLAIN QUERY PLAN " };
            let explain = Statement { sql: format!("{words}{}", statement.sql), ..statement.clone() };
            let rows = explaining.query_all_raw(explain).await.unwrap();
            let column = if postgres { 0 } else { 3 };
            let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
            // Days of a community, or of a grid: either is bounded.
            assert!(lines.iter().any(|line| indexes.iter().any(|index| line.contains(index))), "{document} {}", lines.join("\n"));
        }
    }

    async fn the_index_is_made_anew_from_the_command_line(db: Backing) {
        use base64::Engine;
        let world = World::new(db, 34, 30).await;
        let secretary = world.viewer(Role::Secretary).clone();
        let found = async || {
            let data = world.data(&secretary, "{ problems(first: 100, filter: { text: \"报告\" }) { nodes { id } } }", json!({})).await;
            data["problems"]["nodes"].as_array().unwrap().len()
        };
        let before = found().await;
        world.app.db.execute_unprepared("DELETE FROM problem_text").await.unwrap();
        assert_eq!((before > 2, found().await), (true, 0), "{before}");
        let key = base64::engine::general_purpose::STANDARD.encode(database::SECRET_KEY);
        let mut reindex = std::process::Command::new(env!("CARGO_BIN_EXE_liufang"));
        reindex.args(["search", "reindex", "--json"]).env("DATABASE_URL", &world.app.config.database.url).env("LIUFANG_SECRET_KEY", key);
        let output = reindex.output().unwrap();
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        assert_eq!(told, json!({ "problems": world.data.problems.len() }));
        assert_eq!(found().await, before);
    }

    async fn the_demos_problems_are_found_by_their_words(db: Backing) {
        let told = Told::on(db).await;
        let found = async |who: &str, text: &str| {
            let document = format!("{{ problems(first: 100, filter: {{ text: \"{text}\" }}) {{
                nodes {{ community {{ code }} snippet(text: \"{text}\") {{ parts {{ text hit }} }} }} }} }}");
            let data = told.data(who, &document).await;
            let nodes = data["problems"]["nodes"].as_array().unwrap().clone();
            for node in &nodes {
                let parts = node["snippet"]["parts"].as_array().unwrap();
                assert!(parts.iter().any(|part| part["hit"] == true), "{who} {text}: {node}");
            }
            nodes.into_iter().map(|node| node["community"]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for text in ["路灯", "飞线充电", "红砖", "砖"] {
            let secretary = found("SECRETARY", text).await;
            assert!(!secretary.is_empty() && secretary.iter().all(|code| code == "321181402001"), "{text}: {secretary:?}");
            assert!(found("foreign", text).await.iter().all(|code| code == "321181101001"), "{text}");
        }
        for (who, text) in [("foreign", "路灯"), ("foreign", "飞线充电"), ("RESIDENT", "红砖"), ("SUPERVISOR", "飞线充电")] {
            assert!(!found(who, text).await.is_empty(), "{who} {text}");
        }
        assert_eq!(found("SECRETARY", "没有这样的事").await, Vec::<String>::new());
    }
}
