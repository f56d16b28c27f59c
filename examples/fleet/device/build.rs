//! Hands the linker the memory of the chip.

use std::path::Path;
use std::{env, fs};

fn main() {
    let out = env::var("OUT_DIR").unwrap();
    let (memory, scripts): (_, &[_]) = match env::var("TARGET").unwrap().split('-').next().unwrap() {
        "thumbv7em" => ("../../firmware/memory/cortex-m4f.x", &["-Tlink.x"]),
        "riscv32imac" => ("../../firmware/memory/riscv32.x", &["-Tmemory.x", "-Tlink.x"]),
        _ => return,
    };
    println!("cargo::rerun-if-changed={memory}");
    fs::copy(memory, Path::new(&out).join("memory.x")).unwrap();
    println!("cargo::rustc-link-search={out}");
    for script in scripts {
        println!("cargo::rustc-link-arg-bins={script}");
    }
}
