//! Any text held to the laws of editing.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| pm::laws::editing(text));
