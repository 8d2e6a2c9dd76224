//! The pages that the program prints itself.

use std::path::Path;

use snapbox::{IntoData as _, assert_data_eq};

use super::{page, rewrite, updates};
use crate::sandbox::Sandbox;

fn is_current(name: &str) {
    let path = format!("docs/reference/{name}.md");
    let printed = Sandbox::empty().run(&format!("pm reference {name}")).ok();
    if updates() {
        return rewrite(Path::new(&path), &printed);
    }
    assert_data_eq!(printed, page(Path::new(&path)).into_data().raw());
}

#[test]
fn the_reference_of_the_command_line_is_current() {
    is_current("cli");
}

#[test]
fn the_reference_of_the_record_is_current() {
    is_current("record");
}

#[test]
fn the_reference_of_the_settings_is_current() {
    is_current("config");
}

#[test]
fn the_reference_of_the_exit_codes_is_current() {
    is_current("exit-codes");
}

#[test]
fn the_reference_of_the_rules_is_current() {
    is_current("rules");
}
