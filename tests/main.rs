//! The program as a whole: every test runs the real `pm` with real git in a directory of its own.

mod cli;
mod docs;
mod sandbox;
mod tidy;
