//! Questions on a terminal. Only for what is missing, and each has a flag; whoever asks has looked at
//! [`Ui::interactive`](super::ui::Ui::interactive) before.

use std::sync::Once;

use console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, FuzzySelect, Input, Select};

use super::failure::Failure;

/// Lists of more than this many are filtered by typing.
const LONG: usize = 8;

/// The cursor is hidden while a list is shown; an interrupt has to bring it back.
fn keep_cursor() {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(|| {
        let handler = || {
            let _ = Term::stderr().show_cursor();
            #[expect(clippy::exit, reason = "the user interrupted the program: there is nothing to return to")]
            std::process::exit(130);
        };
        // Without a handler an interrupt still ends the program, it only leaves the cursor hidden.
        let _ = ctrlc::set_handler(handler);
    });
}

/// One of several; `None` when the user backs out.
pub fn pick(question: &str, choices: &[String]) -> Result<Option<usize>, Failure> {
    keep_cursor();
    let theme = ColorfulTheme::default();
    let picked = if choices.len() > LONG {
        FuzzySelect::with_theme(&theme).with_prompt(question).items(choices).default(0).interact_opt()
    } else {
        Select::with_theme(&theme).with_prompt(question).items(choices).default(0).interact_opt()
    };
    picked.map_err(failed)
}

/// A line of text, which may be empty.
pub fn line(question: &str, default: Option<&str>) -> Result<String, Failure> {
    keep_cursor();
    let theme = ColorfulTheme::default();
    let input = Input::<String>::with_theme(&theme).with_prompt(question).allow_empty(true);
    let input = match default {
        Some(default) => input.default(default.to_owned()),
        None => input,
    };
    input.interact_text().map(|text| text.trim().to_owned()).map_err(failed)
}

/// Yes or no.
pub fn confirm(question: &str, default: bool) -> Result<bool, Failure> {
    keep_cursor();
    let asked = Confirm::with_theme(&ColorfulTheme::default()).with_prompt(question).default(default).interact_opt();
    asked.map(|answer| answer.unwrap_or(false)).map_err(failed)
}

fn failed(error: dialoguer::Error) -> Failure {
    let dialoguer::Error::IO(error) = error;
    if error.kind() == std::io::ErrorKind::Interrupted {
        return Failure::new("interrupted: nothing was changed");
    }
    Failure::new(format!("cannot ask on this terminal: {error}"))
}
