//! The file that keeps summaries between runs.
//!
//! One file a state: `pm/summaries-tree` for the revision that was asked about last, `pm/summaries-<hash>` for each
//! working tree, in the git directory that all working trees share. It is replaced as a whole, so a reader has the old
//! one or the new one. Every part has its checksum, every offset is looked at once, and a file with anything odd about
//! it is no file. Nothing in it is needed: it can be deleted at any time.
//!
//! Layout, numbers little-endian: head | rows of 72 bytes, in the order of the walk | paths | briefs | rests.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Made, ObjectId};

const MAGIC: [u8; 8] = *b"pm-sums1";
const HEAD: usize = 112;
const ROW: usize = 72;

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
    pub(super) tree: [u8; 32],
}

/// A row of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) path: &'a str,
    /// The id of the content, padded with zeros.
    pub(super) blob: [u8; 32],
    /// The file's mark when it was settled, else 0.
    pub(super) mark: u64,
    pub(super) judged: u64,
    pub(super) brief: &'a [u8],
    /// Empty where the rests were not asked for.
    pub(super) rest: &'a [u8],
}

/// A file of summaries that was read and found whole.
pub(super) struct Kept {
    pub(super) tree: [u8; 32],
    count: usize,
    /// Rows, paths and briefs, one after the other.
    front: Vec<u8>,
    paths: usize,
    briefs: usize,
    rests: Rests,
}

enum Rests {
    /// Where they can be read from: the file that was opened, even when another one is in its place by now.
    Unread {
        file: File,
        length: usize,
        sum: u32,
    },
    Read(Vec<u8>),
    /// They were not whole.
    Broken,
}

impl Kept {
    /// Reads a file; `None` when there is none, when it is of another maker, or when anything about it is odd.
    pub(super) fn read(place: &Path, maker: u64, with_rests: bool) -> Option<Self> {
        let mut file = File::open(place).ok()?;
        let metadata = file.metadata().ok()?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let (body, sum) = head.split_at(HEAD - 4);
        if body[..8] != MAGIC || number32(sum, 0) != crc32fast::hash(body) || number64(body, 8) != maker {
            return None;
        }
        let length = |part: usize| usize::try_from(number64(body, 48 + 8 * part)).ok();
        let (count, paths, briefs, rests) = (length(0)?, length(1)?, length(2)?, length(3)?);
        let rows = count.checked_mul(ROW)?;
        let front = rows.checked_add(paths)?.checked_add(briefs)?;
        let whole = HEAD.checked_add(front)?.checked_add(rests)?;
        if metadata.len() != whole as u64 || metadata.len() > LARGEST {
            return None;
        }
        let mut bytes = vec![0; front];
        file.read_exact(&mut bytes).ok()?;
        if crc32fast::hash(&bytes) != number32(body, 80) {
            return None;
        }
        let mut kept = Self {
            tree: body[16..48].try_into().ok()?,
            count,
            front: bytes,
            paths: rows,
            briefs: rows + paths,
            rests: Rests::Unread { file, length: rests, sum: number32(body, 84) },
        };
        if with_rests {
            kept.read_rests()?;
        }
        let texts = std::str::from_utf8(&kept.front[kept.paths..kept.briefs]).ok()?;
        let sound = (0..count).all(|index| {
            let at = |field: usize| number32(&kept.front, index * ROW + field) as usize;
            let fits =
                |start: usize, length: usize, whole: usize| start.checked_add(length).is_some_and(|end| end <= whole);
            texts.get(at(0)..at(0).saturating_add(at(4))).is_some()
                && fits(at(56), at(60), briefs)
                && fits(at(64), at(68), rests)
        });
        sound.then_some(kept)
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn has_rests(&self) -> bool {
        matches!(self.rests, Rests::Read(_))
    }

    /// Reads the rests, too; `None` when they are not whole.
    pub(super) fn read_rests(&mut self) -> Option<()> {
        let read = |file: &mut File, length: usize, sum: u32| {
            let mut bytes = vec![0; length];
            file.read_exact(&mut bytes).ok()?;
            (crc32fast::hash(&bytes) == sum).then_some(bytes)
        };
        if let Rests::Unread { file, length, sum } = &mut self.rests {
            self.rests = read(file, *length, *sum).map_or(Rests::Broken, Rests::Read);
        }
        self.has_rests().then_some(())
    }

    /// The row at an index below [`Self::len`].
    pub(super) fn row(&self, index: usize) -> Row<'_> {
        let start = index * ROW;
        let at = |field: usize| number32(&self.front, start + field) as usize;
        let path = part(&self.front[self.paths..self.briefs], at(0), at(4));
        Row {
            path: std::str::from_utf8(path).expect("the paths were looked at when the file was read"),
            blob: self.front[start + 8..start + 40].try_into().expect("32 bytes"),
            mark: number64(&self.front, start + 40),
            judged: number64(&self.front, start + 48),
            brief: part(&self.front[self.briefs..], at(56), at(60)),
            rest: match &self.rests {
                Rests::Read(rests) => part(rests, at(64), at(68)),
                Rests::Unread { .. } | Rests::Broken => &[],
            },
        }
    }

    /// Where each content is.
    pub(super) fn by_blob(&self) -> HashMap<[u8; 32], usize> {
        (0..self.count).map(|index| (self.row(index).blob, index)).collect()
    }
}

/// Puts a file of summaries in the place of the one that is there. A failure costs time and nothing else.
pub(super) fn write(place: &Path, key: &Key, rows: &[Row<'_>]) -> Option<()> {
    let folder = place.parent()?;
    std::fs::create_dir_all(folder).ok()?;
    let sum = |part: fn(&Row<'_>) -> usize| rows.iter().map(part).sum::<usize>();
    let (paths, briefs, rests) = (sum(|row| row.path.len()), sum(|row| row.brief.len()), sum(|row| row.rest.len()));
    if (HEAD + rows.len() * ROW + paths + briefs + rests) as u64 > LARGEST {
        return None;
    }
    let mut table = Vec::with_capacity(rows.len() * ROW);
    let mut starts = [0usize; 3];
    for row in rows {
        let mut place = |part: usize, length: usize| {
            // Both fit: the whole is below a gibibyte.
            let (start, size) = (u32::try_from(starts[part]).unwrap_or(0), u32::try_from(length).unwrap_or(0));
            starts[part] += length;
            [start.to_le_bytes(), size.to_le_bytes()].concat()
        };
        table.extend(place(0, row.path.len()));
        table.extend(row.blob);
        table.extend(row.mark.to_le_bytes());
        table.extend(row.judged.to_le_bytes());
        table.extend(place(1, row.brief.len()));
        table.extend(place(2, row.rest.len()));
    }
    let mut front = crc32fast::Hasher::new();
    front.update(&table);
    for row in rows {
        front.update(row.path.as_bytes());
    }
    for row in rows {
        front.update(row.brief);
    }
    let mut back = crc32fast::Hasher::new();
    for row in rows {
        back.update(row.rest);
    }
    let mut head = Vec::with_capacity(HEAD);
    head.extend(MAGIC);
    head.extend(key.maker.to_le_bytes());
    head.extend(key.tree);
    for length in [rows.len(), paths, briefs, rests] {
        head.extend((length as u64).to_le_bytes());
    }
    head.extend(front.finalize().to_le_bytes());
    head.extend(back.finalize().to_le_bytes());
    head.resize(HEAD - 4, 0);
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
    out.write_all(&table).ok()?;
    rows.iter().try_for_each(|row| out.write_all(row.path.as_bytes())).ok()?;
    rows.iter().try_for_each(|row| out.write_all(row.brief)).ok()?;
    rows.iter().try_for_each(|row| out.write_all(row.rest)).ok()?;
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
pub(super) fn padded(id: ObjectId) -> [u8; 32] {
    let mut bytes = [0; 32];
    let id = id.as_bytes();
    bytes[..id.len()].copy_from_slice(id);
    bytes
}

impl Row<'_> {
    pub(super) fn made(&self) -> Made {
        Made { brief: self.brief.to_vec(), rest: self.rest.to_vec(), judged: self.judged, lasting: true }
    }
}

fn part(bytes: &[u8], start: usize, length: usize) -> &[u8] {
    &bytes[start..start + length]
}

fn number32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(u32::MAX, u32::from_le_bytes)
}

fn number64(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(u64::MAX, u64::from_le_bytes)
}
