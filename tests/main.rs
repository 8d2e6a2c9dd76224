//! The program as a whole: every test runs the real `pm` with real git in a directory of its own.

#![expect(clippy::too_many_lines, reason = "a snapshot is as long as what people see")]

mod cli;
mod docs;
mod runner;
mod sandbox;
mod team;
mod tidy;
