//! One way of writing for several: full-width to half-width, other digits to ASCII's, what is not seen left out.

/// Characters that are not seen: they part what belongs together, for a machine but not for a reader.
pub fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Characters that change the direction of what follows: a reader sees another text than is stored.
pub fn turns_the_line(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` with full-width forms and other digits as ASCII (lower case), and without what is not seen.
pub fn fold(text: &str) -> Vec<char> {
    text.chars().flat_map(folded).collect()
}

/// The same of one character: nothing of one that is not seen.
pub fn folded(letter: char) -> impl Iterator<Item = char> {
    (!is_unseen(letter)).then(|| plain(letter).to_lowercase()).into_iter().flatten()
}

fn plain(letter: char) -> char {
    let code = letter as u32;
    let from = |start: u32, zero: u32| char::from_u32(zero + code - start).unwrap_or(letter);
    match letter {
        '\u{ff01}'..='\u{ff5e}' => from(0xff01, 0x21),
        '\u{3000}' => ' ',
        // Digits in circles, in brackets, with a full stop, of the mathematical alphabets, above and below the line.
        '①'..='⑨' => from('①' as u32, 0x31),
        '⑴'..='⑼' => from('⑴' as u32, 0x31),
        '⒈'..='⒐' => from('⒈' as u32, 0x31),
        '❶'..='❾' => from('❶' as u32, 0x31),
        '➀'..='➈' => from('➀' as u32, 0x31),
        '➊'..='➒' => from('➊' as u32, 0x31),
        '⓪' | '⓿' | '⁰' => '0',
        '⁴'..='⁹' => from('⁴' as u32, 0x34),
        '₀'..='₉' => from('₀' as u32, 0x30),
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '\u{1d7ce}'..='\u{1d7ff}' => char::from_u32(0x30 + (code - 0x1d7ce) % 10).unwrap_or(letter),
        'Ⅹ' | 'ⅹ' => 'x',
        other => other,
    }
}

/// The digit that a Chinese numeral stands for when numbers are read digit by digit, as telephone numbers are.
pub fn chinese_digit(letter: char) -> Option<u8> {
    Some(match letter {
        '零' | '〇' | '○' | '洞' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' | '拐' => 7,
        '八' | '捌' => 8,
        '九' | '玖' | '勾' => 9,
        _ => return None,
    })
}
