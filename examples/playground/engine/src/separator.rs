//! What stands between the columns of a table, and its decimal commas.

use csv::StringRecord;

/// A comma, semicolon or tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separator(pub u8);

impl Separator {
    /// Semicolon or tab where the first line has two of them outside quotes, else a comma.
    pub fn of(table: &[u8]) -> Self {
        let (mut quoted, mut semicolons, mut tabs) = (false, 0, 0);
        for &byte in table.trim_ascii_start() {
            match byte {
                b'\n' | b'\r' if !quoted => break,
                b'"' => quoted = !quoted,
                b';' if !quoted => semicolons += 1,
                b'\t' if !quoted => tabs += 1,
                _ => (),
            }
        }
        Separator(if semicolons >= 2 {
            b';'
        } else if tabs >= 2 {
            b'\t'
        } else {
            b','
        })
    }

    /// The row with points in its numbers: tables with semicolons may have decimal commas.
    pub fn with_points(self, record: StringRecord) -> StringRecord {
        if self.0 != b';' {
            return record;
        }
        let mut changed: StringRecord = record.iter().map(with_point).collect();
        changed.set_position(record.position().cloned());
        changed
    }
}

/// `1,5` becomes `1.5`. A text that is no number then stays as it is.
fn with_point(text: &str) -> String {
    let changed = text.replace(',', ".");
    if changed.parse::<f32>().is_ok() { changed } else { text.to_string() }
}
