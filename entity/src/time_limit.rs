//! Time limits (时限) that a region has set for itself.

use sea_orm::entity::prelude::*;

use crate::word::{LimitStep, LimitUnit, ProblemComplexity, ProblemDomain, ProblemNature};

/// One row of `time_limit`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "time_limit")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The region it is for, with all below it.
    pub region_code: i64,
    /// Of what.
    pub step: LimitStep,
    /// For urgent problems, or for those that are not.
    pub urgent: bool,
    /// For problems of this domain; none: of any.
    pub domain: Option<ProblemDomain>,
    /// For this nature; none: for either.
    pub nature: Option<ProblemNature>,
    /// For this complexity; none: for any.
    pub complexity: Option<ProblemComplexity>,
    /// How many.
    pub amount: i64,
    /// Of what.
    pub unit: LimitUnit,
    /// Raised by each change.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
