//! The list of domains; nothing else. Each may name what stands above it.

use crate::read::model::Model;

/// All domains together.
pub fn model() -> Model {
    Model::assemble(vec![
        crate::region::domain(),
        crate::auth::domain(),
        crate::group::domain(),
        crate::problem::domain(),
        crate::disposition::domain(),
        crate::mediation::domain(),
        crate::statistics::domain(),
        crate::viewer::domain(),
    ])
}
