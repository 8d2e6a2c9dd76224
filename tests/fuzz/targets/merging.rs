//! Any text held to the laws of merging.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| pm::laws::merging(text));
