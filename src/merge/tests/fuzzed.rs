//! Every text the fuzzer starts from, and every one it has broken a law with, holds to the laws.

use crate::document::tests::fuzzed::seeds;
use crate::merge::laws::merging;

#[test]
fn what_fuzzing_merging_starts_from_holds_to_the_laws() {
    for (_, text) in seeds("merging") {
        merging(&text);
    }
}
