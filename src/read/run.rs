//! wip
pub struct Cells<'a>(&'a ());
