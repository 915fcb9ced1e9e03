//! Personal data in a text that several parties read.

use super::digits;
use super::fold::{chinese_digit, fold, is_unseen};
use crate::error::Word;

/// A mobile or landline number.
pub const PHONE_NUMBER: &str = "PHONE_NUMBER";
/// A resident identity number.
pub const IDENTITY_NUMBER: &str = "IDENTITY_NUMBER";
/// A flat's number: building and room, unit and room, or a room.
pub const FLAT_NUMBER: &str = "FLAT_NUMBER";
/// The reporter's name.
pub const REPORTER_NAME: &str = "REPORTER_NAME";
/// The name of a side of a mediation.
pub const SIDE_NAME: &str = "SIDE_NAME";

/// What of a person is in `text`: which of [`PHONE_NUMBER`], [`IDENTITY_NUMBER`], [`FLAT_NUMBER`], [`REPORTER_NAME`].
///
/// Found are numbers in any width, in Chinese numerals, parted by blanks and signs; a building alone (`12幢`) and a unit
/// (`12幢2单元`) may be told.
#[must_use]
pub fn personal_data(text: &str, reporter_name: Option<&str>) -> Vec<&'static str> {
    let folded = fold(text);
    [
        (PHONE_NUMBER, digits::has_phone(&folded)),
        (IDENTITY_NUMBER, digits::has_identity(&folded)),
        (FLAT_NUMBER, has_flat(&folded)),
        (REPORTER_NAME, reporter_name.is_some_and(|name| has_name(text, name))),
    ]
    .into_iter()
    .filter_map(|(kind, found)| found.then_some(kind))
    .collect()
}

/// What [`personal_data`] found, in words for a refusal.
#[must_use]
pub fn labels(found: &[&str]) -> Word {
    let words: Vec<(&str, &str)> = found
        .iter()
        .map(|kind| match *kind {
            PHONE_NUMBER => ("电话号码", "a phone number"),
            IDENTITY_NUMBER => ("身份证号", "an identity number"),
            FLAT_NUMBER => ("门牌号", "a flat number"),
            REPORTER_NAME => ("诉求人姓名", "the reporter's name"),
            SIDE_NAME => ("当事人姓名", "a side's name"),
            other => (other, other),
        })
        .collect();
    let zh: Vec<_> = words.iter().map(|word| word.0).collect();
    let en: Vec<_> = words.iter().map(|word| word.1).collect();
    Word::Both(zh.join("、"), en.join(", "))
}

/// The name as it stands, or with blanks and points between its characters.
fn has_name(text: &str, name: &str) -> bool {
    let close = |text: &str| -> String {
        let parts = |letter: &char| {
            !(letter.is_whitespace() || matches!(letter, '.' | '·' | '•' | '-' | '_' | '*' | '/' | '|'))
        };
        fold(text).into_iter().filter(parts).collect()
    };
    let name = close(name);
    name.chars().filter(|letter| !is_unseen(*letter)).count() >= 2 && close(text).contains(&name)
}

/// What of an address has been read, from the left.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Building,
    Unit,
}

/// Whether a folded text names a flat: `3幢2单元501室`, `5栋1203`, `12#-502`, `2单元501`, `501室`, `3-2-501`.
fn has_flat(text: &[char]) -> bool {
    (0..text.len()).any(|start| {
        let fresh = start == 0 || !is_number(text[start - 1]);
        fresh && (flat_from(text, start) || bare_flat(text, start))
    })
}

/// Whether a flat's number begins at `start`: parts with their words, then a room.
fn flat_from(text: &[char], start: usize) -> bool {
    let mut at = start;
    let mut last = None;
    loop {
        let Some(end) = number(text, at) else { return false };
        if let Some((part, next)) = part(text, end) {
            last = Some(part);
            at = blanks(text, next);
        } else {
            return is_room(text, at, end, last);
        }
    }
}

/// Whether the number from `start` to `end` is a room's, after the parts read before it.
fn is_room(text: &[char], start: usize, end: usize, before: Option<Part>) -> bool {
    let places = end - start;
    let room = text.get(blanks(text, end)) == Some(&'室');
    let suffix = room || text.get(end).is_some_and(|sign| matches!(sign, '号' | '户'));
    match before {
        Some(Part::Unit) => suffix || !counts(text, end),
        Some(Part::Building) => room || (3..=4).contains(&places) && !counts(text, end),
        None => room && (3..=5).contains(&places),
    }
}

/// Whether what follows makes a number a count, a year or a measure rather than a room.
fn counts(text: &[char], end: usize) -> bool {
    const UNITS: &str = "年月日时点分秒个人户家只盏米平方元万千百吨公里度次张块台套件条处起%层楼";
    text.get(blanks(text, end)).is_some_and(|sign| UNITS.contains(*sign))
}

/// `3-2-501`, `3#502`: numbers and signs alone.
fn bare_flat(text: &[char], start: usize) -> bool {
    let mut numbers = vec![];
    let mut at = start;
    while let Some(end) = number(text, at) {
        numbers.push(end - at);
        at = end;
        if !matches!(text.get(end), Some('-' | '‐'..='―' | '－' | '−' | '/')) || numbers.len() > 3 {
            break;
        }
        at = end + 1;
    }
    let year = matches!(text.get(at.saturating_sub(4)..at), Some(['1', '9', _, _] | ['2', '0', _, _]));
    matches!(numbers[..], [1..=3, 1..=2, 3..=4]) && !year && !counts(text, at)
}

/// The word after a number that makes it a building's or a unit's, and where it ends.
fn part(text: &[char], end: usize) -> Option<(Part, usize)> {
    const WORDS: [(&str, Part); 13] = [
        ("号楼", Part::Building),
        ("号院", Part::Building),
        ("#楼", Part::Building),
        ("幢楼", Part::Building),
        ("栋楼", Part::Building),
        ("幢", Part::Building),
        ("栋", Part::Building),
        ("座", Part::Building),
        ("楼", Part::Building),
        ("#", Part::Building),
        ("单元", Part::Unit),
        ("门洞", Part::Unit),
        ("门", Part::Unit),
    ];
    let from = blanks(text, end);
    WORDS.iter().find_map(|(word, part)| {
        let next = word.chars().enumerate().all(|(place, letter)| text.get(from + place) == Some(&letter));
        next.then(|| (*part, from + word.chars().count()))
    })
}

/// Where the number at `start` ends: ASCII digits, Chinese numerals, or one letter as buildings have it.
fn number(text: &[char], start: usize) -> Option<usize> {
    let digits = text[start.min(text.len())..].iter().take_while(|letter| is_number(**letter)).count();
    match (digits, text.get(start)) {
        (1..=6, _) => Some(start + digits),
        (0, Some('a'..='z')) => Some(start + 1),
        _ => None,
    }
}

fn is_number(letter: char) -> bool {
    letter.is_ascii_digit() || chinese_digit(letter).is_some() || matches!(letter, '十' | '百' | '拾' | '佰')
}

/// The next place that is no blank or joining sign.
fn blanks(text: &[char], mut at: usize) -> usize {
    while text.get(at).is_some_and(|sign| {
        sign.is_whitespace() || matches!(sign, '-' | '‐'..='―' | '－' | '−' | ',' | '，' | '.' | '·' | '的')
    }) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests;
