//! What waits for a person in each post, and what they were told of: a row is theirs where the post that it names would
//! have it among its own, if it were the one acted in.

use chrono::{DateTime, TimeDelta, Utc};
use entity::notification;
use entity::word::{InboxKind, Role, SubjectRequestStatus, TaskStatus, WhistleCallStatus, Word};
use serde_json::json;
use uuid::Uuid;

use super::oracle::Shows::{self, At, Just, Link};
use super::oracle::{just, word};
use super::sight::Eye;
use crate::support::communities::Who;

/// The latter half of an id.
fn tail(id: Uuid) -> [u8; 8] {
    id.as_bytes()[8..].try_into().unwrap()
}

/// The post of a row: its id begins with the latter half of the post's, and ends with that of what waits.
fn post_of<'a>(eye: &Eye<'a>, id: Uuid) -> Option<&'a entity::appointment::Model> {
    eye.truth.posts.iter().find(|post| tail(post.id) == id.as_bytes()[..8])
}

pub fn waits(eye: &Eye<'_>, id: Uuid) -> bool {
    let Some(post) = post_of(eye, id) else { return false };
    if post.user_id != eye.who.post.user_id || !eye.holds_today(post) {
        return false;
    }
    let who = Who { label: "another post", post: post.clone(), token: String::new() };
    let eye = Eye { who: &who, truth: eye.truth };
    if let Some(call) = eye.truth.calls.iter().find(|call| tail(call.id) == tail(id)) {
        let open = matches!(call.status, WhistleCallStatus::Called | WhistleCallStatus::ReportedIn);
        let whistle = eye.whistle_of(call);
        return open && eye.whistle(whistle) && eye.called_by(whistle).iter().any(|one| one.id == call.id);
    }
    if let Some(asked) = eye.truth.subject_requests.iter().find(|row| tail(row.id) == tail(id)) {
        return asked.status == SubjectRequestStatus::Received && eye.is_to_answer(asked);
    }
    let Some(task) = eye.truth.tasks.iter().find(|task| tail(task.id) == tail(id)) else { return false };
    let open = matches!(task.status, TaskStatus::Assigned | TaskStatus::Acknowledged | TaskStatus::Unread);
    let acts = |problem: &_| eye.acts_on(problem).iter().any(|one| one.id == task.id);
    open && who.role() != Role::Supervisor
        && eye.of(task.problem_id, |eye, problem| eye.summary(problem) && acts(problem))
}

pub fn told(eye: &Eye<'_>, row: &notification::Model) -> bool {
    let held = |post: Uuid| eye.truth.posts.iter().any(|one| one.id == post && eye.holds_today(one));
    row.user_id == eye.who.post.user_id && row.post_id.is_none_or(held)
}

pub fn item(eye: &Eye<'_>, id: Uuid, field: &str) -> Option<Shows> {
    let truth = eye.truth;
    let call = truth.calls.iter().find(|call| tail(call.id) == tail(id));
    let task = truth.tasks.iter().find(|task| tail(task.id) == tail(id));
    let asked = truth.subject_requests.iter().find(|row| tail(row.id) == tail(id));
    let due = call.map(|call| call.due_at).or(asked.map(|row| row.due_at));
    let due: Option<DateTime<Utc>> = due.or(task.and_then(|task| task.due_at));
    let problem = task.map(|task| task.problem_id).or(asked.and_then(|row| row.problem_id));
    let problem = problem.and_then(|id| truth.problems.iter().find(|row| row.id == id));
    let since = call.map(|call| call.called_at).or(task.map(|task| task.assigned_at));
    Some(match field {
        "kind" => word(match (call, asked) {
            (Some(_), _) => InboxKind::Whistle,
            (None, Some(_)) => InboxKind::SubjectRequest,
            (None, None) => InboxKind::Task,
        }),
        "number" => just(problem.map(|row| &row.number)),
        "dueAt" => At(due),
        "overdue" => just(due.is_some_and(|due| due < truth.now)),
        "createdAt" => At(since.or(asked.map(|row| row.asked_at))),
        "post" => Link("Appointment", post_of(eye, id).map(|post| post.id)),
        _ => return None,
    })
}

pub fn notification(row: &notification::Model, field: &str) -> Option<Shows> {
    let due = row.due_at.map(|due| (due + TimeDelta::hours(8)).format("%Y-%m-%d %H:%M").to_string());
    let said = |parts: [Option<String>; 3]| parts.into_iter().flatten().collect::<String>();
    Some(match field {
        "kind" => word(row.kind),
        "number" => just(&row.number),
        "dueAt" => At(row.due_at),
        "createdAt" => At(Some(row.created_at)),
        "readAt" => At(row.read_at),
        "text" => {
            let number = row.number.as_ref();
            let zh = [
                number.map(|number| format!("{number} ")),
                Some(row.kind.zh().into()),
                due.clone().map(|due| format!("，时限 {due}")),
            ];
            let en = [
                number.map(|number| format!("{number}: ")),
                Some(row.kind.en().into()),
                due.map(|due| format!("; due {due}")),
            ];
            Just(json!({ "zh": said(zh), "en": said(en) }))
        }
        "post" => Link("Appointment", row.post_id),
        _ => return None,
    })
}
