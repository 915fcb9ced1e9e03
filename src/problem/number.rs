//! Numbers for people (编号): prefix, year, five random digits, check digit. Never a key and never a counter.

use chrono::Datelike;
use entity::problem;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::act::Act;
use crate::clock::OFFSET;
use crate::error::{Error, Result};

/// How often a taken number is drawn anew.
const DRAWS: usize = 64;

/// A number that nobody has.
pub async fn system_draw(act: &Act<'_>) -> Result<String> {
    let year = act.now.with_timezone(&OFFSET).year();
    for _ in 0..DRAWS {
        let number = compose(&act.app.config.number_prefix, year, act.app.ids.below(100_000));
        let taken = problem::Entity::find().filter(problem::Column::Number.eq(&number)).count(&act.tx).await?;
        if taken == 0 {
            return Ok(number);
        }
    }
    Err(Error::fault("no number is left for this year"))
}

fn compose(prefix: &str, year: i32, random: u32) -> String {
    let digits = format!("{year:04}{random:05}");
    format!("{prefix}-{year:04}-{random:05}-{}", check_digit(&digits))
}

/// The check digit of ISO 7064, MOD 11,10: it finds each wrong digit and each two swapped neighbours.
pub(super) fn check_digit(digits: &str) -> u32 {
    let product = digits.chars().filter_map(|digit| digit.to_digit(10)).fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        // The standard's own example: 0794 has the check digit 5.
        assert_eq!(check_digit("0794"), 5);
        assert_eq!(compose("ZXL", 2026, 173), format!("ZXL-2026-00173-{}", check_digit("202600173")));
    }

    #[test]
    fn a_wrong_or_swapped_digit_changes_the_check_digit() {
        let right = "202640173";
        for place in 0..right.len() {
            for digit in b'0'..=b'9' {
                let mut wrong = right.as_bytes().to_vec();
                if wrong[place] != digit {
                    wrong[place] = digit;
                    assert_ne!(check_digit(std::str::from_utf8(&wrong).unwrap()), check_digit(right));
                }
            }
        }
    }
}
