//! Hands the linker the memory of the chip, and the compiler the programs: `PROGRAMS` names their file.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    let (memory, scripts): (_, &[_]) = match env::var("CARGO_CFG_TARGET_ARCH").unwrap().as_str() {
        "arm" => ("cortex-m4f.x", &["-Tlink.x"]),
        _ => ("riscv32.x", &["-Tmemory.x", "-Tlink.x"]),
    };
    fs::copy(Path::new("../../firmware/memory").join(memory), out.join("memory.x")).unwrap();
    println!("cargo::rustc-link-search={}", out.display());
    for script in scripts {
        println!("cargo::rustc-link-arg-bins={script}");
    }
    let programs = env::var("PROGRAMS").unwrap();
    fs::copy(&programs, out.join("programs.rs")).unwrap();
    println!("cargo::rerun-if-env-changed=PROGRAMS\ncargo::rerun-if-changed={programs}");
}
