//! Mediations.
