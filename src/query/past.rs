//! What the history of an action comes to: how often its due date slipped, how often it was taken up again, who added it.

use chrono::NaiveDate;

use super::lineage::State;

/// Who did something to an action, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The author of the commit, `Name <address>`, as the commit says.
    pub by: String,
    /// The day, by the author's clock.
    pub on: NaiveDate,
    /// The commit's id.
    pub commit: String,
}

/// A due date that moved to a later day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The day it was to be done by.
    pub from: NaiveDate,
    /// The day it is to be done by since.
    pub to: NaiveDate,
    /// Who moved it, and when.
    pub at: Moment,
}

impl Slip {
    /// How far, in days: always more than none.
    pub fn days(&self) -> i64 {
        self.to.signed_duration_since(self.from).num_days()
    }
}

/// The history of an action, as far as it is committed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Every slip, oldest first.
    pub slips: Vec<Slip>,
    /// Whether it had a due date once and was left without one while it is open.
    pub due_removed: bool,
    /// Every time it was taken up again after it was done or dropped, oldest first.
    pub reopened: Vec<Moment>,
    /// What said something of it first; `None` while it is not committed.
    pub added: Option<Moment>,
    /// Whether the history may begin later than the action: that of a shallow clone does.
    pub cut: bool,
}

impl Past {
    /// What the states of an action come to, oldest first, each with what brought it.
    ///
    /// A due date is compared with the last one the action had while it was open. So what is moved to an earlier day
    /// is no slip, and does not make up for one; a due date that is taken away and set to a later day later is one; and
    /// so is one that was moved while the action was closed, when it is taken up again.
    pub fn of(turns: impl IntoIterator<Item = (State, Moment)>) -> Self {
        let mut past = Self::default();
        let mut promised: Option<NaiveDate> = None;
        let mut was_open = true;
        for (state, at) in turns {
            if past.added.is_none() {
                past.added = Some(at.clone());
            }
            let open = state.stands.is_open();
            if open && !was_open {
                past.reopened.push(at.clone());
            }
            was_open = open;
            if !open {
                past.due_removed = false;
                continue;
            }
            past.due_removed = promised.is_some() && state.due.is_none();
            if let (Some(from), Some(to)) = (promised, state.due)
                && to > from
            {
                past.slips.push(Slip { from, to, at });
            }
            promised = state.due.or(promised);
        }
        past
    }

    /// How far it slipped, in days, all slips together.
    pub fn slipped_days(&self) -> i64 {
        self.slips.iter().map(Slip::days).sum()
    }

    /// Who let it slip, each once, in the order of their first slip.
    pub fn slipped_by(&self) -> Vec<&str> {
        let mut people: Vec<&str> = Vec::new();
        for slip in &self.slips {
            if !people.contains(&slip.at.by.as_str()) {
                people.push(&slip.at.by);
            }
        }
        people
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::action::ActionStatus::{self, Done, Open};

    fn day(number: u32) -> NaiveDate {
        "2026-01-01".parse::<NaiveDate>().expect("a day") + chrono::Days::new(number.into())
    }

    fn past(states: &[(Option<u32>, ActionStatus)]) -> Past {
        Past::of((0..).zip(states).map(|(number, (due, stands))| {
            let by = ["Ann", "Bo", "Cy"][number % 3].to_owned();
            let at = Moment { by, on: day(0), commit: number.to_string() };
            (State { due: due.map(day), stands: *stands }, at)
        }))
    }

    fn figures(states: &[(Option<u32>, ActionStatus)]) -> (usize, i64, usize, bool) {
        let past = past(states);
        (past.slips.len(), past.slipped_days(), past.reopened.len(), past.due_removed)
    }

    #[test]
    fn only_what_is_moved_to_a_later_day_slips() {
        assert_eq!(figures(&[]), (0, 0, 0, false));
        assert_eq!(figures(&[(Some(5), Open), (Some(9), Open), (Some(26), Open)]), (2, 21, 0, false));
        assert_eq!(figures(&[(Some(9), Open), (Some(5), Open)]), (0, 0, 0, false), "pulled earlier");
        assert_eq!(figures(&[(Some(9), Open), (Some(5), Open), (Some(9), Open)]), (1, 4, 0, false));
        assert_eq!(figures(&[(None, Open), (Some(5), Open)]), (0, 0, 0, false), "the first due date");
        let two = past(&[(Some(1), Open), (Some(2), Open), (Some(3), Open), (Some(3), Done), (Some(4), Open)]);
        assert_eq!(two.slipped_by(), ["Bo", "Cy"]);
        assert_eq!(two.added.map(|moment| moment.by).as_deref(), Some("Ann"));
    }

    #[test]
    fn no_detour_hides_a_slip() {
        assert_eq!(figures(&[(Some(5), Open), (None, Open)]), (0, 0, 0, true));
        assert_eq!(figures(&[(Some(5), Open), (None, Open), (Some(9), Open)]), (1, 4, 0, false));
        assert_eq!(figures(&[(Some(5), Open), (Some(5), Done), (Some(9), Done), (Some(9), Open)]), (1, 4, 1, false));
        assert_eq!(figures(&[(Some(5), Open), (Some(9), Done)]), (0, 0, 0, false), "nobody waits for what is done");
        assert_eq!(figures(&[(Some(5), Done), (Some(5), Open), (None, Done), (None, Open)]), (0, 0, 2, true));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn slips_lead_from_the_first_due_date_to_the_last_and_further(
            dues in prop::collection::vec(prop::option::of(0..60u32), 0..12),
        ) {
            let states: Vec<_> = dues.iter().map(|due| (*due, Open)).collect();
            let past = past(&states);
            let given: Vec<u32> = dues.iter().copied().flatten().collect();
            let net = given.last().zip(given.first()).map_or(0, |(last, first)| i64::from(*last) - i64::from(*first));
            prop_assert!(past.slipped_days() >= net.max(0));
            prop_assert!(past.slips.iter().all(|slip| slip.days() > 0));
            prop_assert_eq!(past.due_removed, !given.is_empty() && dues.last() == Some(&None));
            // What is said again is no news.
            let twice: Vec<_> = states.iter().flat_map(|state| [*state, *state]).collect();
            prop_assert_eq!(figures(&twice), figures(&states));
        }

        #[test]
        fn every_reopening_follows_a_closing(closed in prop::collection::vec(any::<bool>(), 0..12)) {
            let states: Vec<_> = closed.iter().map(|closed| (None, if *closed { Done } else { Open })).collect();
            let reopened = closed.windows(2).filter(|pair| pair[0] && !pair[1]).count();
            prop_assert_eq!(past(&states).reopened.len(), reopened);
        }
    }
}
