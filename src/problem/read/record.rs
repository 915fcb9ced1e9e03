//! What is kept with a problem: additions, follow-ups, ratings, disclosures.

use entity::word::{FollowUpMethod, Role, Satisfaction};
use entity::{disclosure, follow_up, problem_addition, rating};
use serde_json::Value;

use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::record as rows;
use crate::read::model::{Column, Type, col};

/// What was added to a report.
pub fn addition() -> Type {
    use problem_addition::Column as C;
    Type::of(
        problem_addition::Entity,
        "Addition",
        prefix::ADDITION,
        Capability::ReadProblems,
        rows::addition,
        "What the reporter (or who recorded the report) added to it afterwards (补充), also in an appeal or a reopening.",
    )
    .field(col(C::Content), "The words; part of the report.")
    .field(col(C::CreatedAt).orders(), "When they were added.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
}

/// A visit or call after closure.
pub fn follow_up() -> Type {
    use follow_up::Column as C;
    Type::of(
        follow_up::Entity,
        "FollowUp",
        prefix::FOLLOW_UP,
        Capability::ReadProblems,
        rows::followed_up,
        "A visit or call to the reporter after closure (回访).",
    )
    .field(col(C::Method).word::<FollowUpMethod>(), "Visit or call.")
    .field(col(C::Reached), "Whether the reporter was reached. Not reached never counts as satisfied.")
    .field(col(C::Satisfaction).word::<Satisfaction>(), "What the reporter said; null where nothing was said.")
    .field(
        col(C::Note).shown_if(rows::follow_up_note),
        "A note for the secretary, the street and the grid worker; null for others.",
    )
    .field(col(C::CreatedAt).orders(), "When it was made.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
}

/// A rating.
pub fn rating() -> Type {
    use rating::Column as C;
    Type::of(
        rating::Entity,
        "Rating",
        prefix::RATING,
        Capability::ReadProblems,
        rows::rating_row,
        "A reporter's rating of one closure (评价). Single ratings are seen by the reporter, the secretary, the street and the grid worker.",
    )
    .field(col(C::Satisfaction).word::<Satisfaction>(), "How satisfied the reporter is.")
    .field(col(C::Comment), "The reporter's words; null where there are none.")
    .field(col(C::CreatedAt).orders(), "When it was given.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
}

/// A disclosure.
pub fn disclosure() -> Type {
    use disclosure::Column as C;
    Type::of(
        disclosure::Entity,
        "Disclosure",
        prefix::DISCLOSURE,
        Capability::AskAnything,
        rows::disclosed,
        "A record that someone was shown a reporter's data (披露记录): the person concerned can list them.",
    )
    .derived::<Vec<String>>(
        "fields",
        vec![Column::of(C::Fields)],
        vec![],
        |look| look.cells.json("fields").filter(Value::is_array).unwrap_or_else(|| Value::Array(vec![])),
        "What was shown: name, phone, address.",
    )
    .field(col(C::Purpose), "Why, as the person who was shown it said.")
    .field(col(C::CreatedAt).orders(), "When.")
    .field(col(C::ViewerRole).named("actorRole").word::<Role>(), "In what role it was shown.")
    .link("actorParty", C::ViewerPartyId, "Party", "For what party; null where the person acted for none.")
    .link(
        "problem",
        C::ProblemId,
        "Problem",
        "The problem it was shown for; null where it is out of the caller's sight.",
    )
}
