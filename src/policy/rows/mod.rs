//! Row rules: which rows of a type a viewer may read, and which of their texts.

pub mod attachment;
pub mod contact;
pub mod inbox;
pub mod mediation;
pub mod notification;
pub mod place;
pub mod post;
pub mod privacy;
pub mod problem;
pub mod record;
pub mod reporter;
pub mod request;
pub mod search;
pub mod whistle;
