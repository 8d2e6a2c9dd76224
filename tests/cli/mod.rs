//! One module a command, and one a question that several commands answer.

mod check;
mod crowd;
mod doctor;
mod edit;
mod faults;
mod init;
mod list;
mod merge;
mod new;
mod prompts;
mod render;
mod resolve;
mod review;
mod schema;
mod set;
mod shell;
mod show;
mod sign_off_mistakes;
mod sign_offs;
mod status;
mod survival;
mod timeline;
mod timeline_import;
mod uncommitted;
mod verify;
mod verify_attacks;
