//! The commands on attachments: [`stage`] takes a file in, [`attach`] gives it a parent row, [`release`] shows a copy or
//! takes it back, [`open`] reads it for a link, [`sweep`] removes what is no longer kept.

pub mod attach;
pub mod open;
pub mod release;
pub mod stage;
pub mod sweep;

use entity::attachment;
use sea_orm::sea_query::ExprTrait;
use uuid::Uuid;

use crate::act::Act;
use crate::error::Result;
use crate::policy::rows::attachment as rows;
use crate::read::load;
use entity::word::FileType;
use sea_orm::ColumnTrait;

/// A name that tells nothing but the type: the next among the copies of a problem's files, or the files of one report or
/// disposition. The problem is held, so that no two of them get the same.
async fn neutral_name(act: &Act<'_>, problem: Uuid, kind: FileType, among: Among) -> Result<String> {
    use attachment::Column as C;
    let among = match among {
        Among::Copies => C::OriginalId.is_not_null(),
        Among::Report => C::OriginalId.is_null().and(C::DispositionId.is_null()),
        Among::Disposition(id) => C::DispositionId.eq(id),
    };
    let before = load::scoped::<attachment::Entity>(act.viewer, act.now, rows::attachment)
        .filter(C::ProblemId.eq(problem).and(among));
    let number = before.count(&act.tx).await? + 1;
    Ok(match kind {
        FileType::Jpeg => format!("photo-{number}.jpg"),
        FileType::Png => format!("photo-{number}.png"),
        FileType::Pdf => format!("document-{number}.pdf"),
    })
}

/// Which files are numbered together.
#[derive(Clone, Copy)]
enum Among {
    Copies,
    Report,
    Disposition(Uuid),
}
