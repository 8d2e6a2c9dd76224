//! Files that are written for the user outside of any commit: a rendered document, manual pages.

use std::io::Write as _;
use std::path::Path;

use super::StoreError;

/// Writes a file as a whole: it is the old one or the new one, whatever happens on the way. Folders are made.
///
/// What is there and no regular file, such as `/dev/stdout` or a pipe, is written to as it is.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return std::fs::write(path, bytes).map_err(StoreError::io("write", path));
    }
    std::fs::create_dir_all(parent).map_err(StoreError::io("make the folder", parent))?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The mode of the file that is replaced, else what the user's umask leaves of 0666.
        let mode = std::fs::metadata(path).map_or(0o666, |there| there.permissions().mode() & 0o777);
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    let mut file = builder.tempfile_in(parent).map_err(StoreError::io("write in", parent))?;
    file.write_all(bytes).map_err(StoreError::io("write", path))?;
    file.persist(path).map_err(|error| StoreError::io("write", path)(error.error))?;
    Ok(())
}
