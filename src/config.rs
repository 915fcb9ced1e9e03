//! The settings.

/// The settings of a server.
pub struct Config {}
