//! The file format, the calendar that comes with the program, and whose calendar holds where.

use serde_json::json;

use super::file::{built_in, parse};
use super::service::load;
use super::*;
use crate::problem::tests::world::{CITY, COMMUNITY, NEIGHBOUR, STREET, World};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn file(text: &str) -> file::File {
    parse(&format!("source = \"x\"\nyears = [2026]\n{text}")).unwrap()
}

#[test]
fn the_built_in_calendar_is_the_state_councils() {
    let known = built_in();
    assert_eq!((known.years.as_slice(), known.week.is_none()), (&[2026_i64][..], true));
    assert!(known.source.contains("国办发明电〔2025〕7号"));
    let count = |kind| known.days.values().filter(|day| day.kind == kind).count();
    assert_eq!((count(DayKind::Holiday), count(DayKind::MakeUpWorkday)), (33, 6));
    let work = Calendar::new(BTreeMap::new()).work_time(COMMUNITY);
    assert_eq!(day(1, 1).iter_days().take(365).filter(|day| work.works(*day)).count(), 248);
}

#[test]
fn every_fault_of_a_file_is_told_with_its_line() {
    let text = "years = [2026, 2026, 1999]\nsorce = \"x\"\n[hours]\nordinary = \"9-12\"\n[[holiday]]\nday = 2026-02-30\n\
        [[holiday]]\nname = \"春节\"\nfrom = 2026-02-17\nto = 2026-02-15\n[[holiday]]\nname = \"a\"\nday = 2027-01-01\n\
        [[workday]]\nname = \"b\"\nday = 2026-02-14\nhours = \"\"\n[[workday]]\nname = \"\"\nday = 2026-02-14\n";
    let faults = parse(text).unwrap_err();
    let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [1, 1, 1, 2, 4, 5, 6, 6, 10, 11, 14, 18, 19], "{faults:#?}");
    for text in [
        "source = \"x\"\nyears = []",
        "source = \"x\"\nyears = 2026",
        "source = \"x\"\nyears = [2026]\nholiday = 1",
        "source = \"x\"\nyears = [2026]\n[hours]\nmonday = \"09:00-12:00\"",
        "source = \"x\"\nyears = [2026]\n[hours]\nordinary = \"\"",
        "source = \"x\"\nyears = [2026]\n[[holiday]]\nname = \"a\"\nday = 2026-01-01\nhours = \"09:00-12:00\"",
        "source = \"x\"\nyears = [2026]\n[[holiday]]\nname = \"a\"\nday = \"2026-01-01\"",
        "source = \"x\"\nyears = [2026]\n[[holiday]\n",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_week_without_a_working_day_is_refused() {
    let days: String =
        ["monday", "tuesday", "wednesday", "thursday", "friday"].map(|day| format!("{day} = \"\"\n")).concat();
    let text = format!("source = \"x\"\nyears = [2026]\n[hours]\nordinary = \"09:00-17:00\"\n{days}");
    assert_eq!(parse(&text).unwrap_err()[0].line, 4);
}

#[tokio::test]
async fn a_community_goes_by_the_nearest_region_day_by_day() {
    let world = World::new().await;
    let app = &world.app;
    let works = async |code: i64, day: NaiveDate| app.calendars.now(&app.db).await.unwrap().of(code).works(day);
    assert!(!works(COMMUNITY, day(2, 16)).await);
    // The street works on a day of the festival; one community of it does not.
    let street = file("[[workday]]\nname = \"防汛\"\nday = 2026-02-16\nhours = \"08:00-12:00\"");
    assert!(load(app, STREET, &street).await.unwrap().changed);
    assert!(works(COMMUNITY, day(2, 16)).await && works(NEIGHBOUR, day(2, 16)).await);
    load(app, NEIGHBOUR, &file("[[holiday]]\nname = \"停工\"\nday = 2026-02-16")).await.unwrap();
    assert!(works(COMMUNITY, day(2, 16)).await && !works(NEIGHBOUR, day(2, 16)).await);
    assert!(!works(COMMUNITY, day(2, 17)).await && works(NEIGHBOUR, day(2, 14)).await);
    // Hours are a region's as a whole.
    load(app, CITY, &file("[hours]\nordinary = \"09:00-12:00, 13:30-17:30\"\nsaturday = \"09:00-12:00\""))
        .await
        .unwrap();
    let known = app.calendars.now(&app.db).await.unwrap();
    assert_eq!(known.of(COMMUNITY).hours(day(3, 7)).to_string(), "09:00-12:00");
    assert_eq!(known.of(COMMUNITY).hours(day(2, 28)).to_string(), "09:00-12:00, 13:30-17:30");
    assert_eq!(known.of(COMMUNITY).hours(day(2, 16)).to_string(), "08:00-12:00");
}

#[tokio::test]
async fn a_file_is_the_truth_for_its_years_and_loading_it_again_changes_nothing() {
    let world = World::new().await;
    let app = &world.app;
    assert!(!load(app, INSTALLATION, built_in()).await.unwrap().changed);
    let other = file("[[holiday]]\nname = \"停工\"\nday = 2026-03-04");
    let loaded = load(app, INSTALLATION, &other).await.unwrap();
    assert_eq!((loaded.changed, loaded.communities), (true, 2));
    assert_eq!(load(app, INSTALLATION, &other).await.unwrap().communities, 0);
    let work = app.calendars.now(&app.db).await.unwrap().of(COMMUNITY);
    assert!(!work.works(day(3, 4)) && work.works(day(2, 16)));
    assert!(load(app, 999_999_999_999, &other).await.is_err());
    let idle = file("[[holiday]]\nname = \"a\"\nfrom = 2026-01-01\nto = 2026-12-31");
    assert!(load(app, INSTALLATION, &idle).await.is_err());
    assert!(app.calendars.now(&app.db).await.unwrap().of(COMMUNITY).works(day(3, 5)));
}

#[tokio::test]
async fn a_client_reads_the_calendar_of_a_region_in_sight() {
    let world = World::new().await;
    let query = "query($region: String!, $from: Date!, $to: Date!) { workingCalendar(region: $region, from: $from, to: $to) { day kind name hours { from to } } }";
    let ask = async |region: i64, from: &str, to: &str| {
        let variables = json!({ "region": region.to_string(), "from": from, "to": to });
        world.ask(&world.people.resident, query, variables).await
    };
    let nine = json!([{ "from": "09:00", "to": "17:00" }]);
    let answer = ask(COMMUNITY, "2026-02-13", "2026-02-17").await;
    assert_eq!(
        answer["data"]["workingCalendar"],
        json!([
            { "day": "2026-02-13", "kind": "WORKDAY", "name": null, "hours": nine },
            { "day": "2026-02-14", "kind": "MAKE_UP_WORKDAY", "name": "春节调休", "hours": nine },
            { "day": "2026-02-15", "kind": "HOLIDAY", "name": "春节", "hours": [] },
            { "day": "2026-02-16", "kind": "HOLIDAY", "name": "春节", "hours": [] },
        ])
    );
    assert_eq!(ask(NEIGHBOUR, "2026-03-01", "2026-03-02").await["data"]["workingCalendar"], json!(null));
    assert_eq!(ask(COMMUNITY, "2026-03-01", "2026-03-01").await["data"]["workingCalendar"], json!([]));
    for (from, to) in [("2026-03-02", "2026-03-01"), ("2026-01-01", "2027-03-01")] {
        assert_eq!(ask(COMMUNITY, from, to).await["errors"][0]["extensions"]["code"], "OUT_OF_RANGE");
    }
}
