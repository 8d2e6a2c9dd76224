//! What merging has to do, by example and by law.

mod cases;
mod edges;
mod fuzzed;
mod generate;
mod laws;
