//! Walks through the tutorial with the `pm` of this checkout: `cargo run --example tutorial`.
//!
//! Builds `pm`, makes an empty directory, runs every command of `docs/tutorial.md` there as a person of its own with an
//! empty git configuration, shows what they print, and says where the result is. Nothing else on the machine is touched.

#[path = "blocks.rs"]
mod blocks;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use blocks::{Piece, Step, split, typed};

fn main() -> io::Result<ExitCode> {
    let program = build()?;
    let root = tempfile::Builder::new().prefix("pm-tutorial-").tempdir()?.keep();
    let config = root.join("gitconfig");
    std::fs::write(
        &config,
        "[user]\n\tname = Ann Example\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n",
    )?;
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial.md"))?;
    let page = page.replace("\r\n", "\n");
    let mut cwd = root.clone();
    let mut out = io::stdout();
    for piece in split(&page) {
        let Piece::Step(Step { command, output, line }) = piece else { continue };
        write!(out, "{}", typed(&command))?;
        out.flush()?;
        // `pwd -W` is the spelling of Git for Windows.
        let status = Command::new("sh")
            .arg("-c")
            .arg(format!(
                "exec 2>&1\n{command}\ncode=$?\n{{ pwd -W 2>/dev/null || pwd -P; }} >\"$PM_TUTORIAL/cwd\"\nexit $code\n"
            ))
            .current_dir(&cwd)
            .env("PATH", path_with(&program)?)
            .env("PM_TUTORIAL", &root)
            .env("GIT_CONFIG_GLOBAL", &config)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("PAGER", "cat")
            .env("GIT_PAGER", "cat")
            .stdin(Stdio::null())
            .status()?;
        cwd = PathBuf::from(std::fs::read_to_string(root.join("cwd"))?.trim_end());
        writeln!(out)?;
        // The page itself says which commands are to be refused.
        if !status.success() && !output.contains("(exit ") {
            writeln!(out, "docs/tutorial.md:{line}: this command failed; its directory is {}", cwd.display())?;
            return Ok(ExitCode::FAILURE);
        }
    }
    writeln!(out, "the repository is {}", cwd.display())?;
    writeln!(out, "the document is   {}", cwd.join("report.md").display())?;
    Ok(ExitCode::SUCCESS)
}

/// Builds `pm` beside this program and gives the folder it is in.
fn build() -> io::Result<PathBuf> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet", "--locked", "--bin", "pm"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    if !command.status()?.success() {
        return Err(io::Error::other("pm could not be built"));
    }
    // target/<profile>/examples/tutorial
    let here = std::env::current_exe()?;
    let folder = here.parent().and_then(Path::parent).ok_or_else(|| io::Error::other("no folder of the program"))?;
    Ok(folder.to_owned())
}

/// The search path with a folder in front.
fn path_with(folder: &Path) -> io::Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path)))
        .map_err(io::Error::other)
}
