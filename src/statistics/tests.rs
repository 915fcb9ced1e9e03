//! Statistics through the door.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::period::{Period, Span};
use crate::policy::Viewer;
use crate::problem::tests::world::{COMMUNITY, COUNTY, NEIGHBOUR, World};

const ALL: &str = "query($region: String!, $period: Period!) { problemStatistics(region: $region, period: $period) { reported solved unfounded open overdue suppressed byDomain { domain reported solved } byStatus { status count } byParty { name kind solved } byMonth { month reported solved suppressed } } }";

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn period() -> Period {
    Period { half: None, quarter: None, month: None, year: None, range: None }
}

async fn ask(world: &World, viewer: &Viewer, region: i64, period: Value) -> Value {
    let mut answer = world.ask(viewer, ALL, json!({ "region": region.to_string(), "period": period })).await;
    if answer.get("errors").is_some() {
        answer["errors"][0]["extensions"]["code"].take()
    } else {
        answer["data"]["problemStatistics"].take()
    }
}

#[test]
fn periods_begin_and_end_at_midnight_of_the_places_served() {
    let half = Span::of(&Period { half: Some("2026-H1".into()), ..period() }).unwrap();
    assert_eq!((half.from, half.to), (at("2026-01-01T00:00:00+08:00"), at("2026-07-01T00:00:00+08:00")));
    let quarter = Span::of(&Period { quarter: Some("2026-Q4".into()), ..period() }).unwrap();
    assert_eq!((quarter.from, quarter.to), (at("2026-10-01T00:00:00+08:00"), at("2027-01-01T00:00:00+08:00")));
    let month = Span::of(&Period { month: Some("2026-03".into()), ..period() }).unwrap();
    assert_eq!(month.months(), [("2026-03".to_owned(), at("2026-04-01T00:00:00+08:00"))]);
    assert!(!month.is_closed_months(at("2026-03-31T23:59:59+08:00")));
    assert!(month.is_closed_months(at("2026-04-01T00:00:00+08:00")));
    assert_eq!(Span::of(&Period { year: Some(2026), ..period() }).unwrap().months().len(), 12);
    for bad in ["2026-H3", "2026-H0", "26-H1", "2026H1", "2026-H", "2026-H+1"] {
        assert!(Span::of(&Period { half: Some(bad.into()), ..period() }).is_err(), "{bad}");
    }
    assert!(Span::of(&Period { month: Some("2026-3".into()), ..period() }).is_err());
}

#[tokio::test]
async fn solved_is_the_last_closure_of_the_period_that_still_stands_at_its_end() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    world.close(&people.secretary, &problem).await;
    let declined = world.report(&people.neighbour).await;
    let input =
        json!({ "problem": declined, "expectedRevision": world.revision(&declined).await, "reason": "属于民事纠纷" });
    world.run(&people.secretary, "declineProblem", "problem", input).await.unwrap();
    world.report(&people.neighbour).await;

    let march = json!({ "month": "2026-03" });
    let seen = ask(&world, &people.secretary, COMMUNITY, march.clone()).await;
    assert_eq!((&seen["reported"], &seen["solved"], &seen["open"]), (&json!(3), &json!(1), &json!(1)));
    assert_eq!(seen["byDomain"][2], json!({ "domain": "PROPERTY_MANAGEMENT", "reported": 1, "solved": 1 }));
    assert_eq!(seen["byParty"], json!([{ "name": "CityManagement", "kind": "CITY_MANAGEMENT", "solved": 1 }]));
    assert_eq!(seen["byMonth"], json!([{ "month": "2026-03", "reported": 3, "solved": 1, "suppressed": false }]));
    let statuses = seen["byStatus"].as_array().unwrap();
    assert_eq!(statuses.iter().map(|row| row["count"].as_i64().unwrap()).sum::<i64>(), 3);

    // Reopened after the month's end, it was solved in that month all the same; and it is open in the next.
    world.app.clock.stop_at(at("2026-04-02T09:00:00+08:00"));
    let input = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "又坏了" });
    world.run(&people.secretary, "reopenProblem", "problem", input).await.unwrap();
    let seen = ask(&world, &people.secretary, COMMUNITY, march.clone()).await;
    assert_eq!((&seen["solved"], &seen["open"], &seen["overdue"]), (&json!(1), &json!(1), &json!(1)));
    let half = ask(&world, &people.secretary, COMMUNITY, json!({ "half": "2026-H1" })).await;
    assert_eq!((&half["solved"], &half["open"]), (&json!(0), &json!(2)));
}

#[tokio::test]
async fn parties_and_the_public_get_closed_months_without_small_counts() {
    let world = World::new().await;
    let people = &world.people;
    for _ in 0..6 {
        let problem = world.report(&people.resident).await;
        world.accept(&problem).await;
        world.dispatch(&problem).await;
    }
    let confidential = json!({ "confidential": true });
    let mut input = world.complaint();
    input.as_object_mut().unwrap().extend(confidential.as_object().unwrap().clone());
    world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    let march = json!({ "month": "2026-03" });
    assert_eq!(ask(&world, &people.property, COMMUNITY, march.clone()).await, "BAD_PERIOD");
    world.wait(TimeDelta::days(40));
    let party = ask(&world, &people.property, COMMUNITY, march.clone()).await;
    assert_eq!((&party["reported"], &party["solved"], &party["suppressed"]), (&json!(6), &json!(null), &json!(true)));
    let public = ask(&world, &people.neighbour, COMMUNITY, march.clone()).await;
    assert_eq!(public["reported"], 6, "confidential ones are not counted");
    assert_eq!(ask(&world, &people.other_property, COMMUNITY, march.clone()).await["reported"], json!(null));
    assert_eq!(ask(&world, &people.secretary, COMMUNITY, march.clone()).await["reported"], 7);
    assert_eq!(ask(&world, &people.supervisor, COUNTY, march.clone()).await["reported"], 6);
    assert_eq!(ask(&world, &people.foreign, COMMUNITY, march.clone()).await, json!(null));
    assert_eq!(ask(&world, &people.secretary, NEIGHBOUR, march.clone()).await, json!(null));
    assert_eq!(ask(&world, &people.secretary, COUNTY, march).await, json!(null));
    let range = json!({ "range": { "from": "2026-03-02T00:00:00+08:00", "to": "2026-04-01T00:00:00+08:00" } });
    assert_eq!(ask(&world, &people.police, COMMUNITY, range).await, "BAD_PERIOD");
}

#[tokio::test]
async fn no_small_count_follows_from_several_answers() {
    let world = World::new().await;
    let people = &world.people;
    for (month, reports) in [("2026-03", 6), ("2026-04", 7), ("2026-05", 2)] {
        world.app.clock.stop_at(at(&format!("{month}-10T09:00:00+08:00")));
        for _ in 0..reports {
            world.report(&people.neighbour).await;
        }
    }
    world.app.clock.stop_at(at("2026-07-01T09:00:00+08:00"));
    let counted = async |viewer: &Viewer, period: Value| ask(&world, viewer, COMMUNITY, period).await;
    let month = |month: &str| json!({ "month": month });
    for (period, reported) in
        [(month("2026-03"), json!(6)), (month("2026-04"), json!(7)), (month("2026-05"), json!(null))]
    {
        assert_eq!(counted(&people.resident, period.clone()).await["reported"], reported, "{period}");
    }
    let spring = |to: &str| json!({ "range": { "from": "2026-03-01T00:00:00+08:00", "to": to } });
    let (two, three) = (spring("2026-05-01T00:00:00+08:00"), spring("2026-06-01T00:00:00+08:00"));
    assert_eq!(counted(&people.resident, two).await["reported"], 13);
    let all = counted(&people.resident, three.clone()).await;
    assert_eq!((&all["reported"], &all["suppressed"]), (&json!(null), &json!(true)), "15 - 6 - 7 would be 2");
    let months: Vec<_> = all["byMonth"].as_array().unwrap().iter().map(|cell| cell["reported"].clone()).collect();
    assert_eq!(months, [json!(6), json!(7), json!(null)]);
    for end in ["2026-03", "2026-04", "2026-05"] {
        let stock = counted(&people.resident, month(end)).await;
        assert_eq!(
            (&stock["open"], &stock["overdue"]),
            (&json!(null), &json!(null)),
            "6, 13, 15: what came in between"
        );
    }
    let whole = counted(&people.secretary, three).await;
    assert_eq!((&whole["reported"], &whole["open"], &whole["suppressed"]), (&json!(15), &json!(15), &json!(false)));
}

#[tokio::test]
async fn a_reopening_does_not_show_in_the_difference_of_two_periods() {
    let world = World::new().await;
    let people = &world.people;
    let mut problems = vec![];
    for _ in 0..6 {
        let problem = world.handled().await;
        world.close(&people.secretary, &problem).await;
        problems.push(problem);
    }
    world.app.clock.stop_at(at("2026-04-02T09:00:00+08:00"));
    let revision = world.revision(&problems[0]).await;
    let input = json!({ "problem": problems[0], "expectedRevision": revision, "reason": "又坏了" });
    world.run(&people.secretary, "reopenProblem", "problem", input).await.unwrap();
    world.app.clock.stop_at(at("2026-07-01T09:00:00+08:00"));
    let march = json!({ "month": "2026-03" });
    let spring = json!({ "range": { "from": "2026-03-01T00:00:00+08:00", "to": "2026-05-01T00:00:00+08:00" } });
    let solved = async |viewer: &Viewer, period: &Value| {
        let seen = ask(&world, viewer, COMMUNITY, period.clone()).await;
        (seen["solved"].clone(), seen["byMonth"][0]["solved"].clone())
    };
    assert_eq!(solved(&people.secretary, &march).await, (json!(6), json!(6)));
    assert_eq!(solved(&people.secretary, &spring).await, (json!(5), json!(5)));
    assert_eq!(solved(&people.resident, &march).await, (json!(6), json!(6)));
    assert_eq!(solved(&people.resident, &spring).await, (json!(null), json!(null)), "6 - 5 were taken up again");
}
