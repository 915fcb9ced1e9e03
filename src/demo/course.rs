//! The course of a problem: from its report to its closure, each step at its time by whoever makes it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{ClosureOutcome, DispositionAction, ProblemDomain, ProblemNature, Satisfaction, Word};
use entity::word::{QuantityPrecision, QuantityUnit};
use serde_json::{Value, json};

use super::teller::{Teller, at, id};
use crate::error::{Error, Result};
use crate::policy::Viewer;

/// A community with those who act in it.
pub struct Town {
    /// The secretary.
    pub secretary: Viewer,
    /// The worker of the first comprehensive grid.
    pub worker: Viewer,
    /// A resident with an account.
    pub resident: Viewer,
    /// The parties by name: id and representative.
    pub parties: Vec<(&'static str, String, Viewer)>,
    /// The buildings; the first lie in the first grid.
    pub buildings: Vec<String>,
}

impl Town {
    fn party(&self, name: &str) -> Result<(&str, &Viewer)> {
        let found = self.parties.iter().find(|(other, ..)| *other == name);
        found
            .map(|(_, id, viewer)| (id.as_str(), viewer))
            .ok_or_else(|| Error::fault(format!("there is no party {name}")))
    }
}

/// Who brings a problem in.
#[derive(Clone, Copy)]
enum Source {
    Resident,
    Patrol,
    Hotline(&'static str, &'static str),
}

/// What a party does.
#[derive(Clone, Copy)]
pub struct Deed {
    party: &'static str,
    action: DispositionAction,
    content: &'static str,
    quantity: Option<(i64, QuantityUnit, QuantityPrecision)>,
}

/// A problem of the history.
#[derive(Clone)]
pub struct Case {
    domain: ProblemDomain,
    nature: ProblemNature,
    title: &'static str,
    report: &'static str,
    summary: &'static str,
    source: Source,
    building: usize,
    address: Option<&'static str>,
    concerns: Option<&'static str>,
    confidential: bool,
    public: Option<&'static str>,
    instruction: Option<&'static str>,
    assists: Vec<&'static str>,
    reads: Vec<&'static str>,
    deeds: Vec<Deed>,
    reply: &'static str,
    reported: &'static str,
    until: Until,
    rated: Option<Satisfaction>,
}

/// How far a problem has come by the end of the history.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// It was reported.
    Reported,
    /// It was accepted.
    Accepted,
    /// It was dispatched.
    Dispatched,
    /// Something was done.
    InProgress,
    /// It was closed as solved, at this moment.
    Closed(&'static str),
}

/// A problem that a resident brings in, of the first party's doing.
pub fn case(
    domain: ProblemDomain,
    nature: ProblemNature,
    title: &'static str,
    [report, summary]: [&'static str; 2],
) -> Case {
    Case {
        domain,
        nature,
        title,
        report,
        summary,
        source: Source::Resident,
        building: 0,
        address: None,
        concerns: None,
        confidential: false,
        public: None,
        instruction: None,
        assists: vec![],
        reads: vec![],
        deeds: vec![],
        reply: "",
        reported: "",
        until: Until::Reported,
        rated: None,
    }
}

impl Case {
    /// Found by the grid worker.
    pub fn patrol(mut self) -> Self {
        self.source = Source::Patrol;
        self
    }
    /// Taken down by the secretary for someone who called.
    pub fn hotline(mut self, name: &'static str, phone: &'static str) -> Self {
        self.source = Source::Hotline(name, phone);
        self
    }
    /// At this building.
    pub fn at(mut self, building: usize) -> Self {
        self.building = building;
        self
    }
    /// The reporter gives a home address.
    pub fn home(mut self, address: &'static str) -> Self {
        self.address = Some(address);
        self
    }
    /// A party is complained of.
    pub fn about(mut self, party: &'static str, instruction: &'static str) -> Self {
        self.concerns = Some(party);
        self.instruction = Some(instruction);
        self
    }
    /// The reporter wants it confidential.
    pub fn confidential(mut self) -> Self {
        self.confidential = true;
        self
    }
    /// Everyone may read this of it.
    pub fn public(mut self, text: &'static str) -> Self {
        self.public = Some(text);
        self
    }
    /// What a party did; the first leads, others assist.
    pub fn did(mut self, party: &'static str, action: DispositionAction, content: &'static str) -> Self {
        if self.deeds.first().is_some_and(|lead| lead.party != party) && !self.assists.contains(&party) {
            self.assists.push(party);
        }
        self.deeds.push(Deed { party, action, content, quantity: None });
        self
    }
    /// How much was done just now.
    pub fn much(mut self, value: i64, unit: QuantityUnit, precision: QuantityPrecision) -> Self {
        if let Some(deed) = self.deeds.last_mut() {
            deed.quantity = Some((value, unit, precision));
        }
        self
    }
    /// Who is told.
    pub fn told(mut self, party: &'static str) -> Self {
        self.reads.push(party);
        self
    }
    /// When it was reported, and how far it came.
    pub fn from(mut self, reported: &'static str, until: Until) -> Self {
        self.reported = reported;
        self.until = until;
        self
    }
    /// What the reporter was answered at closure.
    pub fn reply(mut self, reply: &'static str) -> Self {
        self.reply = reply;
        self
    }
    /// How the reporter rated it.
    pub fn rated(mut self, satisfaction: Satisfaction) -> Self {
        self.rated = Some(satisfaction);
        self
    }
}

/// A step of a course.
#[derive(Clone, Copy)]
enum Move {
    Report,
    Accept,
    Dispatch,
    Acknowledge,
    Do(usize),
    Submit,
    Close,
    FollowUp,
    Rate,
}

/// One problem on its course.
struct Course<'a> {
    case: &'a Case,
    town: &'a Town,
    problem: String,
    tasks: Vec<(&'static str, String)>,
}

/// Tells the courses of all problems, step by step in the order of time.
pub async fn run(teller: &Teller<'_>, towns: &[(&Town, &[Case])]) -> Result<()> {
    let mut courses = vec![];
    let mut steps = vec![];
    for (town, cases) in towns {
        for case in *cases {
            let nth = courses.len();
            steps.extend(plan(case)?.into_iter().map(|(time, step)| (time, nth, step)));
            courses.push(Course { case, town, problem: String::new(), tasks: vec![] });
        }
    }
    steps.sort_by_key(|(time, nth, _)| (*time, *nth));
    teller.part("problems 问题", steps.len());
    for (time, nth, step) in steps {
        teller.time(time);
        courses[nth].make(teller, step).await?;
        teller.step();
    }
    Ok(())
}

/// The steps of a case with their times.
fn plan(case: &Case) -> Result<Vec<(DateTime<Utc>, Move)>> {
    let reported = at(case.reported)?;
    let mut steps = vec![(reported, Move::Report)];
    if case.until >= Until::Accepted {
        steps.push((reported + TimeDelta::minutes(100), Move::Accept));
    }
    if case.until >= Until::Dispatched {
        steps.push((reported + TimeDelta::minutes(130), Move::Dispatch));
    }
    if case.until >= Until::InProgress {
        steps.push((reported + TimeDelta::hours(5), Move::Acknowledge));
        for nth in 0..case.deeds.len() {
            steps.push((reported + TimeDelta::hours(24 + 3 * i64::try_from(nth).unwrap_or_default()), Move::Do(nth)));
        }
    }
    if let Until::Closed(closed) = case.until {
        let closed = at(closed)?;
        steps.push((closed - TimeDelta::hours(6), Move::Submit));
        steps.push((closed, Move::Close));
        steps.push((closed + TimeDelta::days(3), Move::FollowUp));
        if case.rated.is_some() {
            steps.push((closed + TimeDelta::days(1), Move::Rate));
        }
    }
    Ok(steps)
}

impl Course<'_> {
    async fn make(&mut self, teller: &Teller<'_>, step: Move) -> Result<()> {
        match step {
            Move::Report => self.report(teller).await,
            Move::Accept => self.accept(teller).await,
            Move::Dispatch => self.dispatch(teller).await,
            Move::Acknowledge => self.acknowledge(teller).await,
            Move::Do(nth) => self.act(teller, self.case.deeds[nth]).await,
            Move::Submit => self.submit(teller).await,
            Move::Close => self.close(teller).await,
            Move::FollowUp => self.follow_up(teller).await,
            Move::Rate => self.rate(teller).await,
        }
    }

    async fn report(&mut self, teller: &Teller<'_>) -> Result<()> {
        let Case { report, building, address, concerns, confidential, source, .. } = self.case;
        let mut input =
            json!({ "report": report, "building": self.town.buildings[*building], "confidential": confidential });
        if let Some(address) = address {
            input["reporterAddress"] = json!(address);
        }
        if let Some(party) = concerns {
            input["concerns"] = json!([self.town.party(party)?.0]);
        }
        let who = match source {
            Source::Resident => &self.town.resident,
            Source::Patrol => &self.town.worker,
            Source::Hotline(name, phone) => {
                input["channel"] = json!("HOTLINE_12345");
                input["reporterName"] = json!(name);
                input["reporterPhone"] = json!(phone);
                input["consent"] = json!(true);
                &self.town.secretary
            }
        };
        input["acceptedNotice"] = json!(teller.app.config.privacy_notice.version);
        self.problem = id(&teller.tell(who, "reportProblem", "{ id }", input).await?)?;
        Ok(())
    }

    /// The input of a change of the problem, as `who` read it.
    async fn change(&self, teller: &Teller<'_>, who: &Viewer, mut input: Value) -> Result<Value> {
        input["expectedRevision"] = teller.revision(who, &self.problem).await?;
        Ok(input)
    }

    async fn accept(&self, teller: &Teller<'_>) -> Result<()> {
        let Case { title, summary, domain, nature, public, .. } = self.case;
        let who = &self.town.secretary;
        let mut input = json!({
            "problem": self.problem, "title": title, "summary": summary, "domain": domain.value(), "nature": nature.value(),
        });
        if let Some(public) = public {
            input["publicSummary"] = json!(public);
        }
        let input = self.change(teller, who, input).await?;
        teller.tell(who, "acceptProblem", "{ id }", input).await.map(|_| ())
    }

    async fn dispatch(&mut self, teller: &Teller<'_>) -> Result<()> {
        let who = &self.town.secretary;
        let lead = self.case.deeds.first().ok_or_else(|| Error::fault("a dispatched case without a lead"))?.party;
        let assignment = |party: &&'static str| Ok::<_, Error>(json!({ "party": self.town.party(party)?.0 }));
        let mut first = assignment(&lead)?;
        if let Some(instruction) = self.case.instruction {
            first["instruction"] = json!(instruction);
        }
        let input = json!({
            "problem": self.problem,
            "lead": first,
            "assists": self.case.assists.iter().map(assignment).collect::<Result<Vec<_>>>()?,
            "reads": self.case.reads.iter().map(assignment).collect::<Result<Vec<_>>>()?,
        });
        let input = self.change(teller, who, input).await?;
        let shown = "{ tasks(first: 20) { nodes { id party { id } } } }";
        let problem = teller.tell(who, "dispatchProblem", shown, input).await?;
        for task in problem["tasks"]["nodes"].as_array().into_iter().flatten() {
            let party = self.town.parties.iter().find(|(_, party, _)| task["party"]["id"] == party.as_str());
            let (name, ..) = party.ok_or_else(|| Error::fault("a task for nobody"))?;
            self.tasks.push((name, id(task)?));
        }
        Ok(())
    }

    async fn acknowledge(&self, teller: &Teller<'_>) -> Result<()> {
        for (party, task) in &self.tasks {
            let who = self.town.party(party)?.1;
            let input = self.change(teller, who, json!({ "task": task })).await?;
            teller.tell(who, "acknowledgeTask", "{ id }", input).await?;
        }
        Ok(())
    }

    fn task(&self, party: &str) -> Result<&str> {
        let found = self.tasks.iter().find(|(other, _)| *other == party);
        found.map(|(_, task)| task.as_str()).ok_or_else(|| Error::fault(format!("{party} has no task")))
    }

    async fn act(&self, teller: &Teller<'_>, deed: Deed) -> Result<()> {
        let who = self.town.party(deed.party)?.1;
        let mut input =
            json!({ "task": self.task(deed.party)?, "action": deed.action.value(), "content": deed.content });
        if let Some((value, unit, precision)) = deed.quantity {
            input["quantity"] = json!({ "value": value, "unit": unit.value(), "precision": precision.value() });
        }
        teller.tell(who, "recordDisposition", "{ id }", input).await.map(|_| ())
    }

    /// Those who assist hand in first, then the lead.
    async fn submit(&self, teller: &Teller<'_>) -> Result<()> {
        let lead = self.case.deeds.first().map(|deed| deed.party);
        for party in self.case.assists.iter().copied().chain(lead) {
            let who = self.town.party(party)?.1;
            let done = self
                .case
                .deeds
                .iter()
                .rfind(|deed| deed.party == party)
                .map_or("已配合完成。", |deed| deed.content);
            let input = self.change(teller, who, json!({ "task": self.task(party)?, "feedback": done })).await?;
            teller.tell(who, "submitFeedback", "{ id }", input).await?;
        }
        Ok(())
    }

    async fn close(&self, teller: &Teller<'_>) -> Result<()> {
        let who = &self.town.secretary;
        let input =
            json!({ "problem": self.problem, "outcome": ClosureOutcome::Solved.value(), "reply": self.case.reply });
        let input = self.change(teller, who, input).await?;
        teller.tell(who, "closeProblem", "{ id }", input).await.map(|_| ())
    }

    async fn follow_up(&self, teller: &Teller<'_>) -> Result<()> {
        let input = json!({ "problem": self.problem, "method": "CALL", "reached": true, "satisfaction": "SATISFIED" });
        teller.tell(&self.town.secretary, "followUp", "{ id }", input).await.map(|_| ())
    }

    async fn rate(&self, teller: &Teller<'_>) -> Result<()> {
        let Some(satisfaction) = self.case.rated else { return Ok(()) };
        let input = json!({ "problem": self.problem, "satisfaction": satisfaction.value() });
        teller.tell(&self.town.resident, "rateProblem", "{ id }", input).await.map(|_| ())
    }
}
