//! Where files are kept: a folder, or an S3-compatible store. Each object is sealed by the vault and bound to its key, so
//! that the store's keeper reads nothing and cannot put one in the place of another.
//!
//! An object lies at `folder/object`, both random: the folder belongs to one upload, and all that was ever received for it
//! lies there. So nothing is left behind by a server that ends between writing an object and saying so in the database.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::config::{Attachments, Config};
use crate::error::{Error, Result};
use crate::vault::{self, Vault};

/// Where files are kept.
#[derive(Clone)]
pub struct Files(Place);

#[derive(Clone)]
enum Place {
    /// A folder, which is made when the first file comes.
    Folder(PathBuf),
    /// A store.
    Store(Arc<dyn ObjectStore>),
}

/// The folder where no other is named and the database is no file.
const FOLDER: &str = "liufang-files";
const NAME_BYTES: usize = 18;

impl Files {
    /// The place that the settings name.
    ///
    /// # Errors
    /// A fault, where the settings of an S3 store do not fit together.
    pub fn of(config: &Config) -> Result<Self> {
        let place = match config.attachments.url.as_deref() {
            None => Place::Folder(beside(&config.database.url)),
            Some(url) => match url.strip_prefix("file://") {
                Some(folder) => Place::Folder(folder.into()),
                None => Place::Store(bucket(url, &config.attachments)?),
            },
        };
        Ok(Self(place))
    }

    /// A place that is gone with the process, for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Place::Store(Arc::new(InMemory::new())))
    }

    /// Keeps `plain` under `key`.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn keep(&self, vault: &Vault, key: &str, plain: &[u8]) -> Result<()> {
        let sealed = vault.seal(&bound(key), plain)?;
        self.store()?.put(&Path::from(key), sealed.into()).await.map_err(|error| fault(&error))?;
        Ok(())
    }

    /// What is kept under `key`; `None` where nothing is.
    ///
    /// # Errors
    /// A fault of the store, or where what is kept there is not what was put there.
    pub async fn open(&self, vault: &Vault, key: &str) -> Result<Option<Vec<u8>>> {
        let found = match self.store()?.get(&Path::from(key)).await {
            Ok(found) => found.bytes().await.map_err(|error| fault(&error))?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(fault(&error)),
        };
        vault.open(&bound(key), &found).map(Some).ok_or_else(|| Error::fault("a stored file was changed"))
    }

    /// Removes what is kept under `key`, if anything is.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn remove(&self, key: &str) -> Result<()> {
        match self.store()?.delete(&Path::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }

    /// Removes all that lies in `folder` but `kept`.
    ///
    /// # Errors
    /// A fault of the store; what was removed is gone.
    pub async fn clear(&self, folder: &str, kept: Option<&str>) -> Result<()> {
        let store = self.store()?;
        let listed: Vec<_> =
            store.list(Some(&Path::from(folder))).try_collect().await.map_err(|error| fault(&error))?;
        for object in listed.iter().map(|object| object.location.as_ref()).filter(|key| Some(*key) != kept) {
            self.remove(object).await?;
        }
        Ok(())
    }

    fn store(&self) -> Result<Arc<dyn ObjectStore>> {
        match &self.0 {
            Place::Store(store) => Ok(store.clone()),
            Place::Folder(folder) => {
                fs::create_dir_all(folder)
                    .map_err(|error| Error::fault(format!("attachments.url: the folder cannot be made: {error}")))?;
                Ok(Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(|error| fault(&error))?))
            }
        }
    }
}

/// A name that nobody can guess and that tells nothing: of a folder, or of an object in it.
///
/// # Errors
/// A fault, where the machine has no randomness.
pub fn new_name() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(vault::secret::<NAME_BYTES>()?))
}

/// What an object is sealed for.
fn bound(key: &str) -> String {
    format!("file:{key}")
}

/// A folder beside the file of a SQLite database.
fn beside(database: &str) -> PathBuf {
    let file = database.strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap_or_default());
    file.map_or_else(|| FOLDER.into(), |file| PathBuf::from(file).with_extension("files"))
}

fn bucket(url: &str, settings: &Attachments) -> Result<Arc<dyn ObjectStore>> {
    let rest = url.strip_prefix("s3://").unwrap_or_default();
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_region(&settings.region);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some(id) = &settings.access_key_id {
        builder = builder.with_access_key_id(id);
    }
    if let Some(key) = &settings.secret_access_key {
        builder = builder.with_secret_access_key(key);
    }
    let store = builder.build().map_err(|error| fault(&error))?;
    Ok(if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) })
}

fn fault(error: &object_store::Error) -> Error {
    Error::fault(format!("the store of files: {error}"))
}
