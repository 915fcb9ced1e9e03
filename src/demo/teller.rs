//! Whoever tells the history: does in the name of its people what a client would do, at the time it happened.

use std::cell::Cell;
use std::io::IsTerminal;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::act::Call;
use crate::app::App;
use crate::clock::OFFSET;
use crate::error::{Error, Language, Result};
use crate::policy::Viewer;
use crate::read::door::{Ask, Door};
use crate::read::model::{Command, Payload};
use crate::{relay, scheduler};

/// Tells, step by step.
pub struct Teller<'a> {
    /// The server it is told to.
    pub app: &'a App,
    door: &'a Door,
    keys: Cell<u32>,
    progress: ProgressBar,
}

/// A moment of the places served, as in `2026-03-02 09:30` (or with seconds).
///
/// # Errors
/// A fault, for a text that is no moment.
pub fn at(text: &str) -> Result<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M"));
    let time = local.ok().and_then(|local| local.and_local_timezone(OFFSET).single());
    time.map(|time| time.to_utc()).ok_or_else(|| Error::fault(format!("{text} is no moment")))
}

impl<'a> Teller<'a> {
    /// Ready to tell; progress goes to standard error, where that is a terminal.
    pub fn new(app: &'a App, door: &'a Door) -> Self {
        let progress = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg:24} {bar:32} {pos}/{len}") {
            progress.set_style(style);
        }
        if !std::io::stderr().is_terminal() {
            progress.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self { app, door, keys: Cell::new(0), progress }
    }

    /// A new part of the history, of so many steps.
    pub fn part(&self, name: &'static str, steps: usize) {
        self.progress.set_message(name);
        self.progress.set_position(0);
        self.progress.set_length(steps as u64);
    }

    /// A step is done.
    pub fn step(&self) {
        self.progress.inc(1);
    }

    /// All is told.
    pub fn end(&self) {
        self.progress.finish_and_clear();
    }

    /// Sets the clock.
    pub fn time(&self, time: DateTime<Utc>) {
        self.app.clock.stop_at(time);
    }

    /// What happens when its time comes, up to now.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn wait(&self) -> Result<()> {
        relay::relay(&self.app.db).await?;
        scheduler::tick(self.app).await.map(|_| ())
    }

    /// A new key for a creation.
    pub fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("history-{}", self.keys.get())
    }

    /// A call of a service that no mutation offers.
    pub fn call<'b>(&self, who: &'b Viewer, command: &'static str) -> Call<'b>
    where
        'a: 'b,
    {
        Call { app: self.app, viewer: who, command, digest: vec![] }
    }

    /// Runs a mutation, and gives `shown` of the row it wrote.
    ///
    /// # Errors
    /// A fault that says what was refused: the history is one that can be told.
    pub async fn tell(&self, who: &Viewer, mutation: &'static str, shown: &str, input: Value) -> Result<Value> {
        self.run(Some(who), mutation, shown, input).await
    }

    /// The same for whoever has no token yet.
    ///
    /// # Errors
    /// As above.
    pub async fn tell_guest(&self, mutation: &'static str, shown: &str, input: Value) -> Result<Value> {
        self.run(None, mutation, shown, input).await
    }

    /// Whether a mutation takes an input of this name.
    ///
    /// # Errors
    /// A fault, where there is no such mutation.
    pub fn takes(&self, mutation: &str, member: &str) -> Result<bool> {
        Ok(self.command(mutation)?.input.members().iter().any(|taken| taken.name == member))
    }

    fn command(&self, mutation: &str) -> Result<&Command> {
        let command = self.door.model().commands.get(mutation);
        command.ok_or_else(|| Error::fault(format!("there is no mutation {mutation}")))
    }

    async fn run(&self, who: Option<&Viewer>, mutation: &'static str, shown: &str, mut input: Value) -> Result<Value> {
        let (row, beside) = match &self.command(mutation)?.payload {
            Payload::Row { name, beside, .. } => (*name, beside.as_ref().map(|(name, ..)| *name)),
            Payload::Value { name, .. } => (*name, None),
        };
        if self.takes(mutation, "idempotencyKey")? {
            input["idempotencyKey"] = json!(self.key());
        }
        let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {row} {shown} {} userErrors {{ code message path }} }} }}",
            beside.unwrap_or_default(),
        );
        let mut data = self.ask(who, &document, Map::from_iter([("input".to_owned(), input)])).await?;
        // One thing after the other: lists in the order of time show them as they came.
        self.time(self.app.clock.now() + TimeDelta::seconds(1));
        let payload = &mut data[mutation];
        if let Some(refusal) = payload["userErrors"].get(0) {
            return Err(Error::fault(format!("{mutation}: {refusal}")));
        }
        let mut wrote = payload[row].take();
        if let Some(beside) = beside {
            wrote[beside] = payload[beside].take();
        }
        Ok(wrote)
    }

    /// The present revision of a row, as its reader sees it.
    ///
    /// # Errors
    /// A fault, where the row is out of sight.
    pub async fn revision(&self, who: &Viewer, id: &str) -> Result<Value> {
        let variables = Map::from_iter([("id".to_owned(), json!(id))]);
        let seen = self.ask(Some(who), "query($id: ID!) { node(id: $id) { __typename } }", variables.clone()).await?;
        let name = seen["node"]["__typename"].as_str().ok_or_else(|| Error::fault(format!("{id} is out of sight")))?;
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {name} {{ revision }} }} }}");
        Ok(self.ask(Some(who), &document, variables).await?["node"]["revision"].take())
    }

    /// Asks as somebody.
    ///
    /// # Errors
    /// A fault: the history asks what can be answered.
    pub async fn ask(&self, who: Option<&Viewer>, document: &str, variables: Map<String, Value>) -> Result<Value> {
        let ask = Ask {
            query: document.to_owned(),
            operation: None,
            variables,
            language: Language::En,
            address: None,
            queries_only: false,
        };
        let answer = self.door.answer(self.app, who, ask, "history").await;
        let mut body: Value = serde_json::from_str(&answer.body).map_err(|error| Error::fault(error.to_string()))?;
        match body["errors"].get(0) {
            Some(error) => Err(Error::fault(format!("{document}: {error}"))),
            None => Ok(body["data"].take()),
        }
    }
}

/// The id in what a mutation showed.
///
/// # Errors
/// A fault, where there is none.
pub fn id(row: &Value) -> Result<String> {
    row["id"].as_str().map(str::to_owned).ok_or_else(|| Error::fault("what was written is out of its writer's sight"))
}
