//! Mistakes that the compiler finds, with what it says about them: both numbers, or what to do.
//!
//! Compilers word their messages differently, so that only the one named in `tests/ui/rust-version` is held to them. After a change:
//! `TRYBUILD=overwrite cargo test --test must_not_compile`, and read the diff.

use std::process::Command;

#[test]
fn must_not_compile() {
    let expected = format!("rustc {}.", include_str!("ui/rust-version").trim());
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    if found.starts_with(&expected) {
        let cases = trybuild::TestCases::new();
        cases.pass("pass/*.rs");
        cases.compile_fail("*.rs");
    } else {
        println!("not held to the messages of {expected}x: {found}");
    }
}
