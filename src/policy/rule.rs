//! The language of row rules: conditions in SQL whose shape depends on the viewer's role and level alone, and whose
//! values (who the viewer is, what time it is) are bound at each request. So a statement's text can be kept.

use std::ops::{BitAnd, BitOr, Not};

use entity::word::{RegionLevel, Role};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoColumnRef, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, Value};

/// A condition, folded as far as it is known before any row is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Every row.
    Always,
    /// No row.
    Never,
    /// The rows for which this holds.
    When(Expr),
}

impl Rule {
    /// As SQL.
    #[must_use]
    pub fn expr(self) -> Expr {
        match self {
            Self::Always => Expr::cust("TRUE"),
            Self::Never => Expr::cust("FALSE"),
            Self::When(expr) => expr,
        }
    }

    /// The rows for which a select finds anything.
    #[must_use]
    pub fn exists(select: SelectStatement) -> Self {
        Self::When(Expr::exists(select))
    }
}

impl From<Expr> for Rule {
    fn from(expr: Expr) -> Self {
        Self::When(expr)
    }
}

impl BitAnd for Rule {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, rule) | (rule, Self::Always) => rule,
            (Self::When(a), Self::When(b)) => Self::When(a.and(b)),
        }
    }
}

impl BitOr for Rule {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, _) | (_, Self::Always) => Self::Always,
            (Self::Never, rule) | (rule, Self::Never) => rule,
            (Self::When(a), Self::When(b)) => Self::When(a.or(b)),
        }
    }
}

impl Not for Rule {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::When(expr) => Self::When(ExprTrait::not(expr)),
        }
    }
}

/// Facts of the viewer and the moment that rules may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Known {
    /// The person's id.
    User,
    /// The appointment's id.
    Post,
    /// The organisation's id.
    Organisation,
    /// The group's id.
    Group,
    /// The party's id.
    Party,
    /// The grid's id.
    Grid,
    /// The region's code.
    Region,
    /// The region's code, cut to its level.
    RegionKey,
    /// Now.
    Now,
    /// The day of now.
    Today,
    /// The first day on which a post that was held still excludes.
    ExclusionDay,
    /// Up to when a closed problem still shows its contact data to those who handled it.
    ContactDay,
}

impl Known {
    /// All of them, by number.
    pub const ALL: [Self; 12] = [
        Self::User,
        Self::Post,
        Self::Organisation,
        Self::Group,
        Self::Party,
        Self::Grid,
        Self::Region,
        Self::RegionKey,
        Self::Now,
        Self::Today,
        Self::ExclusionDay,
        Self::ContactDay,
    ];
}

/// A place in a statement's binds that is filled at each request. No column and no literal of ours is a 32-bit unsigned,
/// so this value type means a place and nothing else.
#[must_use]
pub fn place(number: u32) -> Expr {
    Expr::val(Value::Unsigned(Some(number)))
}

/// A fact of the viewer, by name.
#[must_use]
pub fn viewer(known: Known) -> Expr {
    place(known as u32)
}

/// Where a rule is asked: for whom, and by what name the row's table goes in the statement.
#[derive(Clone, Debug)]
pub struct At {
    /// The viewer's role.
    pub role: Role,
    /// The level of the viewer's region.
    pub level: RegionLevel,
    /// The table's name in the statement.
    pub table: Alias,
}

impl At {
    /// A column of the row.
    #[must_use]
    pub fn col<C: ColumnTrait>(&self, column: C) -> Expr {
        Expr::col((self.table.clone(), column))
    }

    /// The rows whose code lies in the viewer's region: an equality at its level, for which there is an index a level.
    #[must_use]
    pub fn within<C: ColumnTrait>(&self, column: C) -> Rule {
        Rule::When(cut(self.col(column), self.level).eq(viewer(Known::RegionKey)))
    }
}

/// By what a community's code is cut to a level.
#[must_use]
pub fn divisor(level: RegionLevel) -> i64 {
    match level {
        RegionLevel::Community => 1,
        RegionLevel::Street => 1_000,
        RegionLevel::County => 1_000_000,
        RegionLevel::City => 100_000_000,
    }
}

/// The level that a code's zeros give it (GB/T 2260, GB/T 10114); `None` for what is no region's code.
#[must_use]
pub fn level_of(code: i64) -> Option<RegionLevel> {
    let cut = |level| code % divisor(level) == 0;
    if !(100_000_000_000..=999_999_999_999).contains(&code) {
        None
    } else if cut(RegionLevel::City) {
        Some(RegionLevel::City)
    } else if cut(RegionLevel::County) {
        Some(RegionLevel::County)
    } else if cut(RegionLevel::Street) {
        Some(RegionLevel::Street)
    } else {
        Some(RegionLevel::Community)
    }
}

/// Whether one of two regions is a part of the other (or the same).
#[must_use]
pub fn overlap(one: i64, other: i64) -> bool {
    let by = [one, other].into_iter().filter_map(level_of).map(divisor).max().unwrap_or(1);
    one / by == other / by
}

/// A code cut to `level`, written as the indexes have it.
#[must_use]
pub fn cut(code: Expr, level: RegionLevel) -> Expr {
    match level {
        RegionLevel::Community => code,
        RegionLevel::Street | RegionLevel::County | RegionLevel::City => {
            code.div(Expr::Constant(Value::BigInt(Some(divisor(level)))))
        }
    }
}

/// `SELECT 1 FROM entity`, to be narrowed and asked whether it finds anything.
#[must_use]
pub fn any<E: EntityTrait>(entity: E) -> SelectStatement {
    Query::select().expr(Expr::cust("1")).from(Alias::new(entity.table_name())).take()
}

/// A column of another table, by its own name.
#[must_use]
pub fn of<C: ColumnTrait>(column: C) -> Expr {
    let entity = column.entity_name();
    Expr::col((entity, Alias::new(column.as_str())).into_column_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codes_zeros_give_its_level() {
        for (code, level) in [
            (321_100_000_000, Some(RegionLevel::City)),
            (321_181_000_000, Some(RegionLevel::County)),
            (321_181_402_000, Some(RegionLevel::Street)),
            (321_181_402_001, Some(RegionLevel::Community)),
            (321_181, None),
        ] {
            assert_eq!(level_of(code), level, "{code}");
        }
    }

    #[test]
    fn a_region_overlaps_what_lies_in_it_and_no_other() {
        assert!(overlap(321_181_402_001, 321_181_402_001));
        assert!(overlap(321_181_402_000, 321_181_402_001));
        assert!(overlap(321_181_402_001, 321_181_000_000));
        assert!(overlap(321_100_000_000, 321_181_403_001));
        assert!(!overlap(321_181_402_001, 321_181_402_002));
        assert!(!overlap(321_181_402_000, 321_181_401_001));
    }
}
