//! The changes of Liufang's database, one file each, for SQLite and PostgreSQL alike.
//!
//! A change is plain SQL (see `sql::run`): what keeps data right (checks, partial unique indexes, generated columns)
//! is said in the database's own words, and each file can be read as the table it makes. A landed file is never edited.

pub use sea_orm_migration::prelude::*;

mod m20261124_000001_places;
mod m20261124_000002_people;
mod m20261124_000003_groups;
mod m20261124_000004_problems;
mod m20261124_000005_record;
mod m20261124_000006_calendar;
mod m20261124_000007_requests;
mod m20261124_000008_whistle;
mod m20261124_000009_mediation;
mod m20261124_000010_attachments;
mod m20261124_000011_search;
mod m20261124_000013_reporters;
mod m20261124_000014_notification;
mod m20261124_000015_privacy;
mod m20261124_000016_requests_of_subjects;
mod m20261124_000017_end_of_tasks;
mod sql;

/// All changes, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_places::Migration),
            Box::new(m20261124_000002_people::Migration),
            Box::new(m20261124_000003_groups::Migration),
            Box::new(m20261124_000004_problems::Migration),
            Box::new(m20261124_000005_record::Migration),
            Box::new(m20261124_000007_requests::Migration),
            Box::new(m20261124_000008_whistle::Migration),
            Box::new(m20261124_000013_reporters::Migration),
            Box::new(m20261124_000011_search::Migration),
            Box::new(m20261124_000006_calendar::Migration),
            Box::new(m20261124_000010_attachments::Migration),
            Box::new(m20261124_000009_mediation::Migration),
            Box::new(m20261124_000014_notification::Migration),
            Box::new(m20261124_000015_privacy::Migration),
            Box::new(m20261124_000016_requests_of_subjects::Migration),
            Box::new(m20261124_000017_end_of_tasks::Migration),
        ]
    }
}
