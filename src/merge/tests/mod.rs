//! What merging has to do, by example and by law.

mod cases;
mod generate;
mod laws;
