//! Limits: which holds where, what a pause does to them, and what a change leaves of both.

use chrono::TimeDelta;
use entity::word::ProblemStatus;
use entity::{deadline_backlog, event};
use proptest::prelude::*;
use sea_orm::PaginatorTrait;
use serde_json::{Value, json};

use super::*;
use crate::act::Call;
use crate::calendar::file;
use crate::calendar::service::load;
use crate::policy::Viewer;
use crate::problem::service::{Case, clock, deadline, write};
use crate::problem::tests::world::{COMMUNITY, COUNTY, NEIGHBOUR, STREET, World, see, with};

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
}

fn limits() -> Limits {
    let work = crate::calendar::Calendar::new(std::collections::BTreeMap::new()).work_time(COMMUNITY);
    Limits { set: vec![], work: Arc::new(work) }
}

#[test]
fn by_default_working_time_skips_nights_weekends_and_holidays() {
    for (limit, from, to) in [
        (Limit::Triage, "2026-03-02T09:30", "2026-03-02T13:30"),
        (Limit::Triage, "2026-03-06T16:59", "2026-03-09T12:59"),
        (Limit::Triage, "2026-02-13T15:00", "2026-02-14T11:00"),
        (Limit::Triage, "2026-02-14T15:00", "2026-02-24T11:00"),
        (Limit::Handle, "2026-03-07T23:00", "2026-03-16T09:00"),
        (Limit::Handle, "2026-02-11T10:00", "2026-02-25T10:00"),
        (Limit::TriageUrgent, "2026-02-14T23:50", "2026-02-15T00:20"),
        (Limit::Acknowledge, "2026-03-06T18:00", "2026-03-09T18:00"),
    ] {
        assert_eq!(limits().ends(limit, Matter::default(), at(from)), at(to), "{limit:?} from {from}");
    }
}

#[test]
fn disputes_take_as_long_as_they_are_hard() {
    let dispute = Matter { domain: Some(ProblemDomain::ResidentDispute), ..Matter::default() };
    let complex = Matter { complexity: Some(ProblemComplexity::Complex), ..dispute };
    assert_eq!(Limit::of(complex), Limit::DisputeComplex);
    assert_eq!(Limit::of(dispute), Limit::DisputeOrdinary);
    assert_eq!(Limit::of(Matter { urgent: true, ..dispute }), Limit::HandleUrgent);
    assert_eq!(Limit::of(Matter { domain: Some(ProblemDomain::Safety), ..complex }), Limit::Handle);
    for limit in Limit::ALL {
        assert_eq!(Limit::parse(limit.name()), Some(limit));
    }
}

proptest! {
    /// Whatever the pauses: what ran until the due time is the limit.
    #[test]
    fn what_a_clock_ran_until_it_is_due_is_its_limit(
        start in 0_i64..60 * 1440, spans in proptest::collection::vec((1_i64..3000, 1_i64..6000), 0..5),
    ) {
        let limits = limits();
        let begun = at("2026-01-20T00:00") + TimeDelta::minutes(start);
        let mut clock = Clock { rule: Limit::Triage, chosen_at: None, step_started_at: begun, segments: vec![] };
        let mut now = begun;
        for (ran, stood) in &spans {
            clock.segments.push((now, Some(now + TimeDelta::minutes(*ran))));
            now += TimeDelta::minutes(ran + stood);
        }
        prop_assert!(clock.segments.is_empty() || limits.runs(&clock, Matter::default()).is_none());
        clock.segments.push((now, None));
        let (from, due) = limits.runs(&clock, Matter::default()).unwrap();
        prop_assert_eq!(limits.work.between(from, due), TimeDelta::hours(4));
        let ran = clock.segments.iter().map(|(from, to)| {
            let to = to.map_or(due, |to| to.min(due));
            if to > *from { limits.work.between(*from, to) } else { TimeDelta::zero() }
        });
        prop_assert_eq!(ran.sum::<TimeDelta>(), TimeDelta::hours(4));
        let urgent = Clock { rule: Limit::TriageUrgent, ..clock };
        let (from, due) = limits.runs(&urgent, Matter::default()).unwrap();
        prop_assert_eq!(due - from, TimeDelta::minutes(30));
        let ran = urgent.segments.iter().map(|(from, to)| to.map_or(due, |to| to.min(due)) - *from);
        prop_assert_eq!(ran.filter(|span| *span > TimeDelta::zero()).sum::<TimeDelta>(), TimeDelta::minutes(30));
    }
}

const SHOWN: &str = "timeLimit { regionCode step urgent domain nature complexity amount unit revision }";

async fn run(world: &World, viewer: &Viewer, name: &str, input: Value) -> Value {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let query =
        format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ {SHOWN} userErrors {{ code path }} }} }}");
    let mut answer = world.ask(viewer, &query, json!({ "input": input })).await;
    if answer.get("errors").is_some() { answer } else { answer["data"][name].take() }
}

async fn set(world: &World, viewer: &Viewer, region: i64, more: Value) -> Value {
    let input = json!({ "regionCode": region.to_string(), "step": "HANDLE", "amount": 3, "unit": "WORKING_DAYS" });
    run(world, viewer, "setTimeLimit", with(input, more)).await
}

fn code(answer: &Value) -> &str {
    answer["userErrors"][0]["code"].as_str().or(answer["errors"][0]["extensions"]["code"].as_str()).unwrap_or("done")
}

async fn listed(world: &World, region: i64) -> Vec<(Value, Value, Value, Value)> {
    let query = "query($region: String!) { timeLimits(region: $region) { regionCode step urgent domain complexity amount unit } }";
    let mut data = world.data(&world.people.secretary, query, json!({ "region": region.to_string() })).await;
    let Value::Array(all) = data["timeLimits"].take() else { panic!("no limits") };
    let handled = all.into_iter().filter(|one| one["step"] == "HANDLE" && one["urgent"] == false);
    handled
        .map(|one| (one["regionCode"].clone(), one["domain"].clone(), one["complexity"].clone(), one["amount"].clone()))
        .collect()
}

#[tokio::test]
async fn only_the_street_and_the_secretary_set_limits_and_in_their_region() {
    let world = World::new().await;
    let people = &world.people;
    for viewer in [
        &people.supervisor,
        &people.police,
        &people.city,
        &people.lawyer,
        &people.property,
        &people.owner,
        &people.grid_worker,
        &people.helper,
        &people.resident,
    ] {
        assert_eq!(code(&set(&world, viewer, COMMUNITY, json!({})).await), "VALIDATION_FAILED", "{:?}", viewer.role);
    }
    assert_eq!(code(&set(&world, &people.secretary, STREET, json!({})).await), "NOT_FOUND");
    assert_eq!(code(&set(&world, &people.secretary, NEIGHBOUR, json!({})).await), "NOT_FOUND");
    assert_eq!(code(&set(&world, &people.street, COUNTY, json!({})).await), "NOT_FOUND");
    for (more, refused) in [
        (json!({ "amount": 0 }), "OUT_OF_RANGE"),
        (json!({ "amount": 367 }), "OUT_OF_RANGE"),
        (json!({ "step": "TRIAGE", "domain": "SAFETY" }), "INVALID_VALUE"),
        (json!({ "step": "TRIAGE", "complexity": "SIMPLE" }), "INVALID_VALUE"),
        (json!({ "expectedRevision": "x" }), "NOT_FOUND"),
    ] {
        assert_eq!(code(&set(&world, &people.secretary, COMMUNITY, more.clone()).await), refused, "{more}");
    }
    let made = set(&world, &people.secretary, COMMUNITY, json!({})).await;
    assert_eq!(code(&made), "done", "{made}");
    assert_eq!(code(&set(&world, &people.secretary, COMMUNITY, json!({ "amount": 4 })).await), "REVISION_CONFLICT");
    let revision = made["timeLimit"]["revision"].clone();
    let again = json!({ "amount": 4, "expectedRevision": revision });
    let again = set(&world, &people.street, COMMUNITY, again).await;
    assert_eq!((code(&again), &again["timeLimit"]["amount"]), ("done", &json!(4)));
    let remove = |revision: &Value| json!({ "regionCode": COMMUNITY.to_string(), "step": "HANDLE", "expectedRevision": revision });
    assert_eq!(code(&run(&world, &people.secretary, "removeTimeLimit", remove(&revision)).await), "REVISION_CONFLICT");
    let removal = remove(&again["timeLimit"]["revision"]);
    assert_eq!(code(&run(&world, &people.secretary, "removeTimeLimit", removal.clone()).await), "done");
    assert_eq!(code(&run(&world, &people.secretary, "removeTimeLimit", removal).await), "NOT_FOUND");
}

#[tokio::test]
async fn the_nearest_regions_most_specific_limit_holds() {
    let world = World::new().await;
    let people = &world.people;
    let defaults = listed(&world, COMMUNITY).await;
    assert_eq!(defaults.iter().map(|one| one.3.as_i64().unwrap()).collect::<Vec<_>>(), [1, 20, 7, 5]);
    set(&world, &people.street, STREET, json!({ "amount": 6 })).await;
    set(&world, &people.street, STREET, json!({ "amount": 9, "domain": "SAFETY", "nature": "EVENT" })).await;
    set(&world, &people.secretary, COMMUNITY, json!({ "amount": 2, "domain": "SAFETY" })).await;
    let tx = crate::act::begin(&world.app.db).await.unwrap();
    let here = Limits::held(&tx, &world.app.calendars, COMMUNITY).await.unwrap();
    let there = Limits::held(&tx, &world.app.calendars, NEIGHBOUR).await.unwrap();
    drop(tx);
    let of = |domain, nature| Matter { domain: Some(domain), nature: Some(nature), ..Matter::default() };
    let event = of(ProblemDomain::Safety, ProblemNature::Event);
    for (limits, matter, days) in [
        (&here, event, 2),
        (&there, event, 9),
        (&there, of(ProblemDomain::Safety, ProblemNature::Component), 6),
        (&here, of(ProblemDomain::ResidentDispute, ProblemNature::Event), 6),
    ] {
        assert_eq!(limits.span(Limit::Handle, matter), Span::WorkingDays(days));
    }
    // What is set for others leaves urgent ones alone.
    assert_eq!(here.span(Limit::HandleUrgent, Matter { urgent: true, ..event }), Span::Clock(TimeDelta::hours(24)));
    assert_eq!(here.span(Limit::Acknowledge, event), Span::WorkingDays(1));
    let regions: Vec<_> = listed(&world, COMMUNITY).await.into_iter().map(|one| (one.0, one.3)).collect();
    assert_eq!(regions, [(json!(COMMUNITY.to_string()), json!(2)), (json!(STREET.to_string()), json!(6))]);
}

/// The office suspends a problem's clocks, or lets them go on.
async fn clocks(world: &World, problem: &str, go_on: bool) {
    let call = Call { app: &world.app, viewer: &world.people.secretary, command: "test", digest: vec![] };
    let mut act = call.begin().await.unwrap();
    let id = crate::id::parse(problem, crate::id::prefix::PROBLEM).unwrap();
    let case = Case::of(&act, id, "problem").await.unwrap();
    let mut change = case.change();
    if go_on {
        clock::resume(&act, &case.row, &mut change).await.unwrap();
    } else {
        clock::pause(&act, &case.row, &mut change).await.unwrap();
    }
    write(&act, change).await.unwrap();
    act.emit(case.event(crate::event::Kind::TextOverridden));
    act.commit().await.unwrap();
}

async fn under_way(world: &World) -> String {
    let problem = world.report(&world.people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.acknowledge(&world.people.city, &problem).await;
    problem
}

fn holiday(days: &str) -> file::File {
    file::parse(&format!("source = \"x\"\nyears = [2026]\n{days}")).unwrap()
}

#[tokio::test]
async fn a_changed_holiday_moves_the_deadline_and_loses_no_pause() {
    let world = World::new().await;
    let problem = under_way(&world).await;
    let due = async || world.row(&problem).await.due_at;
    // Dispatched on Monday at noon: five working days.
    let first = due().await.unwrap();
    assert!(at("2026-03-09T12:00") < first && first < at("2026-03-09T12:01"), "{first}");
    world.wait(TimeDelta::days(1));
    Box::pin(clocks(&world, &problem, false)).await;
    assert_eq!(due().await, None);
    let remaining = see(&world, &world.people.secretary, &problem, "dueAt overdue remaining { workingMinutes }").await;
    assert_eq!(remaining, json!({ "dueAt": null, "overdue": false, "remaining": null }));
    world.wait(TimeDelta::days(2));
    Box::pin(clocks(&world, &problem, true)).await;
    assert_eq!(due().await, Some(first + TimeDelta::days(2)));
    // A holiday that is found out later, before the pause, within it, and after it.
    let days = "[[holiday]]\nname = \"停工\"\nday = 2026-03-04\n[[holiday]]\nname = \"停工\"\nday = 2026-03-10";
    load(&world.app, COMMUNITY, &holiday(days)).await.unwrap();
    assert_eq!(deadline::reckon_all(&world.app, |_, _| {}).await.unwrap(), 1);
    // The 4th is no part of the pause any more, but the limit loses it too; the 10th is lost to both.
    assert_eq!(due().await, Some(first + TimeDelta::days(3)));
    let moved =
        event::Entity::find().filter(event::Column::Kind.eq("deadline.moved")).all(&world.app.db).await.unwrap();
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].data["tasks"].as_array().unwrap().len(), 2);
    // Taken back, it is what it was; again, nothing moves.
    load(&world.app, COMMUNITY, &holiday("")).await.unwrap();
    assert_eq!(deadline::reckon_all(&world.app, |_, _| {}).await.unwrap(), 1);
    assert_eq!(due().await, Some(first + TimeDelta::days(2)));
    assert_eq!(deadline::reckon_all(&world.app, |_, _| {}).await.unwrap(), 0);
}

#[tokio::test]
async fn a_changed_limit_reckons_open_problems_anew_and_a_chosen_deadline_stays() {
    let world = World::new().await;
    let people = &world.people;
    let problem = under_way(&world).await;
    let first = world.row(&problem).await.due_at.unwrap();
    let chosen = world.report(&people.resident).await;
    world.accept(&chosen).await;
    let input = json!({
        "problem": chosen, "expectedRevision": world.revision(&chosen).await, "dueAt": "2026-03-20T12:00:00+08:00",
        "lead": { "party": world.party(entity::word::PartyKind::CityManagement) },
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    world.acknowledge(&people.city, &chosen).await;
    set(&world, &people.street, STREET, json!({ "amount": 2 })).await;
    assert_eq!(world.row(&problem).await.due_at, Some(first - TimeDelta::days(5)));
    assert_eq!(world.row(&chosen).await.due_at, Some(at("2026-03-20T12:00")));
    assert_eq!(world.row(&chosen).await.due_rule.as_deref(), Some("CHOSEN"));
    assert_eq!(deadline_backlog::Entity::find().count(&world.app.db).await.unwrap(), 0);
    // Its pauses count all the same: two working days of them.
    world.wait(TimeDelta::days(1));
    Box::pin(clocks(&world, &chosen, false)).await;
    world.wait(TimeDelta::days(2));
    Box::pin(clocks(&world, &chosen, true)).await;
    assert_eq!(world.row(&chosen).await.due_at, Some(at("2026-03-24T12:00")));
    // A step that is not the lead's goes by its own clock.
    let verified = world.handled().await;
    let before = world.row(&verified).await;
    assert_eq!((before.status, before.due_rule.as_deref()), (ProblemStatus::AwaitingVerification, Some("VERIFY")));
    set(&world, &people.secretary, COMMUNITY, json!({ "step": "VERIFY", "amount": 30, "unit": "CLOCK_MINUTES" })).await;
    let after = world.row(&verified).await;
    assert!(after.due_at < before.due_at && after.revision == before.revision);
}

#[tokio::test]
async fn what_waits_is_done_by_whoever_comes_next() {
    let world = World::new().await;
    let problem = under_way(&world).await;
    let first = world.row(&problem).await.due_at.unwrap();
    load(&world.app, STREET, &holiday("[[holiday]]\nname = \"停工\"\nday = 2026-03-03")).await.unwrap();
    // Stopped here: nothing moved, and it is written down that it has to.
    assert_eq!(world.row(&problem).await.due_at, Some(first));
    assert_eq!(deadline_backlog::Entity::find().count(&world.app.db).await.unwrap(), 2);
    let mut told = vec![];
    assert_eq!(deadline::reckon_all(&world.app, |done, all| told.push((done, all))).await.unwrap(), 1);
    assert_eq!(told, [(0, 2), (1, 2), (2, 2)]);
    assert_eq!(world.row(&problem).await.due_at, Some(first + TimeDelta::days(1)));
}

#[tokio::test]
async fn remaining_is_told_in_working_time_and_on_the_clock() {
    let world = World::new().await;
    let problem = under_way(&world).await;
    let look = async || {
        see(
            &world,
            &world.people.secretary,
            &problem,
            "overdue remaining { workingMinutes clockMinutes } tasks { nodes { role remaining { workingMinutes } } }",
        )
        .await
    };
    let due = world.row(&problem).await.due_at.unwrap();
    world.app.clock.stop_at(due - TimeDelta::days(3));
    let seen = look().await;
    // From Friday noon to Monday noon.
    assert_eq!(seen["remaining"], json!({ "workingMinutes": 480, "clockMinutes": 4320 }));
    let tasks = seen["tasks"]["nodes"].as_array().unwrap();
    for task in tasks {
        let left = if task["role"] == "READ" { json!(null) } else { json!({ "workingMinutes": 480 }) };
        assert_eq!(task["remaining"], left);
    }
    world.app.clock.stop_at(due + TimeDelta::seconds(90));
    assert_eq!(look().await["remaining"], json!({ "workingMinutes": -2, "clockMinutes": -2 }));
    assert_eq!(look().await["overdue"], true);
    world.app.clock.stop_at(due);
    assert_eq!(look().await["remaining"], json!({ "workingMinutes": 0, "clockMinutes": 0 }));
}

#[tokio::test]
async fn a_task_from_before_there_were_clocks_keeps_its_time_over_a_pause() {
    let world = World::new().await;
    let problem = under_way(&world).await;
    entity::clock_segment::Entity::delete_many().exec(&world.app.db).await.unwrap();
    let first = world.row(&problem).await.due_at.unwrap();
    Box::pin(clocks(&world, &problem, false)).await;
    world.wait(TimeDelta::days(1));
    Box::pin(clocks(&world, &problem, true)).await;
    assert_eq!(world.row(&problem).await.due_at, Some(first + TimeDelta::days(1)));
}

async fn asks(world: &World, problem: &str, name: &str, shown: &str, more: Value) -> Result<String, Value> {
    let task = world.task(&world.people.city, problem).await;
    let input = json!({ "task": task, "expectedRevision": world.revision(problem).await, "reason": "配件未到" });
    world.run(&world.people.city, name, shown, with(input, more)).await
}

async fn more_time(world: &World, problem: &str, until: DateTime<Utc>) -> Result<String, Value> {
    let until = crate::read::shape::format_time(until);
    asks(world, problem, "requestExtension", "extension", json!({ "until": until })).await
}

/// Suspends it for so long.
async fn pause(world: &World, problem: &str, span: TimeDelta) {
    let ask = json!({ "until": "2026-03-30" });
    let asked = asks(world, problem, "requestSuspension", "suspension", ask).await.unwrap();
    let decide = json!({ "suspension": asked, "approve": true, "expectedRevision": world.revision(problem).await });
    world.run(&world.people.secretary, "decideSuspension", "suspension", decide).await.unwrap();
    world.wait(span);
    let resume = json!({ "problem": problem, "expectedRevision": world.revision(problem).await });
    world.run(&world.people.city, "resumeProblem", "problem", resume).await.unwrap();
}

async fn grant(world: &World, extension: &str, problem: &str, until: DateTime<Utc>) -> Result<String, Value> {
    let input = json!({
        "extension": extension, "approve": true, "until": crate::read::shape::format_time(until),
        "expectedRevision": world.revision(problem).await,
    });
    world.run(&world.people.street, "decideExtension", "extension", input).await
}

#[tokio::test]
async fn an_extension_is_by_half_of_the_limit_and_pauses_make_it_no_longer() {
    let world = World::new().await;
    let problem = under_way(&world).await;
    pause(&world, &problem, TimeDelta::days(7)).await;
    // Monday noon; the limit is of five days, of which half ends on Thursday morning.
    let due = world.row(&problem).await.due_at.unwrap();
    let refused = more_time(&world, &problem, due + TimeDelta::days(3)).await.unwrap_err();
    assert_eq!(refused["code"], "OUT_OF_RANGE");
    more_time(&world, &problem, due + TimeDelta::days(2)).await.unwrap();
}

#[tokio::test]
async fn an_extension_that_is_asked_for_moves_with_the_limit_that_it_is_of() {
    let world = World::new().await;
    let problem = under_way(&world).await;
    let due = world.row(&problem).await.due_at.unwrap();
    let extension = more_time(&world, &problem, due + TimeDelta::days(2)).await.unwrap();
    let other = under_way(&world).await;
    let soon = world.row(&other).await.due_at.unwrap() + TimeDelta::hours(1);
    let overtaken = more_time(&world, &other, soon).await.unwrap();
    load(&world.app, COMMUNITY, &holiday("[[holiday]]\nname = \"停工\"\nday = 2026-03-05")).await.unwrap();
    deadline::reckon_all(&world.app, |_, _| {}).await.unwrap();
    let later = world.row(&problem).await.due_at.unwrap();
    assert_eq!(later, due + TimeDelta::days(1));
    // What was asked for has come to be less than what there is: it can be refused alone.
    assert_eq!(grant(&world, &overtaken, &other, soon).await.unwrap_err()["code"], "OUT_OF_RANGE");
    let refuse = json!({
        "extension": overtaken, "approve": false, "reason": "已顺延", "expectedRevision": world.revision(&other).await,
    });
    world.run(&world.people.street, "decideExtension", "extension", refuse).await.unwrap();
    let status = async || {
        let seen = see(&world, &world.people.secretary, &problem, "extensions(first: 1) { nodes { status } }").await;
        seen["extensions"]["nodes"][0]["status"].clone()
    };
    world.app.clock.stop_at(due + TimeDelta::minutes(1));
    crate::scheduler::tick(&world.app).await.unwrap();
    assert_eq!(status().await, "PENDING");
    let shorter = grant(&world, &extension, &problem, due + TimeDelta::hours(2)).await.unwrap_err();
    assert_eq!(shorter["code"], "OUT_OF_RANGE", "what is granted is later than what holds");
    world.app.clock.stop_at(later);
    crate::scheduler::tick(&world.app).await.unwrap();
    assert_eq!(status().await, "LAPSED");
}

#[tokio::test]
async fn a_pause_of_an_urgent_problem_counts_on_the_clock_whoever_chose_its_limit() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let input = with(world.acceptance(&problem).await, json!({ "urgent": true }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    world.dispatch(&problem).await;
    world.acknowledge(&people.city, &problem).await;
    let first = world.row(&problem).await.due_at.unwrap();
    let extension = more_time(&world, &problem, first + TimeDelta::hours(6)).await.unwrap();
    grant(&world, &extension, &problem, first + TimeDelta::hours(6)).await.unwrap();
    // From Monday evening on, for ten hours of the night.
    world.wait(TimeDelta::hours(8));
    let row = world.row(&problem).await;
    let paused = world.app.clock.now();
    pause(&world, &problem, TimeDelta::hours(10)).await;
    let again = world.row(&problem).await;
    assert_eq!((row.due_rule.as_deref(), again.due_rule.as_deref()), (Some("CHOSEN"), Some("CHOSEN")));
    let lost = world.app.clock.now() - paused;
    assert!(again.due_at.unwrap() - row.due_at.unwrap() > lost - TimeDelta::minutes(1), "{lost}");
}
