//! Slack's markup to plain text: `<@U1>`, `<#C1|name>`, `<https://x|label>`, `<!here>`, `&amp;`. Emphasis and code stay as
//! they are written, they read well.

use super::Directory;

/// The text as people saw it.
pub(super) fn plain(text: &str, directory: &mut Directory) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&entities(&rest[..open]));
        let Some(length) = rest[open..].find('>') else {
            rest = &rest[open..];
            break;
        };
        out.push_str(&tag(&rest[open + 1..open + length], directory));
        rest = &rest[open + length + 1..];
    }
    out.push_str(&entities(rest));
    out
}

/// What stands between angle brackets.
fn tag(inside: &str, directory: &mut Directory) -> String {
    let (target, label) = inside.split_once('|').map_or((inside, None), |(target, label)| (target, Some(label)));
    let label = label.map(entities).filter(|label| !label.is_empty());
    if let Some(id) = target.strip_prefix('@') {
        // The name that the message carries is the one people saw, but the directory has the full one.
        return match (directory.users.get(id), label) {
            (Some(name), _) => format!("@{name}"),
            (None, Some(label)) => format!("@{}", label.trim_start_matches('@')),
            (None, None) => format!("@{}", directory.user(id)),
        };
    }
    if let Some(id) = target.strip_prefix('#') {
        let name = label.or_else(|| directory.channels.get(id).cloned());
        return format!("#{}", name.as_deref().unwrap_or(id));
    }
    if let Some(command) = target.strip_prefix('!') {
        return match (command.split('^').next().unwrap_or_default(), label) {
            ("here" | "channel" | "everyone" | "group", _) => format!("@{command}"),
            (_, Some(label)) => label,
            (name, None) => format!("@{name}"),
        };
    }
    let target = entities(target);
    let bare = target.strip_prefix("mailto:").or_else(|| target.strip_prefix("tel:")).unwrap_or(&target);
    match label {
        Some(label) if label != bare && label != target && !target.ends_with(&format!("//{label}")) => {
            format!("{label} ({target})")
        }
        _ => bare.to_owned(),
    }
}

fn entities(text: &str) -> String {
    // The ampersand comes last, or `&amp;lt;` would be decoded twice.
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_reads_as_people_saw_it() {
        let mut directory = Directory::default();
        directory.users.insert("U1".to_owned(), "Ann Example".to_owned());
        directory.channels.insert("C2".to_owned(), "incidents".to_owned());
        for (text, wanted) in [
            ("<@U1> and <@U2|bob> and <@U3>", "@Ann Example and @bob and @U3"),
            ("<#C1|random> <#C2> <#C3>", "#random #incidents #C3"),
            ("<https://x.example/a?b=1&amp;c=2|graph>", "graph (https://x.example/a?b=1&c=2)"),
            ("<https://x.example> <http://x.example|x.example>", "https://x.example http://x.example"),
            ("<!here> <!channel> <!subteam^S1|@db-team>", "@here @channel @db-team"),
            ("<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"),
            ("<mailto:a@b.example|a@b.example>", "a@b.example"),
            ("1 &lt; 2 &amp;&amp; &amp;lt; *bold* `code`", "1 < 2 && &lt; *bold* `code`"),
            ("a < b <open", "a < b <open"),
            ("<>", ""),
        ] {
            assert_eq!(plain(text, &mut directory), wanted, "{text}");
        }
        assert_eq!(directory.unknown.into_iter().collect::<Vec<_>>(), ["U3"]);
    }
}
