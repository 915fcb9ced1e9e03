//! One step of a history: somebody does something, as a client would. Inputs are written down before there are any ids, and
//! name what they are about.

use serde_json::{Map, Value, json};

use super::course::{Course, Town};
use super::teller::{Teller, id};
use crate::attachment::clean;
use crate::attachment::command::StageUploadInput;
use crate::attachment::service::stage;
use crate::error::{Error, Result};
use crate::id::{Prefix, TypeId, prefix};
use crate::policy::Viewer;

/// Who acts with a number and a code, and without an account.
pub const GUEST: &str = "来电人";

/// A step.
#[derive(Clone)]
pub struct Turn {
    /// Who, by the name under which [`Town::person`] knows them.
    pub who: &'static str,
    /// What they do.
    pub mutation: &'static str,
    /// What is read of the row that it wrote.
    pub shown: &'static str,
    /// The input. A text of it that begins with `@` names something:
    /// - `@party 公安`, `@post 律师`, `@person 居民`, `@organisation 业主`, `@building 3` of the town;
    /// - `@task 城管`, the party's open task; `@problem 电动车违规充电`, another problem;
    /// - `@upload`, a picture that was just sent;
    /// - `@raiseWhistle/calls/nodes/0/id`, a part of what a mutation last wrote.
    ///
    /// A key is made for what takes one, and what takes a revision gets the one that `who` reads now.
    pub input: Value,
}

/// Does the step of a course, one of several; gives what was shown of the row.
///
/// # Errors
/// A fault: what was refused, or what an input names in vain.
pub async fn make(teller: &Teller<'_>, courses: &[Course<'_>], nth: usize, turn: &Turn) -> Result<Value> {
    let (course, mut input) = (&courses[nth], turn.input.clone());
    let who = if turn.who == GUEST { None } else { Some(course.town.person(turn.who)?) };
    for place in names(&input) {
        if let Some(text) = input.pointer_mut(&place) {
            let named = text.as_str().unwrap_or_default().trim_start_matches('@').to_owned();
            *text = json!(find(teller, courses, nth, who, &named).await?);
        }
    }
    let Some(who) = who else { return teller.tell_guest(turn.mutation, turn.shown, input).await };
    if teller.takes(turn.mutation, "expectedRevision")? {
        let subject = ["whistle", "call", "mediation", "visit", "subjectRequest"].iter().find_map(|key| input.get(key));
        let subject = match subject.and_then(Value::as_str) {
            Some(subject) => subject.to_owned(),
            None if input.get("obligation").is_some() => course.wrote("openMediation/id")?,
            None => course.problem()?,
        };
        input["expectedRevision"] = teller.revision(who, &subject).await?;
    }
    teller.tell(who, turn.mutation, turn.shown, input).await
}

/// Where names stand in an input, as JSON pointers.
fn names(input: &Value) -> Vec<String> {
    let within = |(key, value): (String, &Value)| {
        names(value).into_iter().map(move |place| format!("/{key}{place}")).collect::<Vec<_>>()
    };
    match input {
        Value::String(text) if text.starts_with('@') => vec![String::new()],
        Value::Array(values) => {
            values.iter().enumerate().map(|(key, value)| (key.to_string(), value)).flat_map(within).collect()
        }
        Value::Object(values) => values.iter().map(|(key, value)| (key.clone(), value)).flat_map(within).collect(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => vec![],
    }
}

/// The id of what is named.
async fn find(
    teller: &Teller<'_>,
    courses: &[Course<'_>],
    nth: usize,
    who: Option<&Viewer>,
    named: &str,
) -> Result<String> {
    let course = &courses[nth];
    let missing = || Error::fault(format!("there is no {named}"));
    match (named.split_once(' '), who) {
        (Some(("party", name)), _) => course.town.party(name).map(str::to_owned),
        (Some(("post", name)), _) => Ok(written(prefix::APPOINTMENT, course.town.person(name)?.post)),
        (Some(("person", name)), _) => Ok(written(prefix::USER, course.town.person(name)?.user)),
        (Some(("organisation", name)), _) => {
            let organisation = course.town.person(name)?.organisation;
            organisation.map(|id| written(prefix::ORGANISATION, id)).ok_or_else(missing)
        }
        (Some(("building", number)), _) => {
            let building = number.parse::<usize>().ok().and_then(|number| course.town.buildings.get(number));
            building.cloned().ok_or_else(missing)
        }
        (Some(("problem", title)), _) => {
            courses.iter().find(|other| other.case.title == title).ok_or_else(missing)?.problem()
        }
        (Some(("task", party)), _) => task(teller, course.town, &course.problem()?, party).await,
        (None, Some(who)) if named == "upload" => upload(teller, who).await,
        _ => course.wrote(named),
    }
}

fn written(of: Prefix, id: uuid::Uuid) -> String {
    TypeId(of, id).to_string()
}

/// The open task of a party, as the secretary reads it.
async fn task(teller: &Teller<'_>, town: &Town, problem: &str, party: &str) -> Result<String> {
    let document = "query($id: ID!) { problem(id: $id) { tasks(first: 20) { nodes { id status party { id } } } } }";
    let variables = Map::from_iter([("id".to_owned(), json!(problem))]);
    let seen = teller.ask(Some(town.person("书记")?), document, variables).await?;
    let party_id = town.party(party)?;
    let ended = ["DONE", "RETURNED", "TRANSFERRED", "WAIVED", "CANCELLED"];
    let mut tasks = seen["problem"]["tasks"]["nodes"].as_array().into_iter().flatten();
    let found = tasks
        .find(|task| task["party"]["id"] == party_id && !ended.contains(&task["status"].as_str().unwrap_or_default()));
    found.ok_or_else(|| Error::fault(format!("{party} has no open task"))).and_then(id)
}

/// A picture that is announced and sent, as through its link.
async fn upload(teller: &Teller<'_>, who: &Viewer) -> Result<String> {
    let picture = picture()?;
    let bytes = i64::try_from(picture.len()).unwrap_or(i64::MAX);
    let input = StageUploadInput { file_name: None, bytes, idempotency_key: teller.key() };
    let target = stage::stage(teller.call(who, "stageUpload"), input).await?;
    let waiting = stage::awaited(teller.app, who, target.id.0).await?;
    let waiting = waiting.ok_or_else(|| Error::fault("the upload does not wait for its bytes"))?;
    let file = clean::clean(&picture, stage::bounds(teller.app));
    let file = file.map_err(|complaint| Error::fault(format!("a picture: {complaint:?}")))?;
    stage::receive(teller.app, who, &waiting, file).await?;
    Ok(written(prefix::UPLOAD, target.id.0))
}

/// Red bricks, drawn: no photograph of a place that is.
fn picture() -> Result<Vec<u8>> {
    let brick = |x: u32, y: u32| {
        let row = y / 12;
        let joint = y.is_multiple_of(12) || (x + 16 * (row % 2)).is_multiple_of(32);
        if joint { image::Rgb([196, 190, 182]) } else { image::Rgb([168, 60, 44]) }
    };
    let mut png = std::io::Cursor::new(vec![]);
    let drawn = image::RgbImage::from_fn(320, 240, brick).write_to(&mut png, image::ImageFormat::Png);
    drawn.map_err(|error| Error::fault(error.to_string()))?;
    Ok(png.into_inner())
}
