//! A file is read, for whom a link was given to.

use entity::attachment;
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::app::App;
use crate::attachment::read::media_type;
use crate::error::{Error, Result};
use crate::policy::rows::attachment as rows;
use crate::policy::{Capability, Viewer};
use crate::read::load;
use crate::vault::sha256;

/// A file as it is answered.
pub struct File {
    /// Its media type.
    pub content_type: String,
    /// A name that tells nothing.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The file `id`, if the viewer may read it now; `None` where it is missing, withdrawn or out of sight.
///
/// # Errors
/// A fault of the database or the store.
pub async fn open(app: &App, viewer: &Viewer, id: Uuid) -> Result<Option<File>> {
    if !Capability::ReadProblems.held(viewer.role, viewer.scopes) {
        return Ok(None);
    }
    let scoped = load::scoped::<attachment::Entity>(viewer, app.clock.now(), rows::attachment);
    let Some(row) = scoped.with_id(id).one(&app.db).await?.filter(|row| row.withdrawn_at.is_none()) else {
        return Ok(None);
    };
    let key = match row.original_id {
        Some(original) => system_key(app, original).await?,
        None => row.object_key,
    };
    let Some(key) = key else { return Ok(None) };
    let bytes = app.files.open(&app.vault, &key).await?.ok_or_else(|| Error::fault("a file is not in the store"))?;
    if sha256(&[&bytes]) != row.digest {
        return Err(Error::fault("a file is not the one that was attached"));
    }
    Ok(Some(File { content_type: media_type(row.file_type), name: row.name, bytes }))
}

/// Where the original of a copy is kept: a viewer of the copy may not read it, and reads the same bytes.
async fn system_key(app: &App, original: Uuid) -> Result<Option<String>> {
    let row = attachment::Entity::find_by_id(original).one(&app.db).await?;
    Ok(row.filter(|row| row.withdrawn_at.is_none()).and_then(|row| row.object_key))
}
