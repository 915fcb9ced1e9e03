//! wip
/// wip
pub struct Config {}
