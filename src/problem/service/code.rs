//! The secret code (查询码) of a reporter without account: shown once, kept as a keyed hash.

use entity::reporter_code;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use super::Case;
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, Word};
use crate::event::Kind;
use crate::machine::Guard as _;
use crate::policy::Capability;
use crate::problem::command::RenewReporterCodeInput;
use crate::problem::number::check_digit;
use crate::problem::transition::Guard;
use crate::vault::{Vault, secret};

/// Digits that are drawn: 53 bits, digits alone so that they can be read aloud and typed on a phone.
const DIGITS: usize = 16;
const BOUND: u64 = 10_u64.pow(16);

/// Draws a code: sixteen digits and a check digit, in four groups.
fn draw() -> Result<String> {
    // What 2^64 holds beyond a multiple of the bound favours no code by more than one part in a thousand.
    let digits = format!("{:016}", u64::from_be_bytes(secret()?) % BOUND);
    let check = check_digit(&digits);
    Ok(format!("{}-{}-{}-{}{check}", &digits[..4], &digits[4..8], &digits[8..12], &digits[12..]))
}

/// The digits of a code as a person gives it; `None` where it is none, or the check digit finds a slip.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let mut digits = String::new();
    for letter in text.trim().chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            // As Chinese keyboards write them.
            '０'..='９' => digits.extend(char::from_digit(u32::from(letter) - u32::from('０'), 10)),
            ' ' | '-' | '－' | '\u{3000}' => {}
            _ => return None,
        }
    }
    let (body, check) = digits.split_at_checked(DIGITS)?;
    (check == check_digit(body).to_string()).then_some(digits)
}

/// What is kept of a code: nothing by which it could be found without the server's key.
#[must_use]
pub fn hash(vault: &Vault, problem: Uuid, digits: &str) -> Vec<u8> {
    vault.hash("reporter_code", &format!("{problem} {digits}"))
}

/// Issues a code in the place of the one before.
///
/// # Errors
/// A fault of the database or of the machine's randomness.
pub async fn issue(act: &Act<'_>, problem: Uuid, community: i64) -> Result<String> {
    use reporter_code::Column as C;
    let code = draw()?;
    let digits = canonical(&code).ok_or_else(|| Error::fault("a code without a check digit"))?;
    let row = reporter_code::ActiveModel {
        problem_id: Set(problem),
        community_code: Set(community),
        code_hash: Set(hash(&act.app.vault, problem, &digits)),
        issued_by: Set(act.viewer.user),
        issued_at: Set(act.now),
    };
    let replace = OnConflict::column(C::ProblemId).update_columns([C::CodeHash, C::IssuedBy, C::IssuedAt]).to_owned();
    reporter_code::Entity::insert(row).on_conflict(replace).exec_without_returning(&act.tx).await?;
    Ok(code)
}

/// Issues a new code to a reporter without account.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for who is complained of or does not decide on it, and where the reporter has an account.
pub async fn renew(call: Call<'_>, input: RenewReporterCodeInput) -> Result<(Uuid, Option<String>)> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok((id, None)),
        Once::Now(act) => *act,
    };
    let case = Case::of(&act, input.problem.0, "problem").await?;
    let refused = |(zh, en): (&str, &str)| Err(Error::refused(Code::Forbidden, "problem", vec![Word::both(zh, en)]));
    if !case.facts.office || !Capability::TriageProblem.held(act.viewer.role, act.viewer.scopes) {
        return refused(("不由您办理", "it is not yours to do"));
    }
    if case.facts.concerned {
        return refused(Guard::NotConcerned.why());
    }
    if case.row.reporter_id.is_some() {
        return refused(("诉求人有账号，请登录查看", "the reporter has an account to sign in with"));
    }
    let code = issue(&act, case.row.id, case.row.community_code).await?;
    act.emit(case.event(Kind::ReporterCodeIssued));
    let id = call.commit_once(act, &input.idempotency_key, case.row.id).await?;
    Ok((id, Some(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_long_enough_and_reads_as_it_was_written() {
        const { assert!(BOUND > 1 << 50) };
        let code = draw().unwrap();
        assert_eq!(code.len(), 20);
        let digits = canonical(&code).unwrap();
        assert_eq!(digits.len(), DIGITS + 1);
        assert_eq!(canonical(&format!(" {} ", code.replace('-', " "))), Some(digits.clone()));
        let wide: String = digits.chars().map(|digit| char::from_u32(u32::from(digit) + 0xFEE0).unwrap()).collect();
        assert_eq!(canonical(&wide), Some(digits));
    }

    #[test]
    fn a_slip_is_found_before_anything_is_looked_up() {
        let digits = canonical(&draw().unwrap()).unwrap();
        for place in 0..digits.len() {
            let mut wrong = digits.clone().into_bytes();
            wrong[place] = if wrong[place] == b'9' { b'0' } else { wrong[place] + 1 };
            assert_eq!(canonical(std::str::from_utf8(&wrong).unwrap()), None);
        }
        for text in ["", "123", "4821-0937-5562-184x1", &digits[1..], &format!("{digits}0")] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_kept_belongs_to_one_problem() {
        let vault = Vault::new(&[7; 32]);
        assert_ne!(hash(&vault, Uuid::nil(), "1"), hash(&vault, Uuid::max(), "1"));
    }
}
