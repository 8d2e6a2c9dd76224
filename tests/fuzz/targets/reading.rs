//! Any text held to the laws of reading.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| pm::laws::reading(text));
