//! A problem of the history, as it is written down: its texts, who does what, how far it comes, and the turns it takes.

use entity::word::{DispositionAction, ProblemDomain, ProblemNature, Satisfaction};
use entity::word::{QuantityPrecision, QuantityUnit};
use serde_json::Value;

use super::turn::Turn;

/// Who brings a problem in.
#[derive(Clone, Copy)]
pub enum Source {
    /// A resident with an account.
    Resident,
    /// The grid worker, on patrol.
    Patrol,
    /// Someone who calls: name and phone number.
    Hotline(&'static str, &'static str),
}

/// What a party does.
#[derive(Clone, Copy)]
pub struct Deed {
    /// The party.
    pub party: &'static str,
    /// What kind of thing it does.
    pub action: DispositionAction,
    /// What it does, in words.
    pub content: &'static str,
    /// How much of it.
    pub quantity: Option<(i64, QuantityUnit, QuantityPrecision)>,
}

/// A problem of the history.
#[derive(Clone)]
pub struct Case {
    /// What it is about.
    pub domain: ProblemDomain,
    /// A thing or a happening.
    pub nature: ProblemNature,
    /// In one line.
    pub title: &'static str,
    /// As it was reported.
    pub report: &'static str,
    /// What the parties are told.
    pub summary: &'static str,
    /// Who brings it in.
    pub source: Source,
    /// At which building.
    pub building: usize,
    /// The reporter's home, where given.
    pub address: Option<&'static str>,
    /// Who is complained of.
    pub concerns: Option<&'static str>,
    /// Whether it is to be kept confidential.
    pub confidential: bool,
    /// What everyone is told.
    pub public: Option<&'static str>,
    /// What else is said when it is accepted: members of `acceptProblem`'s input.
    pub accepted: Value,
    /// What the lead is told to do.
    pub instruction: Option<&'static str>,
    /// Who assists.
    pub assists: Vec<&'static str>,
    /// Who is told.
    pub reads: Vec<&'static str>,
    /// What is done; by the lead first.
    pub deeds: Vec<Deed>,
    /// What the reporter is answered.
    pub reply: &'static str,
    /// When it was reported.
    pub reported: &'static str,
    /// How far it comes on the straight road.
    pub until: Until,
    /// How the reporter rates it.
    pub rated: Option<Satisfaction>,
    /// What else happens to it, and when.
    pub turns: Vec<(&'static str, Turn)>,
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
        accepted: Value::Null,
        instruction: None,
        assists: vec![],
        reads: vec![],
        deeds: vec![],
        reply: "",
        reported: "",
        until: Until::Reported,
        rated: None,
        turns: vec![],
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
    /// It is accepted with this besides.
    pub fn accepted(mut self, with: Value) -> Self {
        self.accepted = with;
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
    /// What else happens: at this moment, this person does this. See [`Turn`] for what the input may hold.
    pub fn then(mut self, at: &'static str, who: &'static str, mutation: &'static str, input: Value) -> Self {
        self.turns.push((at, Turn { who, mutation, shown: "{ id }", input }));
        self
    }
    /// What is read of the row that the last turn wrote, for later ones to point into.
    pub fn showing(mut self, shown: &'static str) -> Self {
        if let Some((_, turn)) = self.turns.last_mut() {
            turn.shown = shown;
        }
        self
    }
}
