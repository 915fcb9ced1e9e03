//! Why a task was waived or cancelled is kept, and read by those who work on the problem.

use sea_orm_migration::prelude::*;

crate::sql::change! {
    /// The reason of a task's end.
    "
ALTER TABLE disposition_task ADD COLUMN end_reason {text};
",
    "
ALTER TABLE disposition_task DROP COLUMN end_reason;
"
}
