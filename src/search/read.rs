//! What can be asked: problems by a text, a snippet of one, those that are like another.

use entity::problem::Column as C;
use entity::word::SearchedText;
use sea_orm::sea_query::{CaseStatement, Expr};
use serde_json::Value;

use super::index::additions;
use super::similar::{self, SimilarProblem};
use super::snippet::{self, Snippet};
use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::problem::{report, summary};
use crate::policy::rows::search as rows;
use crate::policy::rule::{At, Rule};
use crate::read::model::{Asked, Extension, Fact, Holds, Look, Operand, Query};
use crate::read::shape::{Member, Output, Scalar, Shape};
use crate::text::word;

/// What is added to `Problem`.
#[must_use]
pub fn of_problem() -> Extension {
    let text = Member {
        name: "text".into(),
        about: "What was looked for, as in the filter `text`.".into(),
        shape: Shape::scalar(Scalar::Text),
    };
    Extension::of("Problem")
        .filter("text", Operand::Text, found, "Problems with all of these words, or with these letters as they stand, in one of the texts that the caller may read: the public summary; title and summary; the report with its place and what was added to it. 1 to 100 characters; full-width, half-width and capital letters are the same, and signs part nothing. Numbers of seven digits and more, the reporter's name and confidential problems are not found. The order is the list's own, the newest first.")
        .derived::<Option<Snippet>>("snippet", vec![], facts(), snippet, "A piece of one of the problem's texts around `text`, of a text that the caller may read; null where none of these has any of it, or the problem is confidential. Ask it with the text of the list's filter.")
        .shown_if(rows::open)
        .takes(vec![text])
}

fn found(at: &At, asked: &Asked) -> Rule {
    let Asked::Text(found) = asked else { return Rule::Never };
    rows::found(at, &|mark, key| found("problem_text", mark, key))
}

/// The texts, each of the rows in which the viewer may read it.
fn facts() -> Vec<Fact> {
    fn where_read(rule: Rule, text: Expr) -> Expr {
        match rule {
            Rule::Always => text,
            Rule::Never => Expr::cust("NULL"),
            Rule::When(rule) => CaseStatement::new().case(rule, text).into(),
        }
    }
    let fact = |name, sql| Fact { name, holds: Holds::Text, sql };
    vec![
        fact("title", |at| where_read(summary(at), at.col(C::Title))),
        fact("summary", |at| where_read(summary(at), at.col(C::Summary))),
        fact("public_summary", |at| at.col(C::PublicSummary)),
        fact("report", |at| where_read(report(at), at.col(C::Report))),
        fact("place", |at| where_read(report(at), at.col(C::Place))),
        fact("additions", |at| where_read(report(at), additions(at.col(C::Id)))),
    ]
}

fn snippet(look: &Look<'_>) -> Value {
    let sought = look.given.pointer("/text").and_then(Value::as_str).and_then(word::sought);
    let texts = [
        (SearchedText::Title, look.cells.text("title")),
        (SearchedText::Summary, look.cells.text("summary")),
        (SearchedText::PublicSummary, look.cells.text("public_summary")),
        (SearchedText::Report, look.cells.text("report")),
        (SearchedText::Place, look.cells.text("place")),
        (SearchedText::Addition, look.cells.text("additions")),
    ];
    sought.and_then(|sought| snippet::best(&texts, &sought)).json()
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    let taken = |name: &str, scalar, about: &str| Member {
        name: name.into(),
        about: about.into(),
        shape: Shape::scalar(scalar),
    };
    let grid = taken(
        "grid",
        Scalar::Id(prefix::GRID),
        "Its comprehensive grid (综合网格), where it is known: problems of other grids are not looked at then.",
    );
    vec![
        Query::value::<Vec<SimilarProblem>, _>(
            "similarProblems",
            Capability::TriageProblem,
            vec![taken("problem", Scalar::Id(prefix::PROBLEM), "The problem.")],
            |caller, given| Box::pin(async move { similar::to(caller, &given).await }),
            "Problems that may be the same as this one (疑似重复): of its grid (of its community where the grid is not known), reported within some days of it (a setting, 30 by default), with similar texts; the most alike first, at most 10. For the office that decides on it; empty for everybody else, for a confidential problem, and where there is none such. Confidential problems, and those in which the caller's organisation is complained of, are never among them.",
        )
        .takes(2),
        Query::value::<Vec<SimilarProblem>, _>(
            "similarPublicProblems",
            Capability::ReadProblems,
            vec![
                taken("text", Scalar::Text, "What is about to be reported; at most 5000 characters."),
                taken("communityCode", Scalar::Text, "The community's 12-digit code."),
                Member { shape: Shape::scalar(Scalar::Id(prefix::GRID)).nullable(), ..grid },
            ],
            |caller, given| Box::pin(async move { similar::to_report(caller, &given).await }),
            "Public problems in sight that may be the same as one that is about to be reported (疑似重复): of the same grid or community, reported within the last days (a setting, 30 by default), with a similar public summary; the most alike first, at most 10. Nothing that was asked is kept.",
        )
        .takes(1),
    ]
}
