//! What a text is found by: its words, as Chinese is cut, and its letters in their order.
//!
//! A text and what is looked for go through the same folding, so that full-width, half-width and capital letters are the
//! same. What is not a letter or digit parts nothing: 路灯，坏了 is found by 灯坏. Both databases get these words and letters
//! ready-made, so that neither cuts text in a way of its own.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::fold::{fold, folded};

/// The dictionary: some hundred milliseconds to build, and so built once, when it is first needed.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The most letters of a text that are looked at: what lies behind is not found.
pub const MOST_LETTERS: usize = 16_000;
/// The most places kept of one letter; PostgreSQL keeps no more than 256.
const MOST_PLACES: usize = 250;
/// The longest word; what is longer is cut there, in texts as in what is looked for.
const LONGEST: usize = 40;
/// The most characters that can be looked for.
pub const MOST_SOUGHT: usize = 100;
/// So many digits are a person's: a telephone or identity number. A text is not found by them.
const PERSONAL_DIGITS: usize = 7;
/// So many signs may part the digits of one number.
const GAP: usize = 3;
/// Words that say nothing of what is looked for.
const EMPTY: [&str; 14] = ["的", "了", "着", "过", "是", "在", "和", "与", "及", "等", "吗", "呢", "吧", "啊"];

/// What a text is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Its letters and digits in their order; `None` for one too many of a kind, which is not found.
    pub letters: Vec<Option<char>>,
    /// Its words, and the words in them.
    pub words: BTreeSet<String>,
}

/// What is looked for: a text that has all of the words, or all of the runs of letters as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// The words; none where what is looked for has none that says anything.
    pub words: BTreeSet<String>,
    /// The runs of letters between blanks and signs; never none.
    pub runs: Vec<Vec<char>>,
}

/// Builds the dictionary, unless it is there.
pub fn ready() {
    LazyLock::force(&JIEBA);
}

/// Whether texts are found by a folded character.
#[must_use]
pub fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric()
}

/// What `text` is found by: never by numbers as long as a telephone's, nor by `name`.
#[must_use]
pub fn found_by(text: &str, name: Option<&str>) -> Found {
    let mut folded = fold(text);
    folded.truncate(MOST_LETTERS);
    hide_numbers(&mut folded);
    if let Some(name) = name {
        hide(&mut folded, &fold(name));
    }
    let mut times: HashMap<char, usize> = HashMap::new();
    let letters = folded.iter().filter(|letter| is_letter(**letter)).map(|letter| {
        let times = times.entry(*letter).or_default();
        *times += 1;
        (*times <= MOST_PLACES).then_some(*letter)
    });
    let letters = letters.collect();
    let folded: String = folded.into_iter().collect();
    let words = JIEBA.cut_for_search(&folded, false);
    Found { letters, words: words.into_iter().filter_map(|token| word(token.word)).collect() }
}

/// What is looked for by `text`; `None` where that has no letter, or is longer than [`MOST_SOUGHT`].
#[must_use]
pub fn sought(text: &str) -> Option<Sought> {
    if text.chars().count() > MOST_SOUGHT {
        return None;
    }
    let folded = fold(text);
    let runs: Vec<Vec<char>> =
        folded.split(|letter| !is_letter(*letter)).filter(|run| !run.is_empty()).map(<[char]>::to_vec).collect();
    let folded: String = folded.into_iter().collect();
    let cut = JIEBA.cut(&folded, false);
    let words = cut.into_iter().filter(|token| !EMPTY.contains(&token.word)).filter_map(|token| word(token.word));
    (!runs.is_empty()).then(|| Sought { words: words.collect(), runs })
}

/// The letters of a text, folded, each with the place in bytes of the character that it stands for.
#[must_use]
pub fn letters(text: &str) -> Vec<(char, usize)> {
    let letters = text.char_indices().flat_map(|(at, letter)| folded(letter).map(move |letter| (letter, at)));
    letters.take(MOST_LETTERS).filter(|(letter, _)| is_letter(*letter)).collect()
}

/// A word as it is kept; `None` for signs and blanks.
fn word(token: &str) -> Option<String> {
    let word: String = token.chars().filter(|letter| is_letter(*letter)).take(LONGEST).collect();
    (!word.is_empty()).then_some(word)
}

/// Puts blanks in the place of numbers that may be a person's, however their digits are parted by signs.
fn hide_numbers(text: &mut [char]) {
    let mut run: Vec<usize> = vec![];
    for at in 0..=text.len() {
        let digit = text.get(at).is_some_and(char::is_ascii_digit);
        let near = |last: &usize| {
            at - last <= GAP + 1
                && text.get(last + 1..at).is_some_and(|between| !between.iter().any(|sign| is_letter(*sign)))
        };
        if digit && run.last().is_none_or(near) {
            run.push(at);
        } else if digit || at == text.len() || run.last().is_some_and(|last| !near(last)) {
            if run.len() >= PERSONAL_DIGITS {
                for digit in &run {
                    text[*digit] = ' ';
                }
            }
            run = if digit { vec![at] } else { vec![] };
        }
    }
}

/// Puts blanks in the place of `name`, where it is one of two letters and more.
fn hide(text: &mut [char], name: &[char]) {
    if name.len() < 2 {
        return;
    }
    let mut at = 0;
    while at + name.len() <= text.len() {
        if text[at..].starts_with(name) {
            text[at..at + name.len()].fill(' ');
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(found: &Found) -> String {
        found.letters.iter().flatten().collect()
    }

    #[test]
    fn a_text_is_found_by_its_words_and_its_letters() {
        let found = found_by("３号楼的路灯，坏了。LED 灯！", None);
        assert_eq!(read(&found), "3号楼的路灯坏了led灯");
        for word in ["路灯", "坏", "led"] {
            assert!(found.words.contains(word), "{word}: {:?}", found.words);
        }
    }

    #[test]
    fn what_is_looked_for_is_cut_alike() {
        let sought = sought(" 路灯 ＬＥＤ ").unwrap();
        assert_eq!(sought.words, BTreeSet::from(["路灯".to_owned(), "led".to_owned()]));
        assert_eq!(sought.runs, [vec!['路', '灯'], vec!['l', 'e', 'd']]);
        let runs = |text| super::sought(text).map(|sought| sought.runs.len());
        assert_eq!(runs("砖"), Some(1));
        assert_eq!(runs("的"), Some(1), "a word that says nothing is looked for as it stands");
        assert_eq!(runs(" ，\0\u{200b}"), None);
        assert_eq!(runs(&"砖".repeat(MOST_SOUGHT + 1)), None);
    }

    #[test]
    fn numbers_of_a_person_and_the_name_are_not_found() {
        for text in ["电话13900001111找我", "电话 139-0000 1111 找我", "电话１３９００００１１１１找我"]
        {
            assert_eq!(read(&found_by(text, None)), "电话找我", "{text}");
        }
        assert_eq!(read(&found_by("打12345热线，2栋", None)), "打12345热线2栋");
        assert_eq!(read(&found_by("12345说7890123", None)), "12345说", "letters part numbers");
        let found = found_by("我是王小明，王小明！", Some("王小明"));
        assert_eq!(read(&found), "我是");
        assert!(!found.words.iter().any(|word| word.contains('王')));
    }

    #[test]
    fn one_letter_too_often_is_not_found_there_and_shifts_nothing() {
        let found = found_by(&format!("{}砖", "红".repeat(MOST_PLACES + 5)), None);
        assert_eq!(found.letters.len(), MOST_PLACES + 6);
        assert_eq!(found.letters[MOST_PLACES], None);
        assert_eq!(found.letters.last(), Some(&Some('砖')));
        assert_eq!(found_by(&"红".repeat(MOST_LETTERS + 9), None).letters.len(), MOST_LETTERS);
    }
}
