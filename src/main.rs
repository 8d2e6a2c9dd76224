//! The real world in, the exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(pm::run(pm::World::real()).code())
}
