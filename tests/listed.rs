//! Every test of this folder is part of `cargo test`: cargo does not look for tests here by itself.

use std::fs;
use std::path::Path;

#[test]
fn every_file_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifests: String =
        ["Cargo.toml", "ui/Cargo.toml"].map(|name| fs::read_to_string(folder.join(name)).unwrap()).concat();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let line = name.strip_suffix(".rs").map(|test| format!("name = \"{test}\""));
        assert!(line.is_none_or(|line| manifests.contains(&line)), "tests/Cargo.toml does not list {name}");
    }
}
