//! One module a command.

mod init;
