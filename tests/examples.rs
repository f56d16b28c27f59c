//! What the examples say about a user's broken table: file, line, column, and what is wrong. How they print.

#[path = "../examples/common/table.rs"]
mod table;

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

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
        ("semicolons", "x0;x1;class\n0.5;-2;0\n1;3e-2;1\n"),
        ("tabs", "0.5\t-2\t0\n1\t3e-2\t1\n"),
        ("comma-tab", "0.5,\t-2,\t0\n1,\t3e-2,\t1\n"),
        ("columns", "# x0   x1 class\n 0.5  -2.0   0\n 1.0   3e-2 1\n"),
        ("mixed-ends", "x0,x1,class\r\n0.5,-2,0\r\n\r1,3e-2,1\n"),
        ("carriage", "0.5,-2,0\r1,3e-2,1\r"),
        ("labels", "0.5,-2,benign\n1,3e-2,malignant\n"),
        ("signs", "0.5,-2,-1\n1,3e-2,+1\n"),
        ("powers", "0.5,-2,0.00e+00\n1,3e-2,1.00e+00\n"),
        ("quotes", "\"x0\",\"x1\",\"class\"\n\"0.5\",\"-2\",\"0\"\n1,3e-2,1\n"),
    ] {
        assert_eq!(Table::new(name, content).read().as_ref(), Ok(&rows), "{name}");
    }
}

/// The order of labels, not that of rows, says which class is 0. Names come with all but 0 and 1.
#[test]
fn two_labels_are_two_classes() {
    for (first, second, names, classes) in [
        ("0", "1", &[][..], [0, 1, 0]),
        ("1.0", "0.0", &[], [1, 0, 1]),
        ("1", "-1", &["-1", "1"], [1, 0, 1]),
        ("10", "9", &["9", "10"], [1, 0, 1]),
        ("yes", "no", &["no", "yes"], [1, 0, 1]),
        ("B", "M", &["B", "M"], [0, 1, 0]),
    ] {
        let file = Table::new("labels", format!("1,2,{first}\n3,4,{second}\n5,6,{first}\n"));
        let table = table::read_with::<2>(&file.0, 2, |_| ()).unwrap();
        assert_eq!(
            (&table.names[..], &table.classes[..]),
            (&names.iter().map(|name| name.to_string()).collect::<Vec<_>>()[..], &classes[..]),
            "{first}"
        );
    }
    let ones = Table::new("ones", "1,2,1\n3,4,1\n").read().unwrap();
    assert_eq!(ones.1, [1, 1]);
}

/// 29 lines with all three ends of lines.
#[test]
fn mixed_ends_of_lines_lose_no_row() {
    let ends = ["\n", "\r", "\r\n"];
    let text: String = (0..29).map(|row| format!("{row},{},{}{}", row * row, row % 2, ends[row % 3])).collect();
    let (inputs, classes) = Table::new("ends", &text).read().unwrap();
    assert_eq!((inputs.len(), inputs[28], classes[27]), (29, [28.0, 784.0], 1));
    let error = Table::new("ends-broken", text + "\r\n\n\rx,1,0").read().unwrap_err();
    assert!(error.starts_with("FILE, line 33, column 1: `x` is not a number"), "{error}");
}

/// 500 000 rows, 10 MB: in a release build a fraction of a second.
#[test]
fn large_tables_are_read_at_once() {
    let file = Table::new("large", "0.12345,-0.54321,1\n0.5,0.25,0\n".repeat(320_000));
    let start = std::time::Instant::now();
    let mut last = 0;
    let table = table::read_with::<2>(&file.0, 2, |bytes| last = bytes).unwrap();
    assert_eq!(table.inputs.len(), 640_000);
    assert!(last > 9_000_000, "{last} bytes");
    assert!(start.elapsed().as_secs() < if cfg!(debug_assertions) { 60 } else { 1 }, "{:?}", start.elapsed());
}

#[test]
fn broken_tables_get_file_line_and_column() {
    for (name, content, message) in [
        ("missing", "1,2,0\n1,2\n", "line 2, column 3: 2 columns in this line"),
        ("more", "x,y,c\n5,2,0,7\n", "line 2, column 3: 4 columns in this line"),
        ("text", "1,2,0\n\n1,zwei,0\n", "line 3, column 2: `zwei` is not a number"),
        ("text-first", "one,2,0\n1,2,0\n", "line 1, column 1: `one` is not a number"),
        ("nan", "1,2,0\nNaN,2,0\n", "line 2, column 1: `NaN` is a missing value"),
        ("huge", "1,-1e39,0\n", "line 1, column 2: `-1e39` is not a finite number"),
        ("gap", "1,,0\n", "line 1, column 2: nothing stands here"),
        ("infinite", "1,-inf,0\n", "line 1, column 2: `-inf` is not a finite number"),
        ("na", "x,y,c\n1,NA,0\n", "line 2, column 2: `NA` is a missing value; fill it in, or leave the line out"),
        ("question", "1,2,0\n1,2,?\n", "line 2, column 3: `?` is a missing value"),
        ("no-class", "1,2,0\n1,2,\n", "line 2, column 3: nothing stands here"),
        (
            "classes",
            "1,2,a\n\n1,2,b\n1,2,c\n",
            "line 4, column 3: `c` is a third label, beside `a` in line 1 and `b` in line 3",
        ),
        (
            "index",
            ",x0,x1,class\n0,1.5,2,0\n",
            "line 2, column 1: 4 columns in this line, but 2 features and a class; the first looks like an index",
        ),
        (
            "index-alone",
            "1.5,2,0\n1,1.5,2,0\n",
            "line 2, column 1: 4 columns in this line, but 2 features and a class; the first looks like an index",
        ),
        (
            "comma-end",
            "1,2,0,\n",
            "line 1, column 4: 4 columns in this line, but 2 features and a class; remove the separator",
        ),
        ("open", "1,2,0\n\"1,2,0\n1,2,0\n", "line 2, column 1: a quotation mark opens here"),
        ("empty", "", "line 1, column 1: no rows"),
        ("header-only", "x0,x1,class\n", "line 1, column 1: no rows"),
        ("decimals", "0,5;1,2;0\n", "line 1, column 1: `0,5` has a comma inside; write `0.5`"),
        ("decimals-tabs", "0,5\t1,2\t0\n", "line 1, column 1: `0,5` has a comma inside; write `0.5`"),
        (
            "commas",
            "0,5,1,2,0\n",
            "line 1, column 3: 5 columns in this line, but 2 features and a class; does a number",
        ),
        ("quoted", "\"0,5\",1,0\n", "line 1, column 1: `0,5` has a comma inside; write `0.5`"),
        (
            "thousands",
            "\"1,234\",1,0\n",
            "line 1, column 1: `1,234` has a comma inside; write `1.234` if it stands before decimals, `1234` if it groups thousands",
        ),
        (
            "millions",
            "\"-1,234,567.5\",1,0\n",
            "line 1, column 1: `-1,234,567.5` has a comma inside; write `-1234567.5`",
        ),
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
    assert!(Table::new("zip", b"PK\x03\x04,").read().unwrap_err().contains("save the table as CSV"));
    let missing = Table(PathBuf::from("no/such/file.csv"));
    assert!(missing.read().unwrap_err().starts_with("FILE: "));
    assert!(table::read::<2>(&std::env::temp_dir(), 2).is_err());
}

proptest! {
    /// Whatever stands in a file: rows of finite numbers, or an error that names the file.
    #[test]
    fn any_text_is_rows_or_an_error(text in "[0-9ab\\-+.,;\\t\\r\\n \"?eNA\u{feff}ü]{0,80}", classes in 2..4_usize) {
        let file = Table::new("any", &text);
        match table::read_with::<2>(&file.0, classes, |_| ()) {
            Ok(table) => {
                prop_assert!(!table.inputs.is_empty() && table.inputs.len() == table.classes.len());
                prop_assert!(table.inputs.as_flattened().iter().all(|x| x.is_finite()));
                prop_assert!(table.classes.iter().all(|&class| class < classes));
            }
            Err(error) => prop_assert!(error.starts_with(&file.0.display().to_string()), "{error}"),
        }
    }
}

/// More than two classes are numbers.
#[test]
fn classes_are_numbers_where_there_are_more() {
    for (content, message) in [
        ("1,2,0\n1,2,3\n", "line 2, column 3: `3` is no class; classes are 0 to 2"),
        ("1,2,0.5\n", "line 1, column 3: `0.5` is no class"),
        ("1,2,-1\n", "line 1, column 3: `-1` is no class"),
        ("1,2,a\n", "line 1, column 3: `a` is not a number"),
    ] {
        let file = Table::new("three", content);
        let error = table::read::<2>(&file.0, 3).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}

/// `println!` panics where the reader of a pipe has gone: examples print with `say!` and `put!`.
#[test]
fn no_example_prints_with_a_panic() {
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples"))];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                // Packages of their own.
                if !["c", "firmware", "fleet", "playground", "template"].iter().any(|package| entry.ends_with(package))
                {
                    folders.push(entry);
                }
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&entry).unwrap();
                let found = text.lines().find(|line| {
                    !line.trim().starts_with("//") && (line.contains("print!(") || line.contains("println!("))
                });
                assert_eq!(found, None, "{}", entry.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen} files");
}
