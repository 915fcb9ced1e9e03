//! A piece of a text around what was looked for in it, in parts: those that were, and those between.

use std::ops::Range;

use entity::word::SearchedText;

use crate::answer;
use crate::text::word::{self, Sought};

answer! {
    /// A piece of a text of a problem around what was looked for (检索片段): of a text that the caller may read.
    pub struct Snippet {
        /// Which text it is from.
        pub source: SearchedText,
        /// The piece, cut into parts; put together they are the piece, plain text as it stands there.
        pub parts: Vec<SnippetPart>,
    }
}

answer! {
    /// A part of a snippet.
    pub struct SnippetPart {
        /// Its text.
        pub text: String,
        /// Whether it is what was looked for: show it marked.
        pub hit: bool,
    }
}

/// So many letters stand before the first hit, and so many in all.
const BEFORE: usize = 12;
const LENGTH: usize = 60;
/// What stands for the text that is left out.
const LEFT_OUT: char = '…';

/// The piece of the text, among `texts`, that has most of what is sought; `None` where none has anything of it.
#[must_use]
pub fn best(texts: &[(SearchedText, Option<String>)], sought: &Sought) -> Option<Snippet> {
    let needles = needles(sought);
    let mut best: Option<(usize, Snippet)> = None;
    for (source, text) in texts {
        let Some(text) = text else { continue };
        let (kinds, hits) = hits(text, &needles);
        if kinds > best.as_ref().map_or(0, |(kinds, _)| *kinds) {
            best = Some((kinds, Snippet { source: *source, parts: parts(text, &hits) }));
        }
    }
    best.map(|(_, snippet)| snippet)
}

/// What to mark: the runs as they stand, and the words.
fn needles(sought: &Sought) -> Vec<Vec<char>> {
    let mut needles: Vec<Vec<char>> = sought.runs.clone();
    needles.extend(sought.words.iter().map(|word| word.chars().collect()));
    needles.sort();
    needles.dedup();
    needles
}

/// How many of the needles a text has, and where (in bytes), from left to right, without overlap.
fn hits(text: &str, needles: &[Vec<char>]) -> (usize, Vec<Range<usize>>) {
    let letters = word::letters(text);
    let mut found = vec![false; needles.len()];
    let mut hits: Vec<Range<usize>> = vec![];
    let mut at = 0;
    while at < letters.len() {
        let stands = |needle: &[char]| {
            letters.get(at..at + needle.len()).is_some_and(|part| part.iter().map(|(letter, _)| letter).eq(needle))
        };
        let mut longest = 0;
        for (place, needle) in needles.iter().enumerate() {
            if stands(needle) {
                found[place] = true;
                longest = longest.max(needle.len());
            }
        }
        if longest == 0 {
            at += 1;
            continue;
        }
        let last = letters[at + longest - 1].1;
        let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
        hits.push(letters[at].1..end);
        at += longest;
    }
    (found.into_iter().filter(|found| *found).count(), hits)
}

/// The piece around the first hit.
fn parts(text: &str, hits: &[Range<usize>]) -> Vec<SnippetPart> {
    let first = hits.first().map_or(0, |hit| hit.start);
    let start = text[..first].char_indices().rev().take(BEFORE).last().map_or(first, |(at, _)| at);
    let end = text[start..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| start + at);
    let mut parts: Vec<SnippetPart> = vec![];
    let mut add = |text: &str, hit: bool| {
        if !text.is_empty() {
            parts.push(SnippetPart { text: text.to_owned(), hit });
        }
    };
    let mut before = if start > 0 { LEFT_OUT.to_string() } else { String::new() };
    let mut at = start;
    for hit in hits.iter().filter(|hit| hit.end <= end) {
        before.push_str(&text[at..hit.start]);
        add(&before, false);
        add(&text[hit.clone()], true);
        before.clear();
        at = hit.end;
    }
    before.push_str(&text[at..end]);
    if end < text.len() {
        before.push(LEFT_OUT);
    }
    add(&before, false);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, sought: &str) -> Option<String> {
        let sought = word::sought(sought)?;
        let snippet = best(&[(SearchedText::Summary, Some(text.to_owned()))], &sought)?;
        Some(
            snippet
                .parts
                .iter()
                .map(|part| if part.hit { format!("[{}]", part.text) } else { part.text.clone() })
                .collect(),
        )
    }

    #[test]
    fn what_was_looked_for_is_marked() {
        assert_eq!(shown("路灯坏了", "路灯").as_deref(), Some("[路灯]坏了"));
        assert_eq!(shown("主路红砖、红砖破损", "红砖").as_deref(), Some("主路[红砖]、[红砖]破损"));
        assert_eq!(shown("ＬＥＤ灯", "led").as_deref(), Some("[ＬＥＤ]灯"));
        assert_eq!(shown("红，砖", "红砖").as_deref(), Some("[红，砖]"), "signs part nothing");
        assert_eq!(shown("路灯坏了", "红砖"), None);
    }

    #[test]
    fn a_long_text_is_cut_around_the_first() {
        let text = format!("{}路灯{}", "一".repeat(100), "二".repeat(100));
        let shown = shown(&text, "路灯").unwrap();
        assert_eq!(shown, format!("…{}[路灯]{}…", "一".repeat(BEFORE), "二".repeat(LENGTH - BEFORE - 2)));
    }

    #[test]
    fn the_text_that_has_most_of_it_is_shown() {
        let sought = word::sought("路灯 红砖").unwrap();
        let texts = [
            (SearchedText::Title, Some("路灯".to_owned())),
            (SearchedText::Summary, None),
            (SearchedText::Report, Some("路灯和红砖".to_owned())),
        ];
        assert_eq!(best(&texts, &sought).unwrap().source, SearchedText::Report);
    }
}
