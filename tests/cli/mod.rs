//! One module a command.

mod init;
mod timeline_import;
