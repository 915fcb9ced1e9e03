//! Long numbers in a text, however their digits are parted: `138-1234 5678`, `一三八 12345678`.

use chrono::NaiveDate;

use super::fold::chinese_digit;

/// A number as it is written without a break in one script; `x` can be an identity number's last place.
struct Block {
    digits: String,
    /// How it is parted from the block before: `None` where other words stand between.
    joined: bool,
    /// Whether a word for telephones stands shortly before.
    announced: bool,
}

/// So many signs may part the digits of one number.
const GAP: usize = 3;
/// The longest number looked for: an identity number.
const LONGEST: usize = 18;
/// So far before a number a word may announce it.
const NEAR: usize = 6;

/// Whether a folded text has a phone number in it.
pub fn has_phone(text: &[char]) -> bool {
    numbers(text)
        .any(|(number, announced)| is_mobile(&number) || is_landline(&number) || announced && is_local(&number))
}

/// Whether a folded text has a resident identity number in it (GB 11643: 18 places; the older ones have 15).
pub fn has_identity(text: &[char]) -> bool {
    numbers(text).any(|(number, _)| is_identity(&number))
}

/// Every number that can be read in the text: each run of neighbouring blocks put together.
fn numbers(text: &[char]) -> impl Iterator<Item = (String, bool)> {
    let blocks = blocks(text);
    let mut numbers = vec![];
    for first in 0..blocks.len() {
        let mut number = String::new();
        for block in &blocks[first..] {
            if !number.is_empty() && !block.joined || number.len() + block.digits.len() > LONGEST {
                break;
            }
            number.push_str(&block.digits);
            numbers.push((number.clone(), blocks[first].announced));
        }
    }
    numbers.into_iter()
}

fn blocks(text: &[char]) -> Vec<Block> {
    #[derive(Clone, Copy, PartialEq)]
    enum Script {
        Ascii,
        Chinese,
        X,
    }
    let mut blocks: Vec<Block> = vec![];
    let mut last: Option<(usize, Script)> = None;
    for (place, letter) in text.iter().enumerate() {
        let (digit, script) = match (letter, chinese_digit(*letter)) {
            ('0'..='9', _) => (*letter, Script::Ascii),
            (_, Some(digit)) => (char::from(b'0' + digit), Script::Chinese),
            ('x', None) => ('x', Script::X),
            _ => continue,
        };
        if let (Some((before, same)), Some(block)) = (last, blocks.last_mut())
            && before + 1 == place
            && same == script
        {
            block.digits.push(digit);
        } else {
            let joined = last.is_some_and(|(before, _)| {
                place - before <= GAP + 1 && text[before + 1..place].iter().all(|sign| parts(*sign))
            });
            blocks.push(Block { digits: digit.into(), joined, announced: announced(&text[..place]) });
        }
        last = Some((place, script));
    }
    blocks
}

/// Signs that are written between the digits of one number.
fn parts(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(
            sign,
            '-' | '‐'
                ..='―'
                    | '－'
                    | '−'
                    | '.'
                    | ','
                    | '、'
                    | '，'
                    | '。'
                    | '·'
                    | '•'
                    | '('
                    | ')'
                    | '+'
                    | '_'
                    | '*'
                    | '~'
                    | '|'
                    | '\''
                    | '"'
        )
}

fn announced(before: &[char]) -> bool {
    const WORDS: [&str; 9] = ["电话", "座机", "固话", "手机", "联系", "拨打", "致电", "tel", "phone"];
    let near: String = before[before.len().saturating_sub(NEAR + 5)..].iter().collect();
    WORDS.iter().any(|word| near.contains(word))
}

/// A mobile number (11 places, 13 to 19), also with the country's code or a zero before it.
fn is_mobile(number: &str) -> bool {
    let bare = ["0086", "086", "86", "0", ""]
        .iter()
        .find_map(|prefix| number.strip_prefix(prefix).filter(|rest| rest.len() == 11));
    bare.is_some_and(|bare| digits_only(bare) && bare.starts_with('1') && bare.as_bytes()[1] >= b'3')
}

/// A number with its area's code, also with the country's before it.
fn is_landline(number: &str) -> bool {
    let national = ["0086", "86"]
        .iter()
        .find_map(|prefix| number.strip_prefix(prefix))
        .map(|rest| if rest.starts_with('0') { rest.to_owned() } else { format!("0{rest}") });
    [Some(number.to_owned()), national].into_iter().flatten().any(|number| {
        let long_area = matches!(number.as_bytes(), [b'0', b'3'..=b'9', ..]);
        let short_area = matches!(number.as_bytes(), [b'0', b'1' | b'2', ..]);
        let (area, most) = if long_area { (4, 12) } else { (3, 11) };
        digits_only(&number)
            && (long_area && (number.len() == 11 || number.len() == most) || short_area && number.len() == most)
            && (b'2'..=b'8').contains(&number.as_bytes()[area])
    })
}

/// A number without its area's code: too like other numbers to be one unless a word says so.
fn is_local(number: &str) -> bool {
    digits_only(number) && (number.len() == 7 || number.len() == 8) && (b'2'..=b'8').contains(&number.as_bytes()[0])
}

fn digits_only(number: &str) -> bool {
    number.bytes().all(|digit| digit.is_ascii_digit())
}

/// A province, a birth date that there was, and the right length. The check digit is not asked for: a slip of the pen
/// still names the person.
fn is_identity(number: &str) -> bool {
    let (body, birth) = match number.len() {
        18 => (&number[..17], number[6..14].to_owned()),
        15 => (number, format!("19{}", &number[6..12])),
        _ => return false,
    };
    let province = number[..2].parse::<u32>().is_ok_and(|province| {
        matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46
        | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
    });
    let born = NaiveDate::parse_from_str(&birth, "%Y%m%d").is_ok();
    digits_only(body) && province && born && matches!(&birth[..2], "18" | "19" | "20")
}
