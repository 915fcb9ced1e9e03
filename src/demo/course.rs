//! The course of a problem: from its report to its closure, each step at its time by whoever makes it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{ClosureOutcome, Word};
use serde_json::{Map, Value, json};

use super::case::{Case, Deed, Source, Until};
use super::people::Player;
use super::teller::{Teller, at};
use super::turn::{self, Turn};
use crate::error::{Error, Result};
use crate::policy::Viewer;

/// The problem of the course, in the input of a turn.
pub const PROBLEM: &str = "@reportProblem/id";

/// A community with those who act in it.
pub struct Town {
    /// Who acts, by name: parties by theirs, others by what they are.
    people: Vec<(&'static str, Viewer)>,
    /// The parties: name and id.
    parties: Vec<(&'static str, String)>,
    /// The buildings; the first lie in the first grid.
    pub buildings: Vec<String>,
}

impl Town {
    /// A community with its parties (name, id and representative) and who acts besides.
    pub fn new(
        others: &[(&'static str, &Player)],
        parties: Vec<(&'static str, String, Viewer)>,
        buildings: Vec<String>,
    ) -> Self {
        let others = others.iter().map(|(name, player)| (*name, player.viewer.clone()));
        let represented = parties.iter().map(|(name, _, viewer)| (*name, viewer.clone()));
        let people = others.chain(represented).collect();
        Self { people, parties: parties.into_iter().map(|(name, id, _)| (name, id)).collect(), buildings }
    }

    /// Who acts under a name.
    ///
    /// # Errors
    /// A fault, where nobody does.
    pub fn person(&self, name: &str) -> Result<&Viewer> {
        let found = self.people.iter().find(|(other, _)| *other == name);
        found.map(|(_, viewer)| viewer).ok_or_else(|| Error::fault(format!("there is nobody called {name}")))
    }

    /// The id of a party.
    ///
    /// # Errors
    /// A fault, where there is none.
    pub fn party(&self, name: &str) -> Result<&str> {
        let found = self.parties.iter().find(|(other, _)| *other == name);
        found.map(|(_, id)| id.as_str()).ok_or_else(|| Error::fault(format!("there is no party {name}")))
    }
}

/// One problem on its course.
pub struct Course<'a> {
    /// As it is written down.
    pub case: &'a Case,
    /// Where it happens.
    pub town: &'a Town,
    wrote: Map<String, Value>,
}

impl Course<'_> {
    /// A part of what a mutation last wrote, as in `raiseWhistle/id`.
    ///
    /// # Errors
    /// A fault, where there is none.
    pub fn wrote(&self, part: &str) -> Result<String> {
        let (mutation, place) = part.split_once('/').unwrap_or((part, ""));
        let found = self.wrote.get(mutation).and_then(|row| row.pointer(&format!("/{place}")));
        let found = found.and_then(Value::as_str).map(str::to_owned);
        found.ok_or_else(|| Error::fault(format!("{}: there is no {part}", self.case.title)))
    }

    /// The problem's id.
    ///
    /// # Errors
    /// A fault, before it is reported.
    pub fn problem(&self) -> Result<String> {
        self.wrote("reportProblem/id")
    }
}

/// Tells the courses of all problems, step by step in the order of time. What the scheduler does, it does once an hour.
pub async fn run(teller: &Teller<'_>, towns: &[(&Town, &[Case])]) -> Result<()> {
    let notice = &teller.app.config.privacy_notice.version;
    let mut courses = vec![];
    let mut turns = vec![];
    for (town, cases) in towns {
        for case in *cases {
            let nth = courses.len();
            turns.extend(plan(case, notice)?.into_iter().map(|(time, turn)| (time, nth, turn)));
            courses.push(Course { case, town, wrote: Map::new() });
        }
    }
    turns.sort_by_key(|(time, nth, _)| (*time, *nth));
    teller.part("problems 问题", turns.len());
    let mut scheduled = DateTime::<Utc>::MIN_UTC;
    for (time, nth, turn) in turns {
        teller.time(time);
        if time - scheduled >= TimeDelta::hours(1) {
            teller.wait().await?;
            scheduled = time;
        }
        let wrote = turn::make(teller, &courses, nth, &turn).await?;
        courses[nth].wrote.insert(turn.mutation.to_owned(), wrote);
        teller.step();
    }
    Ok(())
}

/// The steps of a case with their times.
fn plan(case: &Case, notice: &str) -> Result<Vec<(DateTime<Utc>, Turn)>> {
    let reported = at(case.reported)?;
    let after = |minutes| reported + TimeDelta::minutes(minutes);
    let mut turns = vec![(reported, report(case, notice))];
    if case.until >= Until::Accepted {
        turns.push((after(100), accept(case)));
    }
    if case.until >= Until::Dispatched {
        turns.push((after(130), dispatch(case)?));
    }
    if case.until >= Until::InProgress {
        let parties = case.deeds.first().map(|deed| deed.party).into_iter();
        for party in parties.chain(case.assists.iter().copied()).chain(case.reads.iter().copied()) {
            turns.push((after(300), step(party, "acknowledgeTask", json!({ "task": format!("@task {party}") }))));
        }
        let deeds = (24..).step_by(3).zip(&case.deeds);
        turns.extend(deeds.map(|(hours, deed)| (after(hours * 60), record(deed))));
    }
    if let Until::Closed(closed) = case.until {
        turns.extend(close(case, at(closed)?));
    }
    for (time, turn) in &case.turns {
        turns.push((at(time)?, turn.clone()));
    }
    Ok(turns)
}

/// A step of which the row's id is kept.
fn step(who: &'static str, mutation: &'static str, input: Value) -> Turn {
    Turn { who, mutation, shown: "{ id }", input }
}

fn report(case: &Case, notice: &str) -> Turn {
    let mut input = json!({
        "report": case.report, "building": format!("@building {}", case.building), "confidential": case.confidential,
        "acceptedNotice": notice,
    });
    if let Some(address) = case.address {
        input["reporterAddress"] = json!(address);
    }
    if let Some(party) = case.concerns {
        input["concerns"] = json!([format!("@party {party}")]);
    }
    let who = match case.source {
        Source::Resident => "居民",
        Source::Patrol => "网格员",
        Source::Hotline(name, phone) => {
            input["channel"] = json!("HOTLINE_12345");
            input["reporterName"] = json!(name);
            input["reporterPhone"] = json!(phone);
            input["consent"] = json!(true);
            "书记"
        }
    };
    Turn { shown: "{ id number }", ..step(who, "reportProblem", input) }
}

fn accept(case: &Case) -> Turn {
    let mut input = json!({
        "problem": PROBLEM, "title": case.title, "summary": case.summary,
        "domain": case.domain.value(), "nature": case.nature.value(),
    });
    if let Some(public) = case.public {
        input["publicSummary"] = json!(public);
    }
    for (member, value) in case.accepted.as_object().into_iter().flatten() {
        input[member] = value.clone();
    }
    step("书记", "acceptProblem", input)
}

fn dispatch(case: &Case) -> Result<Turn> {
    let lead = case.deeds.first().ok_or_else(|| Error::fault("a dispatched case without a lead"))?.party;
    let assignment = |party: &&'static str| json!({ "party": format!("@party {party}") });
    let mut first = assignment(&lead);
    if let Some(instruction) = case.instruction {
        first["instruction"] = json!(instruction);
    }
    let input = json!({
        "problem": PROBLEM,
        "lead": first,
        "assists": case.assists.iter().map(assignment).collect::<Vec<_>>(),
        "reads": case.reads.iter().map(assignment).collect::<Vec<_>>(),
    });
    Ok(step("书记", "dispatchProblem", input))
}

fn record(deed: &Deed) -> Turn {
    let mut input =
        json!({ "task": format!("@task {}", deed.party), "action": deed.action.value(), "content": deed.content });
    if let Some((value, unit, precision)) = deed.quantity {
        input["quantity"] = json!({ "value": value, "unit": unit.value(), "precision": precision.value() });
    }
    step(deed.party, "recordDisposition", input)
}

/// The end: those who assist hand in first, then the lead; it is closed, rated and followed up.
fn close(case: &Case, closed: DateTime<Utc>) -> Vec<(DateTime<Utc>, Turn)> {
    let lead = case.deeds.first().map(|deed| deed.party);
    let submit = |party: &'static str| {
        let done = case.deeds.iter().rfind(|deed| deed.party == party);
        let feedback = done.map_or("已配合完成。", |deed| deed.content);
        let input = json!({ "task": format!("@task {party}"), "feedback": feedback });
        (closed - TimeDelta::hours(2), step(party, "submitFeedback", input))
    };
    let mut turns: Vec<_> = case.assists.iter().copied().chain(lead).map(submit).collect();
    let input = json!({ "problem": PROBLEM, "outcome": ClosureOutcome::Solved.value(), "reply": case.reply });
    turns.push((closed, step("书记", "closeProblem", input)));
    if let Some(satisfaction) = case.rated {
        let input = json!({ "problem": PROBLEM, "satisfaction": satisfaction.value() });
        turns.push((closed + TimeDelta::days(1), step("居民", "rateProblem", input)));
    }
    let mut input = json!({ "problem": PROBLEM, "method": "CALL", "reached": true });
    // Whoever rated it by number and code is not asked again.
    if !case.turns.iter().any(|(_, turn)| turn.mutation == "rateReport") {
        input["satisfaction"] = json!("SATISFIED");
    }
    turns.push((closed + TimeDelta::days(3), step("书记", "followUp", input)));
    turns
}
