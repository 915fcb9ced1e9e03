//! The lists of domains and of their jobs; nothing else. Each may name what stands above it.

use crate::job::Job;
use crate::read::model::Model;
use crate::{mediation, privacy, problem, reporter, whistle};

/// All domains together.
pub fn model() -> Model {
    Model::assemble(vec![
        crate::region::domain(),
        crate::auth::domain(),
        crate::group::domain(),
        crate::calendar::domain(),
        crate::problem::domain(),
        crate::disposition::domain(),
        crate::reporter::domain(),
        crate::whistle::domain(),
        crate::attachment::domain(),
        crate::mediation::domain(),
        crate::privacy::domain(),
        crate::notification::domain(),
        crate::statistics::domain(),
        crate::search::domain(),
        crate::viewer::domain(),
    ])
}

/// What happens by itself, in all domains.
pub fn jobs() -> Vec<Job> {
    [
        problem::service::watch::jobs(),
        reporter::service::visit::jobs(),
        whistle::service::unanswered::jobs(),
        mediation::service::due::jobs(),
        privacy::service::jobs(),
    ]
    .concat()
}
