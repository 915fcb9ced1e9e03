//! Which files a viewer may read: those of a report as the report, those of a disposition as its content, and the released
//! copy of a report's file also by those who work on the problem.

use entity::{attachment, upload};
use sea_orm::sea_query::ExprTrait;

use super::problem::{done, of_problem, problem, report, trusted_office};
use crate::policy::rule::{At, Known, Rule, viewer};

/// The files a viewer may read.
pub fn attachment(at: &At) -> Rule {
    use attachment::Column as C;
    let of_report = Rule::When(at.col(C::DispositionId).is_null());
    let standing = Rule::When(at.col(C::OriginalId).is_not_null().and(at.col(C::WithdrawnAt).is_null()));
    let of_work = Rule::When(at.col(C::DispositionId).is_not_null()) | standing;
    let below = of_problem(at, at.col(C::ProblemId), |above| {
        problem(above) & ((of_report.clone() & report(above)) | (of_work.clone() & done(above)))
    });
    at.within(C::CommunityCode) & below
}

/// The name that a person gave a file may tell who the person is: it is read as the report, also of a disposition's.
pub fn file_name(at: &At) -> Rule {
    of_problem(at, at.col(attachment::Column::ProblemId), report)
}

/// The files that the office decides on: to release a copy, to withdraw.
pub fn decided(at: &At) -> Rule {
    attachment(at) & of_problem(at, at.col(attachment::Column::ProblemId), trusted_office)
}

/// The files that the viewer added.
pub fn added(at: &At) -> Rule {
    attachment(at) & Rule::When(at.col(attachment::Column::UploadedBy).eq(viewer(Known::User)))
}

/// What a person staged is that person's.
pub fn upload(at: &At) -> Rule {
    at.col(upload::Column::UserId).eq(viewer(Known::User)).into()
}
