//! The migrations, on both databases: up and down, once for many, and the lists that hold columns to their vocabularies.

use std::collections::{BTreeMap, BTreeSet};

use entity::word::{self, Word};
use liufang::app::App;
use liufang::db;
use liufang::error::Error;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::support::{Backing, Told};

async fn tables(db: &DatabaseConnection) -> Vec<String> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    } else {
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    };
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let names = rows.iter().map(|row| row.try_get::<String>("", "name").unwrap());
    names.filter(|name| !name.starts_with("sqlite_") && name != "seaql_migrations").collect()
}

both! {
    async fn the_changes_go_up_and_down_and_up_again(db: Backing) {
        let migrated = tables(&db.connect().await).await;
        assert!(migrated.len() > 20, "{migrated:?}");
        let backing = db.empty().await;
        let empty = backing.connect().await;
        db::up(&empty).await.unwrap();
        let steps = u32::try_from(db::status(&empty).await.unwrap().len()).unwrap();
        for left in (0..steps).rev() {
            db::down(&empty, 1).await.unwrap();
            assert_eq!(db::status(&empty).await.unwrap().iter().filter(|(_, made)| *made).count(), left as usize);
        }
        assert_eq!(tables(&empty).await, Vec::<String>::new());
        db::up(&empty).await.unwrap();
        assert_eq!(tables(&empty).await, migrated);
        assert_eq!(db::pending(&empty).await.unwrap(), 0);
    }

    async fn a_database_full_of_data_goes_down(db: Backing) {
        let told = Told::on(db).await;
        let db = &told.server.inside.app.db;
        let steps = u32::try_from(db::status(db).await.unwrap().len()).unwrap();
        db::down(db, steps).await.unwrap();
        assert_eq!(tables(db).await, Vec::<String>::new());
    }

    async fn what_names_a_row_is_held_to_it(db: Backing) {
        let loose = |table: &str, column: &str| (table.to_owned(), column.to_owned());
        // An event happens to a row of any table, in the stream of a region or of the installation. The others are words.
        let expected = [
            loose("event", "community_code"), loose("event", "subject_id"),
            loose("appointment", "selected_by"), loose("problem", "handled_by"),
            // A calendar is a region's or the installation's; a clock is a problem's or a task's, by a check. How far a
            // backlog has come is a place in an order.
            loose("calendar_day", "region_code"), loose("calendar_hours", "region_code"),
            loose("calendar_year", "region_code"), loose("clock_segment", "clock_id"),
            loose("deadline_backlog", "after_id"),
            // What was taken out was part of any table.
            loose("redaction", "subject_id"),
        ];
        assert_eq!(unreferenced(&db.connect().await).await, expected.into());
    }

    async fn a_problem_under_way_has_a_lead(db: Backing) {
        let told = Told::on(db).await;
        let db = &told.server.inside.app.db;
        for status in ["DISPATCHED", "IN_PROGRESS", "SUSPENDED", "AWAITING_VERIFICATION"] {
            let sql = format!("UPDATE problem SET status = '{status}', lead_task_id = NULL WHERE status = 'IN_PROGRESS'");
            assert!(db.execute_unprepared(&sql).await.is_err(), "{status}");
        }
        let suspended = "UPDATE problem SET status = 'SUSPENDED' WHERE status = 'IN_PROGRESS'";
        assert!(db.execute_unprepared(suspended).await.unwrap().rows_affected() > 0);
        assert!(db.execute_unprepared("UPDATE problem SET lead_task_id = id WHERE lead_task_id IS NOT NULL").await.is_err());
    }

    async fn only_an_embedded_database_is_changed_at_start(db: Backing) {
        let empty = db.empty().await;
        let started = App::start(empty.config()).await;
        if db.is_sqlite() {
            assert_eq!(db::pending(&started.ok().unwrap().db).await.unwrap(), 0);
        } else {
            let Err(Error::Fault(told)) = started else { panic!("it started") };
            assert!(told.contains("run `liufang migrate up` first"), "{told}");
            db::up(&empty.connect().await).await.unwrap();
            assert!(App::start(empty.config()).await.is_ok());
        }
    }

    async fn a_column_takes_the_words_of_its_vocabulary_and_no_other(db: Backing) {
        let db = db.connect().await;
        assert_eq!(lists(&db).await, vocabularies());
        let planet = "INSERT INTO region (code, id, level, name) VALUES (321100000000, {}, 'PLANET', 'x')";
        let id = if db.get_database_backend() == DbBackend::Sqlite {
            "x'01a20c59c63273d78808f6822de7947d'"
        } else {
            "'01a20c59-c632-73d7-8808-f6822de7947d'"
        };
        let insert = planet.replace("{}", id);
        let refused = db.execute_unprepared(&insert).await.unwrap_err().to_string();
        assert!(refused.to_lowercase().contains("check constraint"), "{refused}");
        db.execute_unprepared(&insert.replace("PLANET", "CITY")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_that_migrate_at_the_same_time_wait_for_one_another() {
    let empty = Backing::empty_postgres().await;
    let (one, two) = (empty.connect().await, empty.connect().await);
    let (first, second) = tokio::join!(db::up(&one), db::up(&two));
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!(db::pending(&one).await.unwrap(), 0);
}

type Lists = BTreeMap<(String, String), BTreeSet<String>>;

/// The columns that name a row of another table by what they are called, and are no foreign keys.
async fn unreferenced(db: &DatabaseConnection) -> BTreeSet<(String, String)> {
    let (columns, keys) = if db.get_database_backend() == DbBackend::Sqlite {
        (
            "SELECT t.name AS of_table, c.name AS of_column FROM sqlite_master t JOIN pragma_table_info(t.name) c
                WHERE t.type = 'table'",
            "SELECT t.name AS of_table, k.\"from\" AS of_column FROM sqlite_master t
                JOIN pragma_foreign_key_list(t.name) k WHERE t.type = 'table'",
        )
    } else {
        (
            "SELECT table_name::text AS of_table, column_name::text AS of_column FROM information_schema.columns
                WHERE table_schema = 'public'",
            "SELECT c.conrelid::regclass::text AS of_table, a.attname::text AS of_column FROM pg_constraint c
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f'",
        )
    };
    let find = async |sql: &str| -> BTreeSet<(String, String)> {
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let text = |row: &sea_orm::QueryResult, name: &str| row.try_get::<String>("", name).unwrap().replace('"', "");
        rows.iter().map(|row| (text(row, "of_table"), text(row, "of_column"))).collect()
    };
    let names = |column: &str| ["_id", "_by", "_code"].iter().any(|end| column.ends_with(end));
    let keys = find(keys).await;
    find(columns).await.into_iter().filter(|column| names(&column.1) && !keys.contains(column)).collect()
}

/// Which columns are held to which words: the vocabularies that they have in Rust.
fn vocabularies() -> Lists {
    fn of<W: Word>() -> Vec<&'static str> {
        W::ALL.iter().map(|word| word.value()).collect()
    }
    fn but<W: Word>(left_out: &str) -> Vec<&'static str> {
        of::<W>().into_iter().filter(|value| *value != left_out).collect()
    }
    let open = ["REPORTED", "ACCEPTED", "DISPATCHED", "IN_PROGRESS", "SUSPENDED", "AWAITING_VERIFICATION", "ON_LEDGER"];
    let ended = of::<word::ProblemStatus>().into_iter().filter(|status| !open.contains(status)).collect();
    let lists: Vec<(&str, &str, Vec<&str>)> = vec![
        ("region", "level", of::<word::RegionLevel>()),
        ("grid", "kind", of::<word::GridKind>()),
        ("organisation", "kind", of::<word::OrganisationKind>()),
        ("linkage_group", "kind", of::<word::LinkageGroupKind>()),
        ("linkage_group", "status", of::<word::LinkageGroupStatus>()),
        ("party", "kind", of::<word::PartyKind>()),
        ("appointment", "kind", of::<word::AppointmentKind>()),
        // A partner's client holds no post.
        ("appointment", "role", but::<word::Role>("PARTNER")),
        ("appointment", "identity", of::<word::AppointmentIdentity>()),
        ("appointment", "selected_by", of::<word::SelectedBy>()),
        ("problem", "channel", of::<word::ProblemChannel>()),
        ("problem", "nature", of::<word::ProblemNature>()),
        ("problem", "domain", of::<word::ProblemDomain>()),
        ("problem", "complexity", of::<word::ProblemComplexity>()),
        ("problem", "status", of::<word::ProblemStatus>()),
        ("problem", "visibility", of::<word::ProblemVisibility>()),
        ("problem", "supervision", of::<word::SupervisionLevel>()),
        // A city handles no problem itself.
        ("problem", "handled_by", but::<word::RegionLevel>("CITY")),
        ("problem", "outcome", of::<word::ClosureOutcome>()),
        ("closure", "status", ended),
        ("closure", "outcome", of::<word::ClosureOutcome>()),
        ("closure", "domain", of::<word::ProblemDomain>()),
        ("disposition_task", "role", of::<word::TaskRole>()),
        ("disposition_task", "status", of::<word::TaskStatus>()),
        ("disposition", "action", of::<word::DispositionAction>()),
        ("disposition", "quantity_unit", of::<word::QuantityUnit>()),
        ("disposition", "quantity_precision", of::<word::QuantityPrecision>()),
        ("follow_up", "method", of::<word::FollowUpMethod>()),
        ("follow_up", "satisfaction", of::<word::Satisfaction>()),
        ("rating", "satisfaction", of::<word::Satisfaction>()),
        ("whistle", "grounds", of::<word::WhistleGrounds>()),
        ("whistle", "status", of::<word::WhistleStatus>()),
        // Who decides on problems, and the grid worker.
        ("whistle", "raised_by_role", vec!["SUPERVISOR", "STREET_COORDINATOR", "SECRETARY", "GRID_WORKER"]),
        ("whistle_call", "status", of::<word::WhistleCallStatus>()),
        ("visit_offer", "place", of::<word::VisitPlace>()),
        ("visit_offer", "status", of::<word::VisitStatus>()),
        ("problem_text", "audience", of::<word::TextAudience>()),
        ("calendar_day", "kind", vec!["HOLIDAY", "MAKE_UP_WORKDAY"]),
        ("time_limit", "step", of::<word::LimitStep>()),
        ("time_limit", "domain", of::<word::ProblemDomain>()),
        ("time_limit", "nature", of::<word::ProblemNature>()),
        ("time_limit", "complexity", of::<word::ProblemComplexity>()),
        ("time_limit", "unit", of::<word::LimitUnit>()),
        ("attachment", "kind", of::<word::AttachmentKind>()),
        ("attachment", "status", of::<word::AttachmentStatus>()),
        ("attachment", "file_type", of::<word::FileType>()),
        ("upload", "file_type", of::<word::FileType>()),
        ("request", "kind", of::<word::RequestKind>()),
        ("request", "status", of::<word::RequestStatus>()),
        ("extension_request", "status", of::<word::RequestStatus>()),
        ("suspension", "status", of::<word::RequestStatus>()),
        // No supervision is no row.
        ("supervision", "level", but::<word::SupervisionLevel>("NONE")),
        ("supervision", "grounds", of::<word::SupervisionGrounds>()),
        ("supervision", "status", of::<word::SupervisionStatus>()),
        ("mediation", "kind", of::<word::MediationKind>()),
        ("mediation", "status", of::<word::MediationStatus>()),
        ("mediation", "form", of::<word::AgreementForm>()),
        ("mediation", "recusal_ground", of::<word::RecusalGround>()),
        ("mediation_side", "consent", of::<word::SideConsent>()),
        ("mediation_side", "consent_method", of::<word::ConsentMethod>()),
        ("mediation_agreement", "form", of::<word::AgreementForm>()),
        ("mediation_agreement", "confirmation", of::<word::ConfirmationStatus>()),
        ("mediation_obligation", "status", of::<word::ObligationStatus>()),
        ("mediation_exclusion", "ground", of::<word::RecusalGround>()),
        ("notification", "kind", of::<word::NotificationKind>()),
        ("notification", "status", of::<word::DeliveryStatus>()),
        ("redaction", "audience", of::<word::RedactionAudience>()),
        ("redaction", "basis", of::<word::RedactionBasis>()),
        ("redaction", "status", of::<word::RedactionStatus>()),
        ("retention", "class", of::<word::RetentionClass>()),
        ("subject_request", "kind", of::<word::SubjectRequestKind>()),
        ("subject_request", "refusal", of::<word::SubjectRefusal>()),
        ("subject_request", "status", of::<word::SubjectRequestStatus>()),
    ];
    let owned = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
    lists.into_iter().map(|(table, column, values)| ((table.into(), column.into()), owned(values))).collect()
}

/// Which columns are held to which words: the checks of the database that are a list and nothing else.
async fn lists(db: &DatabaseConnection) -> Lists {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Sqlite {
        "SELECT name AS of_table, sql AS said FROM sqlite_master WHERE type = 'table'"
    } else {
        "SELECT conrelid::regclass::text AS of_table, pg_get_constraintdef(oid) AS said FROM pg_constraint
             WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    };
    let mut lists = Lists::new();
    for row in db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap() {
        let (table, said): (String, String) = (row.try_get("", "of_table").unwrap(), row.try_get("", "said").unwrap());
        let parts = said.split("CHECK (").skip(1).filter_map(|part| list(part.trim_start_matches('(')));
        lists.extend(parts.map(|(column, values)| ((table.clone(), column), values)));
    }
    lists
}

/// `level IN ('CITY', …))` or `level = ANY (ARRAY['CITY'::text, …])))`.
fn list(check: &str) -> Option<(String, BTreeSet<String>)> {
    let (column, rest) = check.split_once(" IN (").or_else(|| check.split_once(" = ANY (ARRAY["))?;
    let values = rest.split([')', ']']).next()?;
    let after = rest[values.len()..].trim_start_matches([')', ']']).trim_start();
    let plain = column.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let alone = after.is_empty() || after.starts_with(',');
    let values = values.split(',').filter_map(|value| value.split('\'').nth(1)).map(str::to_owned);
    (plain && alone).then(|| (column.to_owned(), values.collect()))
}
