//! The editor git would use, opened on a file.

use std::path::Path;

use super::failure::Failure;
use super::ui::shell;
use super::world::World;
use crate::render::sanitise::one_line;
use crate::store::Store;

/// Opens a file in the editor and waits for its end.
///
/// # Errors
///
/// The editor could not be started, or ended with a failure.
pub fn open(store: &Store, world: &World, file: &Path) -> Result<(), Failure> {
    let editor = store.editor()?;
    // The path is an argument of the shell, not a part of the line: it may hold anything.
    let mut command = shell(&format!("{editor} \"$@\""));
    command.arg(&editor).arg(file);
    command.current_dir(store.root().unwrap_or(Path::new(".")));
    command.env_clear().envs(&world.vars);
    let status = command.status().map_err(|error| {
        Failure::new(format!("cannot start the editor `{}`: {error}", one_line(&editor)))
            .hint("set another with `git config --global core.editor NAME`")
    })?;
    if status.success() {
        return Ok(());
    }
    let editor = one_line(&editor);
    Err(Failure::new(format!("the editor `{editor}` ended with a failure, so nothing was changed")))
}
