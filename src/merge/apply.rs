//! The plan carried out on the text of ours: every change is an edit of the document, so that what is not meant stays.

use toml::Value;

use super::plan::{Plan, Row, RowsPlan};
use crate::document::{Adopted, Canonical, Document, EditError, Path};

/// How a contradiction is decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// Our value.
    Ours,
    /// Their value.
    Theirs,
    /// The value before.
    Base,
    /// Another value.
    Value(Value),
}

/// The three documents, and who decides.
pub(super) struct Applier<'a> {
    pub(super) base: &'a Document,
    pub(super) theirs: &'a Document,
    pub(super) choose: &'a dyn Fn(usize) -> Choice,
}

/// Where a value is in the document that is edited and in the versions it comes from.
#[derive(Clone)]
struct Place {
    here: Path,
    base: Option<Path>,
    theirs: Option<Path>,
}

impl Place {
    fn key(&self, key: &str) -> Self {
        let of = |path: &Option<Path>| path.as_ref().map(|path| path.key(key));
        Self { here: self.here.key(key), base: of(&self.base), theirs: of(&self.theirs) }
    }

    fn row(&self, here: usize, row: &Row) -> Self {
        let of = |path: &Option<Path>, index: Option<usize>| Some(path.as_ref()?.index(index?));
        Self { here: self.here.index(here), base: of(&self.base, row.base), theirs: of(&self.theirs, row.theirs) }
    }
}

impl Applier<'_> {
    /// The merged document.
    pub(super) fn apply(&self, ours: &Document, plan: &Plan) -> Result<Document, EditError> {
        let root = Place { here: Path::root(), base: Some(Path::root()), theirs: Some(Path::root()) };
        self.carry_out(ours.clone(), plan, &root)
    }

    fn carry_out(&self, document: Document, plan: &Plan, at: &Place) -> Result<Document, EditError> {
        match plan {
            Plan::Keep => Ok(document),
            Plan::Take => self.take(document, at),
            Plan::Put(value) => document.set(&at.here, value, &Canonical),
            Plan::Table(keys) => {
                // Setting comes first: a table that loses all of its keys may be gone.
                let goes = |key: &str, fate: &Plan| matches!(fate, Plan::Take) && !self.in_theirs(&at.key(key));
                let (last, first): (Vec<_>, Vec<_>) = keys.iter().partition(|(key, fate)| goes(key, fate));
                let all = first.into_iter().chain(last);
                all.into_iter().try_fold(document, |document, (key, fate)| self.carry_out(document, fate, &at.key(key)))
            }
            Plan::Rows(rows) => self.rows(document, rows, at),
            Plan::Conflict(number) => match (self.choose)(*number) {
                Choice::Ours => Ok(document),
                Choice::Theirs => self.take(document, at),
                Choice::Base => self.take_from(document, self.base, at.base.as_ref(), at),
                Choice::Value(value) => document.set(&at.here, &value, &Canonical),
            },
        }
    }

    fn in_theirs(&self, at: &Place) -> bool {
        at.theirs.as_ref().is_some_and(|path| self.theirs.contains(path))
    }

    fn take(&self, document: Document, at: &Place) -> Result<Document, EditError> {
        self.take_from(document, self.theirs, at.theirs.as_ref(), at)
    }

    /// The value of another document, or that it has none.
    fn take_from(
        &self,
        document: Document,
        from: &Document,
        path: Option<&Path>,
        at: &Place,
    ) -> Result<Document, EditError> {
        match path.filter(|path| from.contains(path)) {
            Some(path) => {
                // Where ours left the lines alone, theirs are the newer ones, comments included.
                let untouched = at.base.as_ref().and_then(|base| self.base.pair_text(base));
                let all = untouched.is_some() && untouched == document.pair_text(&at.here);
                document.adopt(&at.here, from, path, all, &Canonical)
            }
            None if document.contains(&at.here) => document.clear(&at.here),
            None => Ok(document),
        }
    }

    /// Whether a row is in the list.
    fn stays(&self, row: &Row) -> bool {
        match row.disputed.map(|number| (self.choose)(number)) {
            None => true,
            Some(Choice::Ours | Choice::Value(_)) => row.ours.is_some(),
            Some(Choice::Theirs) => row.theirs.is_some(),
            Some(Choice::Base) => row.base.is_some(),
        }
    }

    fn rows(&self, mut document: Document, plan: &RowsPlan, at: &Place) -> Result<Document, EditError> {
        let list = &at.here;
        let mut kept: Vec<&Row> = plan.rows.iter().filter(|row| self.stays(row)).collect();
        if plan.order.is_some_and(|number| (self.choose)(number) == Choice::Theirs) {
            // Those that theirs does not have stay behind the one they follow.
            let mut behind = None;
            let order: Vec<(Option<usize>, usize)> = kept
                .iter()
                .enumerate()
                .map(|(index, row)| {
                    behind = row.theirs.or(behind);
                    (behind, index)
                })
                .collect();
            let mut numbered: Vec<_> = order.into_iter().zip(kept).collect();
            numbered.sort_by_key(|(place, _)| *place);
            kept = numbered.into_iter().map(|(_, row)| row).collect();
        }
        for row in &kept {
            let Some(ours) = row.ours else { continue };
            document = self.carry_out(document, &row.plan, &at.row(ours, row))?;
            let was = row.disputed.map(|number| (self.choose)(number)) == Some(Choice::Base);
            let base = at.row(ours, row).base.and_then(|path| self.base.value(&path).cloned());
            if let Some(base) = base.filter(|_| was) {
                document = document.set(&list.index(ours), &base, &Canonical)?;
            }
        }
        let mut here: Vec<usize> = (0..document.len_of(list).unwrap_or(0)).collect();
        for index in (0..here.len()).rev() {
            if !kept.iter().any(|row| row.ours == Some(index)) {
                document = document.clear(&list.index(index))?;
                here.remove(index);
            }
        }
        let wanted: Vec<usize> = kept.iter().filter_map(|row| row.ours).collect();
        document = sorted(document, list, here, &wanted)?;
        self.adopt_rows(document, &kept, at)
    }

    /// Brings in the rows that ours does not have.
    fn adopt_rows(&self, mut document: Document, kept: &[&Row], at: &Place) -> Result<Document, EditError> {
        let mut of_theirs = Vec::new();
        let mut of_base = Vec::new();
        let mut before = 0;
        for row in kept {
            match (row.ours, row.theirs, row.base) {
                (Some(_), ..) => before += 1,
                (None, theirs, base) => {
                    let chosen = row.disputed.map(|number| (self.choose)(number));
                    match (theirs, base) {
                        (_, Some(from)) if chosen == Some(Choice::Base) => of_base.push(Adopted { from, before }),
                        (Some(from), _) => of_theirs.push(Adopted { from, before }),
                        (None, _) => {}
                    }
                }
            }
        }
        // All from one document at once; the few of the base stand by themselves.
        for (number, row) in of_base.into_iter().enumerate() {
            let place = of_theirs.iter().filter(|other| other.before <= row.before).count();
            let at_base = at.base.clone().unwrap_or_default();
            let row = Adopted { before: row.before + number, ..row };
            document = document.adopt_elements(&at.here, self.base, &at_base, &[row], &Canonical)?;
            for other in of_theirs.iter_mut().skip(place) {
                other.before += 1;
            }
        }
        let at_theirs = at.theirs.clone().unwrap_or_default();
        document.adopt_elements(&at.here, self.theirs, &at_theirs, &of_theirs, &Canonical)
    }
}

/// Moves the rows of a list until they are in the wanted order, as few as possible.
fn sorted(mut document: Document, list: &Path, mut here: Vec<usize>, wanted: &[usize]) -> Result<Document, EditError> {
    if here == wanted {
        return Ok(document);
    }
    let place = |row: usize| wanted.iter().position(|other| *other == row).unwrap_or(0);
    let order: Vec<usize> = here.iter().map(|row| place(*row)).collect();
    let stays = longest_rising(&order);
    let mut still: Vec<usize> = stays.into_iter().map(|index| here[index]).collect();
    for row in wanted {
        if still.contains(row) {
            continue;
        }
        let from = here.iter().position(|other| other == row).unwrap_or(0);
        here.remove(from);
        // Behind the nearest row above it that is in its place.
        let above = wanted[..place(*row)].iter().rev().find(|other| still.contains(other));
        let to = above.and_then(|above| here.iter().position(|other| other == above)).map_or(0, |above| above + 1);
        document = document.relocate(list, from, to, &Canonical)?;
        here.insert(to, *row);
        still.push(*row);
    }
    Ok(document)
}

/// The positions of a longest rising run of numbers.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let before = (0..index).filter(|other| numbers[*other] < *number).max_by_key(|other| best[*other].0);
        best.push((before.map_or(1, |before| best[before].0 + 1), before));
    }
    let mut at = (0..best.len()).max_by_key(|index| best[*index].0);
    let mut run = Vec::new();
    while let Some(index) = at {
        run.push(index);
        at = best[index].1;
    }
    run.reverse();
    run
}
