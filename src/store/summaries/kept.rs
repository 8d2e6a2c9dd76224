//! The file that keeps summaries between runs.
//!
//! One file a state: `pm/summaries-tree` for the revision that was asked about last, `pm/summaries-<hash>` for each
//! working tree, in the git directory that all working trees share. It is replaced as a whole, so a reader has the old
//! one or the new one. Every part has its checksum, every offset is looked at once, and a file with anything odd about
//! it is no file. Nothing in it is needed: it can be deleted at any time.
//!
//! Layout, numbers little-endian: head | rows of 48 bytes, in the order of the walk | paths | ids of the contents |
//! briefs | cards | rests. Of the last four those are read that a question needs.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::{Made, ObjectId};

const MAGIC: [u8; 8] = *b"pm-sums2";
/// Magic, maker, tree, how many rows, the lengths and the checksums of the sections, its own checksum.
const HEAD: usize = 48 + 8 + SECTIONS * 12 + 4;
/// Where the path is, the mark, the judgement, then where each part is.
const ROW: usize = 48;
/// How long an id is in the file.
const ID: usize = 32;
const SECTIONS: usize = 6;

/// A section of the file that is read when it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// The ids of the contents.
    Ids = 2,
    Briefs = 3,
    Cards = 4,
    Rests = 5,
}

impl Section {
    /// All of them.
    const ALL: [Self; 4] = [Self::Ids, Self::Briefs, Self::Cards, Self::Rests];

    /// Where in a row it stands where its part of this section is.
    fn field(self) -> usize {
        self as usize * 8
    }
}

/// The size above which nothing is kept, in bytes: 1 GiB.
const LARGEST: u64 = 1 << 30;

/// How many files are kept, one for each working tree and one for revisions; the oldest go first.
const MOST_FILES: usize = 8;

/// Which state a file is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// What the summaries were made by; another program makes other ones.
    pub(super) maker: u64,
    /// The tree of the records folder; zeros for a working tree.
    pub(super) tree: [u8; ID],
}

/// A row of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) path: &'a str,
    /// The id of the content, padded with zeros.
    pub(super) blob: [u8; ID],
    /// The file's mark when it was settled, else 0.
    pub(super) mark: u64,
    pub(super) judged: u64,
    pub(super) brief: &'a [u8],
    pub(super) card: &'a [u8],
    pub(super) rest: &'a [u8],
}

/// A file of summaries that was read and found whole, as far as it was read.
pub(super) struct Kept {
    /// The file that was opened, even when another one is in its place by now.
    file: File,
    pub(super) tree: [u8; ID],
    count: usize,
    table: Vec<u8>,
    paths: String,
    /// Where each section begins, how long it is, and its checksum.
    sections: [(u64, usize, u32); SECTIONS],
    /// The sections that were read.
    read: [Vec<u8>; SECTIONS],
}

impl Kept {
    /// Reads a file and some of its sections; `None` when there is none, when it is of another maker, or when anything
    /// about it is odd.
    pub(super) fn read(place: &Path, maker: u64, needed: &[Section]) -> Option<Self> {
        let mut file = File::open(place).ok()?;
        let metadata = file.metadata().ok()?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let (body, sum) = head.split_at(HEAD - 4);
        if body[..8] != MAGIC || number32(sum, 0) != crc32fast::hash(body) || number64(body, 8) != maker {
            return None;
        }
        let count = usize::try_from(number64(body, 48)).ok()?;
        let mut sections = [(HEAD as u64, 0, 0); SECTIONS];
        let mut start = HEAD as u64;
        for (place, section) in sections.iter_mut().enumerate() {
            let length = number64(body, 56 + 8 * place);
            *section = (start, usize::try_from(length).ok()?, number32(body, 56 + 8 * SECTIONS + 4 * place));
            start = start.checked_add(length)?;
        }
        let as_many = |section: usize, size: usize| count.checked_mul(size) == Some(sections[section].1);
        if metadata.len() != start || start > LARGEST || !as_many(0, ROW) || !as_many(Section::Ids as usize, ID) {
            return None;
        }
        let mut kept = Self {
            file,
            tree: body[16..48].try_into().ok()?,
            count,
            table: Vec::new(),
            paths: String::new(),
            sections,
            read: Default::default(),
        };
        kept.table = kept.section(0)?;
        kept.paths = String::from_utf8(kept.section(1)?).ok()?;
        needed.iter().try_for_each(|section| kept.need(*section))?;
        let sound = (0..count).all(|row| {
            let (start, length) = kept.part(row, 0);
            let fits = |section: &Section| {
                let (start, length) = kept.part(row, section.field());
                start.checked_add(length).is_some_and(|end| end <= kept.sections[*section as usize].1)
            };
            kept.paths.get(start..start.saturating_add(length)).is_some() && Section::ALL[1..].iter().all(fits)
        });
        sound.then_some(kept)
    }

    /// The bytes of a section, when they are what was written.
    fn section(&mut self, section: usize) -> Option<Vec<u8>> {
        let (start, length, sum) = self.sections[section];
        let mut bytes = vec![0; length];
        self.file.seek(SeekFrom::Start(start)).ok()?;
        self.file.read_exact(&mut bytes).ok()?;
        (crc32fast::hash(&bytes) == sum).then_some(bytes)
    }

    /// Reads a section unless it was read; `None` when it is not whole.
    pub(super) fn need(&mut self, section: Section) -> Option<()> {
        if !self.has(section) {
            self.read[section as usize] = self.section(section as usize)?;
        }
        Some(())
    }

    /// Reads all that was not read; `None` when it is not whole.
    pub(super) fn need_all(&mut self) -> Option<()> {
        Section::ALL.iter().try_for_each(|section| self.need(*section))
    }

    /// Whether a section was read.
    fn has(&self, section: Section) -> bool {
        self.read[section as usize].len() == self.sections[section as usize].1
    }

    /// Whether all was read.
    pub(super) fn has_all(&self) -> bool {
        Section::ALL.iter().all(|section| self.has(*section))
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The row at an index below [`Self::len`]; what was not read is empty.
    pub(super) fn row(&self, index: usize) -> Row<'_> {
        Row {
            path: self.path(index),
            blob: self.blob(index).unwrap_or_default(),
            mark: self.mark(index),
            judged: self.judged(index),
            brief: self.bytes(index, Section::Briefs),
            card: self.bytes(index, Section::Cards),
            rest: self.bytes(index, Section::Rests),
        }
    }

    /// The id of the content of a row; `None` when the ids were not read.
    pub(super) fn blob(&self, index: usize) -> Option<[u8; ID]> {
        let ids = &self.read[Section::Ids as usize];
        ids.get(index * ID..(index + 1) * ID).and_then(|id| id.try_into().ok())
    }

    /// The path of a row.
    pub(super) fn path(&self, index: usize) -> &str {
        let (start, length) = self.part(index, 0);
        &self.paths[start..start + length]
    }

    /// The mark of a row.
    pub(super) fn mark(&self, index: usize) -> u64 {
        number64(&self.table, index * ROW + 8)
    }

    /// By what the judgements of a row were made.
    pub(super) fn judged(&self, index: usize) -> u64 {
        number64(&self.table, index * ROW + 16)
    }

    /// What a section has for a row; empty when it was not read.
    pub(super) fn bytes(&self, index: usize, section: Section) -> &[u8] {
        let (start, length) = self.part(index, section.field());
        self.read[section as usize].get(start..start + length).unwrap_or_default()
    }

    /// Where a part of a row is, and how long it is.
    fn part(&self, index: usize, field: usize) -> (usize, usize) {
        let at = |field: usize| number32(&self.table, index * ROW + field) as usize;
        (at(field), at(field + 4))
    }

    /// Where each content is.
    pub(super) fn by_blob(&self) -> HashMap<[u8; ID], usize> {
        (0..self.count).filter_map(|index| Some((self.blob(index)?, index))).collect()
    }
}

/// Puts a file of summaries in the place of the one that is there. A failure costs time and nothing else.
pub(super) fn write(place: &Path, key: &Key, rows: &[Row<'_>]) -> Option<()> {
    let folder = place.parent()?;
    std::fs::create_dir_all(folder).ok()?;
    let parts = |row: &Row<'_>| [row.path.len(), row.brief.len(), row.card.len(), row.rest.len()];
    let mut table = Vec::with_capacity(rows.len() * ROW);
    let mut starts = [0; 4];
    for row in rows {
        let mut places = [[0; 8]; 4];
        for ((place, start), length) in places.iter_mut().zip(&mut starts).zip(parts(row)) {
            // Both fit: the whole is below a gibibyte, or not written.
            let (from, size) = (u32::try_from(*start).unwrap_or(0), u32::try_from(length).unwrap_or(0));
            place[..4].copy_from_slice(&from.to_le_bytes());
            place[4..].copy_from_slice(&size.to_le_bytes());
            *start += length;
        }
        let [path, brief, card, rest] = places;
        table.extend([path, row.mark.to_le_bytes(), row.judged.to_le_bytes(), brief, card, rest].as_flattened());
    }
    let [paths, briefs, cards, rests] = starts;
    let lengths = [table.len(), paths, rows.len() * ID, briefs, cards, rests];
    if (HEAD + lengths.iter().sum::<usize>()) as u64 > LARGEST {
        return None;
    }
    let sections: [Vec<&[u8]>; SECTIONS] = [
        vec![&table],
        rows.iter().map(|row| row.path.as_bytes()).collect(),
        rows.iter().map(|row| row.blob.as_slice()).collect(),
        rows.iter().map(|row| row.brief).collect(),
        rows.iter().map(|row| row.card).collect(),
        rows.iter().map(|row| row.rest).collect(),
    ];
    let mut head = Vec::with_capacity(HEAD);
    head.extend(MAGIC);
    head.extend(key.maker.to_le_bytes());
    head.extend(key.tree);
    head.extend((rows.len() as u64).to_le_bytes());
    for length in lengths {
        head.extend((length as u64).to_le_bytes());
    }
    for section in &sections {
        let mut sum = crc32fast::Hasher::new();
        for bytes in section {
            sum.update(bytes);
        }
        head.extend(sum.finalize().to_le_bytes());
    }
    head.extend(crc32fast::hash(&head).to_le_bytes());

    let mut builder = tempfile::Builder::new();
    builder.prefix("summaries-new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What the user's umask leaves: in a shared repository others may profit.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let fresh = builder.tempfile_in(folder).ok()?;
    let mut out = BufWriter::with_capacity(1 << 20, fresh);
    out.write_all(&head).ok()?;
    sections.iter().flatten().try_for_each(|bytes| out.write_all(bytes)).ok()?;
    out.into_inner().ok()?.persist(place).ok()?;
    drop_oldest(folder);
    Some(())
}

/// Where the summaries are kept, newest first.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with("summaries-")));
    let mut dated: Vec<_> =
        found.map(|entry| (entry.metadata().and_then(|found| found.modified()).ok(), entry.path())).collect();
    dated.sort_by(|a, b| b.cmp(a));
    dated.into_iter().map(|(_, place)| place).collect()
}

/// Those that runs were killed over count, too, and go when they are old.
fn drop_oldest(folder: &Path) {
    for place in files(folder).into_iter().skip(MOST_FILES) {
        std::fs::remove_file(place).ok();
    }
}

/// An object id with zeros behind it, so that both kinds have one length.
pub(super) fn padded(id: ObjectId) -> [u8; ID] {
    let mut bytes = [0; ID];
    let id = id.as_bytes();
    bytes[..id.len()].copy_from_slice(id);
    bytes
}

impl Row<'_> {
    pub(super) fn made(&self) -> Made {
        Made {
            brief: self.brief.to_vec(),
            card: self.card.to_vec(),
            rest: self.rest.to_vec(),
            judged: self.judged,
            lasting: true,
        }
    }
}

fn number32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(u32::MAX, u32::from_le_bytes)
}

fn number64(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(u64::MAX, u64::from_le_bytes)
}
