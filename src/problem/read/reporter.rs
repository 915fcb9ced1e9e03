//! The reporter (诉求人) as each viewer sees them.

use entity::problem::Column as C;
use entity::word::{ContactField, PersonalState};
use sea_orm::sea_query::{CaseStatement, Expr};
use serde_json::Value;

use crate::answer;
use crate::policy::rows::contact as rows;
use crate::policy::rule::At;
use crate::read::model::{Fact, Holds, Look};
use crate::read::shape::Output;

answer! {
    /// A reporter (诉求人), as far as the caller may see.
    pub struct Reporter {
        /// Whether what follows is shown in full, masked, withheld, or was erased. WITHHELD is the same whether or not there
        /// is anything, or ever was; ERASED is told to those who would see it: `redactions` says on what basis.
        pub state: PersonalState,
        /// The name; masked: `王*`. Null where there is none, or the reporter released other data alone.
        pub name: Option<String>,
        /// The phone number; masked: `138****1234`. Null likewise.
        pub phone: Option<String>,
        /// The home address; null where masked.
        pub address: Option<String>,
    }
}

/// What is sealed in the problem's columns is bound to these names.
pub const NAME: &str = "problem.reporter_name";
/// See [`NAME`].
pub const PHONE: &str = "problem.reporter_phone";
/// See [`NAME`].
pub const ADDRESS: &str = "problem.reporter_address";

/// The state, and the columns as far as it lets them leave the database.
pub fn facts() -> Vec<Fact> {
    let bytes = |name, sql| Fact { name, holds: Holds::Bytes, sql };
    vec![
        Fact { name: "state", holds: Holds::Text, sql: state },
        bytes("name", |at| seen(at, C::ReporterName, ContactField::Name)),
        bytes("phone", |at| seen(at, C::ReporterPhone, ContactField::Phone)),
        bytes("address", |at| {
            CaseStatement::new().case(rows::reporter_visible(at).expr(), at.col(C::ReporterAddress)).into()
        }),
    ]
}

fn state(at: &At) -> Expr {
    let seen = rows::reporter_visible(at) | rows::reporter_masked(at);
    CaseStatement::new()
        .case((rows::erased(at) & seen).expr(), Expr::val("ERASED"))
        .case(rows::reporter_visible(at).expr(), Expr::val("VISIBLE"))
        .case(rows::reporter_masked(at).expr(), Expr::val("MASKED"))
        .finally(Expr::val("WITHHELD"))
        .into()
}

fn seen(at: &At, column: C, field: ContactField) -> Expr {
    let seen = rows::reporter_visible(at) | rows::contact_field(at, field);
    CaseStatement::new().case(seen.expr(), at.col(column)).into()
}

/// Opens what the state lets be seen.
pub fn reporter(look: &Look<'_>) -> Value {
    let state = look.cells.word("state").unwrap_or(PersonalState::Withheld);
    let open = |name: &str, column: &str| look.vault.open_text(column, &look.cells.bytes(name)?);
    let (name, phone, address) = match state {
        PersonalState::Visible => (open("name", NAME), open("phone", PHONE), open("address", ADDRESS)),
        PersonalState::Masked => (
            open("name", NAME).map(|name| mask_name(&name)),
            open("phone", PHONE).map(|phone| mask_phone(&phone)),
            None,
        ),
        PersonalState::Withheld | PersonalState::Erased => (None, None, None),
    };
    Reporter { state, name, phone, address }.json()
}

/// A name of which the first character is left.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let first: String = name.chars().take(1).collect();
    format!("{first}*")
}

/// A phone number of which the first three and last four digits are left; of a short one nothing is.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    if digits.len() < 11 {
        return "****".into();
    }
    let (head, tail) = (&digits[..3], &digits[digits.len() - 4..]);
    format!("{}****{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_leave_what_people_recognise_and_no_more() {
        assert_eq!(mask_name("王小明"), "王*");
        assert_eq!(mask_name(""), "*");
        assert_eq!(mask_phone("13812341234"), "138****1234");
        assert_eq!(mask_phone("5551234"), "****");
    }
}
