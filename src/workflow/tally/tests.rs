//! Votes and seats.

use proptest::prelude::*;

use super::*;

fn votes(of: &[(&str, &str)]) -> Vec<Vote> {
    of.iter()
        .enumerate()
        .map(|(index, (seat, role))| Vote {
            index,
            seat: (*seat).to_owned(),
            role: (*role).to_owned(),
            uncounted: None,
        })
        .collect()
}

fn open(roles: &[&str], of: &[(&str, &str)]) -> Vec<String> {
    let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
    let votes = votes(of);
    open_roles(&roles, &votes.iter().collect::<Vec<_>>())
}

#[test]
fn one_person_fills_one_seat_and_moves_to_where_it_helps() {
    assert_eq!(open(&["lead", "vp"], &[("bob", "lead"), ("bob", "vp")]), ["vp"]);
    assert_eq!(open(&["lead", "vp"], &[("bob", "lead"), ("bob", "vp"), ("vera", "lead")]), [""; 0]);
    assert_eq!(open(&["lead", "vp"], &[("vera", "other")]), ["lead", "vp"]);
}

/// How many roles can be filled at most, by trying everything.
fn most(roles: &[String], votes: &[&Vote], taken: &mut Vec<String>) -> usize {
    let Some((role, rest)) = roles.split_first() else { return 0 };
    let mut best = most(rest, votes, taken);
    for vote in votes.iter().filter(|vote| vote.role == *role) {
        if !taken.contains(&vote.seat) {
            taken.push(vote.seat.clone());
            best = best.max(1 + most(rest, votes, taken));
            taken.pop();
        }
    }
    best
}

proptest! {
    #[test]
    fn as_many_roles_are_filled_as_can_be(
        given in proptest::collection::vec((0..4_u8, 0..4_u8), 0..9),
        roles in 0..5_u8,
    ) {
        let roles: Vec<String> = (0..roles).map(|role| format!("r{role}")).collect();
        let given: Vec<(String, String)> = given.iter().map(|(seat, role)| (format!("p{seat}"), format!("r{role}"))).collect();
        let given: Vec<(&str, &str)> = given.iter().map(|(seat, role)| (seat.as_str(), role.as_str())).collect();
        let votes = votes(&given);
        let votes: Vec<&Vote> = votes.iter().collect();
        let filled = roles.len() - open_roles(&roles, &votes).len();
        prop_assert_eq!(filled, most(&roles, &votes, &mut Vec::new()));
    }
}
