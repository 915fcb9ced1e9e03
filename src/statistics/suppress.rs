//! Suppression of small counts: none below five is told, and none can be had by subtraction, within an answer or between
//! several.
//!
//! All that is told follows from the answers for single months. Within a month small cells are hidden, and of the others
//! as many as keep the total from giving them away. A longer period tells a count where each of its months tells it and
//! nothing of it was taken up again since: it is their sum, and so says nothing new.

/// The smallest count that is told.
const LEAST: i64 = 5;

/// One count in one month of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// As the month's own answer has it.
    pub own: i64,
    /// What of it is left at the end of the period.
    pub left: i64,
}

/// The cells of a breakdown over a period, by month and cell: their sums, or `None` where they are hidden.
#[must_use]
pub fn breakdown(months: &[Vec<Cell>]) -> Vec<Option<i64>> {
    let told: Vec<Vec<bool>> = months.iter().map(|month| within(month)).collect();
    let cells = months.first().map_or(0, Vec::len);
    let all = |cell: usize| told.iter().all(|month| month[cell]);
    (0..cells).map(|cell| all(cell).then(|| months.iter().map(|month| month[cell].left).sum())).collect()
}

/// Which cells of a month are told: none that is small, and of the others not the smallest, until those hidden are at
/// least two and come to [`LEAST`] together: so their sum, which follows from the total, tells as little as any single
/// count. What has changed since tells of those that changed.
fn within(month: &[Cell]) -> Vec<bool> {
    let own = |place: &usize| month[*place].own;
    let mut order: Vec<usize> = (0..month.len()).collect();
    order.sort_by_key(own);
    let mut hidden = order.iter().filter(|place| own(place) < LEAST).count();
    let mut sum: i64 = order[..hidden].iter().map(own).sum();
    while hidden > 0 && hidden < month.len() && (hidden < 2 || sum < LEAST) {
        sum += own(&order[hidden]);
        hidden += 1;
    }
    let mut told: Vec<bool> = month.iter().map(|cell| cell.own == cell.left).collect();
    for place in &order[..hidden] {
        told[*place] = false;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn still(count: &i64) -> Cell {
        Cell { own: *count, left: *count }
    }

    fn over(months: &[&[i64]]) -> Vec<Option<i64>> {
        breakdown(&months.iter().map(|month| month.iter().map(still).collect()).collect::<Vec<_>>())
    }

    #[test]
    fn small_cells_and_what_would_give_them_away_are_hidden() {
        assert_eq!(over(&[&[5, 6, 7]]), [Some(5), Some(6), Some(7)]);
        assert_eq!(over(&[&[4, 6, 7]]), [None, None, Some(7)]);
        assert_eq!(over(&[&[1, 1, 9, 8]]), [None, None, Some(9), None], "1 + 1 would be told by subtraction");
        assert_eq!(over(&[&[3, 3, 9]]), [None, None, Some(9)]);
        assert_eq!(over(&[&[2]]), [None]);
        assert_eq!(over(&[&[0, 0]]), [None, None]);
        assert_eq!(over(&[&[]]), []);
    }

    #[test]
    fn a_longer_period_tells_what_each_of_its_months_tells() {
        assert_eq!(over(&[&[6], &[7]]), [Some(13)]);
        assert_eq!(over(&[&[6], &[7], &[2]]), [None], "15 - 6 - 7 is 2");
        assert_eq!(over(&[&[6, 9], &[7, 9]]), [Some(13), Some(18)]);
        assert_eq!(over(&[&[6, 5, 9], &[7, 6, 0]]), [Some(13), None, None], "the second is hidden to hide the third");
    }

    #[test]
    fn what_was_taken_up_again_is_not_told_by_the_difference() {
        let months = [vec![Cell { own: 6, left: 5 }, still(&8)], vec![still(&7), still(&9)]];
        assert_eq!(breakdown(&months), [None, Some(17)]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_small_is_told_nor_follows(
            months in proptest::collection::vec(proptest::collection::vec(0_i64..30, 5), 1..4)
        ) {
            for month in &months {
                let told = over(&[month]);
                let hidden: Vec<i64> =
                    told.iter().zip(month).filter(|(told, _)| told.is_none()).map(|(_, cell)| *cell).collect();
                proptest::prop_assert!(told.iter().flatten().all(|cell| *cell >= LEAST));
                if !hidden.is_empty() && hidden.len() < month.len() {
                    proptest::prop_assert!(hidden.len() > 1 && hidden.iter().sum::<i64>() >= LEAST);
                }
            }
            let single: Vec<Vec<Option<i64>>> = months.iter().map(|month| over(&[month])).collect();
            let whole = over(&months.iter().map(Vec::as_slice).collect::<Vec<_>>());
            for (cell, told) in whole.into_iter().enumerate() {
                let sum: Option<i64> = single.iter().map(|month| month[cell]).sum();
                proptest::prop_assert_eq!(told, sum, "a period is the sum of what its months tell");
            }
        }
    }
}
