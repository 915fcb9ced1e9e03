//! What is found, in how many ways of writing, and what is let through.

use proptest::prelude::*;

use super::*;

#[test]
fn numbers_are_found_however_they_are_written() {
    for (text, kind) in [
        ("请联系13812345678", PHONE_NUMBER),
        ("138 1234 5678", PHONE_NUMBER),
        ("138-1234-5678。", PHONE_NUMBER),
        ("1 3 8 1 2 3 4 5 6 7 8", PHONE_NUMBER),
        ("１３８１２３４５６７８", PHONE_NUMBER),
        ("一三八一二三四五六七八", PHONE_NUMBER),
        ("幺三八，一二三四，五六七八", PHONE_NUMBER),
        ("壹叁捌12345678", PHONE_NUMBER),
        ("周五13812345678", PHONE_NUMBER),
        ("+86 138 1234 5678", PHONE_NUMBER),
        ("008613812345678", PHONE_NUMBER),
        ("138\u{200b}1234\u{200b}5678", PHONE_NUMBER),
        ("①③⑧①②③④⑤⑥⑦⑧", PHONE_NUMBER),
        ("0511-86512345", PHONE_NUMBER),
        ("（0511）8651 2345", PHONE_NUMBER),
        ("010-62345678", PHONE_NUMBER),
        ("+86 511 86512345", PHONE_NUMBER),
        ("电话：86512345", PHONE_NUMBER),
        ("座机 8651-2345", PHONE_NUMBER),
        ("身份证321181199001011237", IDENTITY_NUMBER),
        ("32118119900101123X", IDENTITY_NUMBER),
        ("32118119900101123x", IDENTITY_NUMBER),
        ("321181 19900101 123Ｘ", IDENTITY_NUMBER),
        ("321181900101123", IDENTITY_NUMBER),
        ("3幢2单元501室", FLAT_NUMBER),
        ("5栋1203", FLAT_NUMBER),
        ("12#-502", FLAT_NUMBER),
        ("12#502", FLAT_NUMBER),
        ("2单元501", FLAT_NUMBER),
        ("12号楼301", FLAT_NUMBER),
        ("三幢二单元五〇一室", FLAT_NUMBER),
        ("三号楼五零一", FLAT_NUMBER),
        ("A座 1808 室", FLAT_NUMBER),
        ("住在501室的", FLAT_NUMBER),
        ("１２幢５０２", FLAT_NUMBER),
        ("12 幢 2 单元 - 502", FLAT_NUMBER),
        ("3-2-501", FLAT_NUMBER),
        ("12幢的502", FLAT_NUMBER),
    ] {
        assert!(personal_data(text, None).contains(&kind), "{text}");
    }
}

#[test]
fn plain_facts_are_let_through() {
    for text in [
        "12幢2单元楼道灯不亮",
        "12幢楼道堆放杂物",
        "2026-06-30 23:59:59 前完成",
        "2026-7-13 上午",
        "屋面渗漏 800 余平方米，路灯 200 余只，充电线 60 余户",
        "3幢120户居民反映",
        "5栋2026年翻新",
        "社区编码321181402001",
        "网格321181402001001、32118140200100102",
        "12345热线转办",
        "编号 ZXL-2026-40173-6",
        "一二三四五",
        "三楼平台积水，五楼住户多次反映",
        "费用 1380 元，工期 15 天",
        "上门3次，清理200平方米",
        "第三季度、二〇二六年上半年",
    ] {
        assert_eq!(personal_data(text, None), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn the_reporters_name_is_found() {
    for text in ["王小明反映", "王 小 明", "王·小\u{200b}明", "据王-小-明说"] {
        assert_eq!(personal_data(text, Some("王小明")), [REPORTER_NAME], "{text}");
    }
    assert_eq!(personal_data("li hua says", Some("Li Hua")), [REPORTER_NAME]);
    assert!(personal_data("王某反映，小明路", Some("王小明")).is_empty());
    assert!(personal_data("王", Some("王")).is_empty(), "one character is in too many words");
    assert!(personal_data("任何文字", Some("")).is_empty());
}

/// Ways of writing a digit.
fn written(digit: u8, way: u8) -> char {
    let table = ["0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "⓪①②③④⑤⑥⑦⑧⑨"];
    table[usize::from(way) % table.len()].chars().nth(usize::from(digit)).unwrap()
}

fn parted(digits: &str, ways: &[(u8, u8)]) -> String {
    const PARTS: [&str; 7] = ["", "", "", " ", "-", "\u{200b}", " · "];
    let pieces = digits.bytes().zip(ways.iter().cycle()).map(|(digit, (way, part))| {
        format!("{}{}", written(digit - b'0', *way), PARTS[usize::from(*part) % PARTS.len()])
    });
    pieces.collect()
}

proptest! {
    #[test]
    fn a_mobile_number_is_found_in_any_writing(
        tail in "[3-9][0-9]{9}", ways in prop::collection::vec((0u8..5, 0u8..7), 1..11), before in "[\u{4e0a}-\u{4eff}]{0,5}",
    ) {
        let text = format!("{before}，{}。", parted(&format!("1{tail}"), &ways));
        prop_assert!(personal_data(&text, None).contains(&PHONE_NUMBER), "{}", text);
    }

    #[test]
    fn an_identity_number_is_found_in_any_writing(
        year in 1920u32..2020, month in 1u32..13, day in 1u32..29, tail in "[0-9]{4}",
        ways in prop::collection::vec((0u8..5, 0u8..7), 1..18),
    ) {
        let text = parted(&format!("321181{year}{month:02}{day:02}{tail}"), &ways);
        prop_assert!(personal_data(&text, None).contains(&IDENTITY_NUMBER), "{}", text);
    }

    #[test]
    fn a_flat_is_found_in_any_writing(
        building in 1u16..99, unit in 1u8..6, floor in 1u8..33, door in 1u8..9, word in 0usize..5, room in any::<bool>(), way in 0u8..3,
    ) {
        let word = ["幢", "栋", "号楼", "座", "#"][word];
        let digits = |number: String| -> String { number.bytes().map(|digit| written(digit - b'0', way)).collect() };
        let flat = format!("{}{}", digits(format!("{floor}{door:02}")), if room { "室" } else { "" });
        let text = format!("{}{word}{}单元{flat}漏水", digits(building.to_string()), digits(unit.to_string()));
        prop_assert!(personal_data(&text, None).contains(&FLAT_NUMBER), "{}", text);
        let text = format!("{}{word}{flat}漏水", digits(building.to_string()));
        prop_assert!(personal_data(&text, None).contains(&FLAT_NUMBER), "{}", text);
    }

    #[test]
    fn a_name_is_found_with_anything_unseen_between(name in "[\u{4e00}-\u{9fa5}]{2,4}", part in "[ \u{200b}.·-]{0,2}") {
        let apart: Vec<String> = name.chars().map(String::from).collect();
        let text = format!("据{}反映", apart.join(&part));
        prop_assert!(personal_data(&text, Some(&name)).contains(&REPORTER_NAME), "{}", text);
    }

    #[test]
    fn any_text_can_be_looked_through(text in ".{0,80}", name in ".{0,6}") {
        let _ = personal_data(&text, Some(&name));
    }
}
