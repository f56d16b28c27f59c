//! Hands the linker the memory of the chip.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    let target = env::var("TARGET").unwrap();
    memory(&target, &out);
}

/// The linker scripts for this target.
fn memory(target: &str, out: &PathBuf) {
    let (memory, scripts): (_, &[_]) = match target.split('-').next().unwrap() {
        "thumbv7em" => ("memory/cortex-m4f.x", &["-Tlink.x"]),
        "thumbv6m" => ("memory/cortex-m0.x", &["-Tlink.x"]),
        "riscv32imac" => ("memory/riscv32.x", &["-Tmemory.x", "-Tlink.x"]),
        _ => return,
    };
    println!("cargo::rerun-if-changed={memory}");
    fs::copy(memory, out.join("memory.x")).unwrap();
    println!("cargo::rustc-link-search={}", out.display());
    for script in scripts {
        println!("cargo::rustc-link-arg-bins={script}");
    }
    if env::var("CARGO_FEATURE_DEFMT").is_ok() {
        println!("cargo::rustc-link-arg-bins=-Tdefmt.x");
    }
}
