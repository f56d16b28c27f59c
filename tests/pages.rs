//! The README and the pages: short, and without a dead link, in the repository and in what is published.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The README and `docs/*.md`, with their names.
fn pages() -> Vec<(String, String)> {
    let docs =
        fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages = docs.filter(|name| name.ends_with(".md") && name != "pictures.md").map(|name| format!("docs/{name}"));
    pages
        .chain(["README.md".into()])
        .map(|name| (name.clone(), fs::read_to_string(root().join(name)).unwrap()))
        .collect()
}

/// What stands between `](` and `)`, and what reference definitions point to.
fn links(text: &str) -> Vec<&str> {
    let inline = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let defined = text.lines().filter(|line| line.starts_with('[')).filter_map(|line| line.split("]: ").nth(1));
    inline.chain(defined).collect()
}

#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string(root().join("README.md")).unwrap().lines().count();
    assert!(lines <= 110, "{lines} lines");
}

/// Paths exist; links to docs.rs lead to a page that there is; items are checked by rustdoc.
#[test]
fn no_dead_link() {
    let modules = fs::read_to_string(root().join("src/docs.rs")).unwrap();
    for (name, text) in pages() {
        for link in links(&text) {
            if let Some(page) = link.strip_prefix("https://docs.rs/bareprop/latest/bareprop/docs/") {
                let page = page.trim_end_matches('/');
                assert!(modules.contains(&format!("pub mod {page} {{}}")), "{name}: there is no page {page}");
            } else if !link.contains("::") && !link.starts_with("http") && !link.starts_with('#') {
                let folder = root().join(&name).parent().unwrap().to_path_buf();
                assert!(folder.join(link).exists(), "{name}: {link} does not exist");
            }
        }
    }
}

/// Every page is part of the documentation, and the picture there is that of the README.
#[test]
fn every_page_is_documented() {
    let modules = fs::read_to_string(root().join("src/docs.rs")).unwrap();
    for (name, _) in pages().iter().filter(|(name, _)| name.starts_with("docs/")) {
        assert!(modules.contains(name.as_str()), "src/docs.rs lacks {name}");
    }
    let picture = fs::read_to_string(root().join("docs/pictures.md")).unwrap();
    let length = fs::metadata(root().join("docs/moons.png")).unwrap().len();
    let data = picture.trim().split("base64,").nth(1).unwrap();
    assert_eq!(data.len() as u64, length.div_ceil(3) * 4, "run tools/pictures");
}

/// What `cargo package` would publish has all that the documentation includes.
#[test]
fn what_is_published_has_the_pages() {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let list = ["package", "--list", "--allow-dirty", "--offline", "--package", "bareprop"];
    let output = Command::new(cargo).args(list).current_dir(root()).output().unwrap();
    let files = String::from_utf8(output.stdout).unwrap();
    let wanted = pages().into_iter().map(|(name, _)| name);
    for name in wanted.chain(["docs/moons.png", "docs/pictures.md", "src/docs.rs"].map(String::from)) {
        assert!(files.lines().any(|file| file == name), "{name} is not published: {files}");
    }
}
