//! Liufang (六方): six-party linkage groups, served by a role-scoped GraphQL API.
//!
//! # The way of a request
//!
//! [`http`] (the transport's rules) → [`auth`] (token → [`policy::Viewer`]) → [`gate`] (bounds on the document) →
//! [`read::door`] (the caller's own schema; checked documents and plans are kept) → [`read`] (plan, statements, JSON), or
//! for a mutation a domain's `service` ([`act`]: one transaction with its [`event`]) and then [`read`] for its payload →
//! [`relay`] (each event gets its place among all).
//!
//! Down only: what acts on another domain goes through that domain's service, never by its tables.
//!
//! # The rooms
//!
//! | room | what is there |
//! |---|---|
//! | [`policy`] | scopes, the table of capabilities, row rules |
//! | [`read`] | the read engine; it knows no domain |
//! | [`gate`] | bounds on a document, before it is run |
//! | [`act`], [`event`], [`relay`], [`doctor`] | commands, what happened, its order, its proof |
//! | [`job`], [`scheduler`] | what happens when its time comes |
//! | [`auth`], [`vault`] | who calls; what is sealed |
//! | [`region`], [`group`], [`calendar`], [`problem`], [`disposition`], [`reporter`], [`whistle`], [`mediation`], [`attachment`], [`privacy`], [`notification`], [`statistics`], [`search`], [`viewer`] | the domains, in the order of [`schema`] |
//! | [`text`] | what a text may hold, and what it is found by |
//! | [`error`], [`id`], [`clock`] | the one error with the list of codes; ids; time |
//! | [`app`], [`db`], [`config`] | what everything runs on |
//! | [`http`], [`cli`], [`demo`] | the doors from outside |
//!
//! # What holds by construction
//!
//! - A schema is made for each role and set of scopes; what it does not reach is not in it ([`read::schema`]).
//! - Every select for a client carries the row rule of its type ([`read::plan`]), every load of a command too
//!   ([`read::load`]); what is withheld of a row never leaves the database.
//! - A command that commits has an event ([`act::Act::commit`]); an event carries ids, codes and commitments, never a text
//!   ([`event::Event::with`]).
//! - Errors have no `Display`: what a client reads is made from a code ([`error::Code`]) and its words.
//! - Time and ids are injected ([`clock::Clock`], [`id::Ids`]); the compiler refuses other sources.

pub mod act;
pub mod app;
pub mod attachment;
pub mod auth;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod disposition;
pub mod doctor;
pub mod error;
pub mod event;
pub mod gate;
pub mod group;
pub mod http;
pub mod id;
pub mod job;
pub mod machine;
pub mod mediation;
pub mod notification;
pub mod policy;
pub mod privacy;
pub mod problem;
pub mod read;
pub mod region;
pub mod relay;
pub mod reporter;
pub mod scheduler;
pub mod schema;
pub mod search;
pub mod statistics;
pub mod text;
pub mod vault;
pub mod viewer;
pub mod whistle;
