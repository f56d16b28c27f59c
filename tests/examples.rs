//! What the examples say about a user's broken table: file, line, column, and what is wrong.

#[path = "../examples/common/table.rs"]
mod table;

use std::fs;
use std::path::PathBuf;

/// A file of this content that vanishes with the value.
struct Table(PathBuf);

impl Table {
    fn new(name: &str, content: impl AsRef<[u8]>) -> Table {
        let path = std::env::temp_dir().join(format!("bareprop-{}-{name}.csv", std::process::id()));
        fs::write(&path, content).unwrap();
        Table(path)
    }

    fn read(&self) -> Result<(Vec<[f32; 2]>, Vec<usize>), String> {
        let file = format!("{}", self.0.display());
        table::read(&self.0, 2).map_err(|error| error.replacen(&file, "FILE", 1))
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn good_tables_are_read() {
    let rows = (vec![[0.5, -2.0], [1.0, 3e-2]], vec![0, 1]);
    for (name, content) in [
        ("plain", "0.5,-2,0\n1,3e-2,1\n"),
        ("no-newline", "0.5,-2,0\n1,3e-2,1"),
        ("header", "x0,x1,class\n0.5,-2,0\n1,3e-2,1\n"),
        ("mark", "\u{feff}x0,x1,class\r\n0.5,-2,0\r\n1,3e-2,1\r\n"),
        ("mark-alone", "\u{feff}0.5,-2,0\n1,3e-2,1\n"),
        ("spaces", " 0.5 , -2,0 \n\n  \n1,3e-2,1.0\n\n"),
        ("quotes", "\"x0\",\"x1\",\"class\"\n\"0.5\",\"-2\",\"0\"\n1,3e-2,1\n"),
    ] {
        assert_eq!(Table::new(name, content).read().as_ref(), Ok(&rows), "{name}");
    }
}

#[test]
fn broken_tables_get_file_line_and_column() {
    for (name, content, message) in [
        ("missing", "1,2,0\n1,2\n", "line 2, column 3: 2 columns in this line"),
        ("more", "x,y,c\n1,2,0,7\n", "line 2, column 3: 4 columns in this line"),
        ("text", "1,2,0\n\n1,zwei,0\n", "line 3, column 2: `zwei` is not a number"),
        ("text-first", "one,2,0\n1,2,0\n", "line 1, column 1: `one` is not a number"),
        ("nan", "1,2,0\nNaN,2,0\n", "line 2, column 1: `NaN` is not a finite number"),
        ("huge", "1,-1e39,0\n", "line 1, column 2: `-1e39` is not a finite number"),
        ("gap", "1,,0\n", "line 1, column 2: nothing stands here"),
        ("class", "1,2,0\n1,2,2\n", "line 2, column 3: `2` is no class; classes are 0 to 1"),
        ("half", "1,2,0.5\n", "line 1, column 3: `0.5` is no class"),
        ("negative", "1,2,-1\n", "line 1, column 3: `-1` is no class"),
        ("empty", "", "line 1, column 1: no rows"),
        ("header-only", "x0,x1,class\n", "line 1, column 1: no rows"),
        ("semicolons", "x0;x1;class\n1;2;0\n", "line 1, column 1: semicolons or tabs"),
        ("decimals", "0,5;1,2;0\n", "line 1, column 2: semicolons or tabs"),
        ("tabs", "1\t2\t0\n", "line 1, column 1: semicolons or tabs"),
        (
            "commas",
            "0,5,1,2,0\n",
            "line 1, column 3: 5 columns in this line, but 2 features and a class; does a number",
        ),
        ("quoted", "\"0,5\",1,0\n", "line 1, column 1: `0,5` has a comma inside; write `0.5`"),
        ("carriage", "1,2,0\r\n1,x,0\r\n", "line 2, column 2: `x` is not a number"),
    ] {
        let error = Table::new(name, content).read().unwrap_err();
        assert!(error.starts_with(&format!("FILE, {message}")), "{name}: {error}");
    }
}

#[test]
fn other_files_are_refused() {
    let wide: Vec<u8> = "\u{feff}1,2,0\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(Table::new("wide", wide).read().unwrap_err().contains("UTF-16"));
    assert!(Table::new("bytes", b"1,\xff,0\n").read().unwrap_err().starts_with("FILE, line 1, column 2: "));
    let missing = Table(PathBuf::from("no/such/file.csv"));
    assert!(missing.read().unwrap_err().starts_with("FILE: "));
    assert!(table::read::<2>(&std::env::temp_dir(), 2).is_err());
}
