//! Rules for texts that people write: what may be in them at all, and what must not be in a text that several parties
//! read.

mod digits;
mod fold;
mod personal;
pub mod word;

pub use personal::{FLAT_NUMBER, IDENTITY_NUMBER, PHONE_NUMBER, REPORTER_NAME, SIDE_NAME, labels, personal_data};

use serde_json::json;

use crate::error::{Code, Error, Result, UserError, Word};

/// A text of one line: trimmed, not empty, at most `most` characters.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`, or `INVALID_VALUE` for control characters.
pub fn line(text: &str, path: &str, most: usize) -> Result<String> {
    checked(text, path, most, char::is_control)
}

/// A text of any number of lines: trimmed, not empty, at most `most` characters.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`, or `INVALID_VALUE` for control characters other than line ends and tabs.
pub fn prose(text: &str, path: &str, most: usize) -> Result<String> {
    checked(&text.replace("\r\n", "\n"), path, most, |letter| letter.is_control() && !matches!(letter, '\n' | '\t'))
}

/// A [`line()`] that may be left out; one of blanks alone is left out too.
///
/// # Errors
/// Those of [`line()`], but `REQUIRED`.
pub fn optional_line(text: Option<&str>, path: &str, most: usize) -> Result<Option<String>> {
    given(text).map(|text| line(text, path, most)).transpose()
}

/// [`prose`] that may be left out; one of blanks alone is left out too.
///
/// # Errors
/// Those of [`prose`], but `REQUIRED`.
pub fn optional_prose(text: Option<&str>, path: &str, most: usize) -> Result<Option<String>> {
    given(text).map(|text| prose(text, path, most)).transpose()
}

/// A [`line()`] that several parties read: nothing in it says how to reach a person, or where one lives.
///
/// # Errors
/// Those of [`line()`]; `PERSONAL_DATA_IN_TEXT` with what was found.
pub fn shared_line(text: &str, path: &str, most: usize) -> Result<String> {
    let text = line(text, path, most)?;
    let found = personal_data(&text, None);
    if found.is_empty() {
        return Ok(text);
    }
    let error = UserError::new(Code::PersonalDataInText, path, vec![labels(&found)]);
    Err(error.with("paths", json!([path])).with("found", json!(found)).into())
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

fn checked(text: &str, path: &str, most: usize, forbidden: fn(char) -> bool) -> Result<String> {
    let text = text.trim();
    if text.chars().all(fold::is_unseen) {
        return Err(Error::refused(Code::Required, path, vec![]));
    }
    if text.chars().count() > most {
        return Err(Error::refused(Code::TooLong, path, vec![most.into()]));
    }
    if text.chars().any(|letter| forbidden(letter) || fold::turns_the_line(letter)) {
        let why = Word::Both("不能含有控制字符".into(), "control characters are not allowed".into());
        return Err(Error::refused(Code::InvalidValue, path, vec![why]));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<String>) -> Code {
        match result {
            Err(Error::Refused(errors)) => errors[0].complaint.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn texts_are_trimmed_and_held_to_their_length() {
        assert_eq!(line("  振兴路 ", "name", 3).unwrap(), "振兴路");
        assert_eq!(code(line("振兴路社", "name", 3)), Code::TooLong);
        for empty in ["", " \n\t", "\u{200b}", "\u{3000}"] {
            assert_eq!(code(line(empty, "name", 3)), Code::Required, "{empty:?}");
            assert_eq!(optional_line(Some(empty), "name", 3).ok().flatten().unwrap_or_default().len(), 0);
        }
    }

    #[test]
    fn a_shared_line_tells_nothing_of_a_person() {
        assert_eq!(shared_line(" 换届 ", "reason", 9).unwrap(), "换届");
        assert_eq!(code(shared_line("打 13900001111", "reason", 99)), Code::PersonalDataInText);
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(code(line("a\nb", "name", 9)), Code::InvalidValue);
        assert_eq!(prose("a\r\n\tb", "text", 9).unwrap(), "a\n\tb");
        assert_eq!(code(prose("a\0b", "text", 9)), Code::InvalidValue);
        assert_eq!(code(prose("a\u{202e}b", "text", 9)), Code::InvalidValue, "text that is shown backwards");
    }
}
