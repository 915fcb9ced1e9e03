//! Suppression of small cells: no count below five is told, and none can be had by subtraction from what is told.

/// The smallest count that is told.
pub const LEAST: i64 = 5;

/// Hides a count that stands alone.
#[must_use]
pub fn alone(count: i64) -> Option<i64> {
    (count >= LEAST).then_some(count)
}

/// Hides the small cells of a breakdown, and of the others the smallest, until those hidden are at least two and come to
/// [`LEAST`] together: so their sum, which follows from the total, tells as little as any single count.
#[must_use]
pub fn breakdown(cells: &[i64]) -> Vec<Option<i64>> {
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|place| cells[*place]);
    let small = order.iter().filter(|place| cells[**place] < LEAST).count();
    let mut hidden = small;
    let mut sum: i64 = order[..small].iter().map(|place| cells[*place]).sum();
    while hidden > 0 && hidden < cells.len() && (hidden < 2 || sum < LEAST) {
        sum += cells[order[hidden]];
        hidden += 1;
    }
    let mut told: Vec<Option<i64>> = cells.iter().copied().map(Some).collect();
    for place in &order[..hidden] {
        told[*place] = None;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cells_and_what_would_give_them_away_are_hidden() {
        assert_eq!(breakdown(&[5, 6, 7]), [Some(5), Some(6), Some(7)]);
        assert_eq!(breakdown(&[4, 6, 7]), [None, None, Some(7)]);
        assert_eq!(breakdown(&[1, 1, 9, 8]), [None, None, Some(9), None], "1 + 1 would be told by subtraction");
        assert_eq!(breakdown(&[3, 3, 9]), [None, None, Some(9)]);
        assert_eq!(breakdown(&[2]), [None]);
        assert_eq!(breakdown(&[0, 0]), [None, None]);
        assert_eq!(breakdown(&[]), []);
    }

    proptest::proptest! {
        #[test]
        fn nothing_small_is_told_nor_follows(cells in proptest::collection::vec(0_i64..30, 0..8)) {
            let told = breakdown(&cells);
            let hidden: Vec<i64> =
                told.iter().zip(&cells).filter(|(told, _)| told.is_none()).map(|(_, cell)| *cell).collect();
            proptest::prop_assert!(told.iter().flatten().all(|cell| *cell >= LEAST));
            if !hidden.is_empty() && hidden.len() < cells.len() {
                proptest::prop_assert!(hidden.len() > 1 && hidden.iter().sum::<i64>() >= LEAST);
            }
        }
    }
}
