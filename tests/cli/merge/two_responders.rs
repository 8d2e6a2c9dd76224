//! Two people on two machines during one incident.

use crate::sandbox::Sandbox;

/// A bare repository that both share, and a clone for each, set up once.
fn shared(pull: &str) -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new -q 'API down' --severity P2 --started 08:30").ok();
    let line = format!(
        "git clone -q --bare . ../remote.git && git config --global pull.rebase {pull} && \
         for who in ann bob; do git clone -q ../remote.git ../$who && (cd ../$who && pm init -q); done"
    );
    sandbox.run(&line).ok();
    sandbox
}

#[test]
fn twenty_rounds_of_adding_pulling_and_pushing_meet_no_conflict() {
    for pull in ["true", "false"] {
        let sandbox = shared(pull);
        for round in 0..20 {
            // Both write before either has seen what the other wrote, at nearly the same time.
            for (who, second) in [("ann", 10), ("bob", 20)] {
                let minute = 31 + round;
                let line = format!(
                    "cd ../{who} && pm timeline add -q '{who} sees {round}' --at '2026-03-02 08:{minute}:{second}Z' --kind none --owner {who}"
                );
                sandbox.run(&line).ok();
            }
            for who in ["ann", "bob", "ann"] {
                let line = format!("cd ../{who} && git pull -q --no-edit && git push -q");
                let output = sandbox.run(&line);
                assert_eq!(output.code, 0, "pull.rebase={pull}, round {round}, {who}: {output}");
            }
        }
        let lists = ["ann", "bob"].map(|who| sandbox.run(&format!("cd ../{who} && pm timeline list -q")).ok());
        assert_eq!(lists[0], lists[1]);
        assert_eq!(lists[0].matches(" sees ").count(), 40, "{}", lists[0]);
        sandbox.run("cd ../ann && pm check -q && git fsck --strict").ok();
    }
}
