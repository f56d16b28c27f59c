//! Hands the linker the memory of the chip, and writes the data that lie in its flash.

use std::path::Path;
use std::{env, fs};

use bareprop::datasets;

fn main() {
    let out = env::var("OUT_DIR").unwrap();
    let out = Path::new(&out);
    memory(&env::var("TARGET").unwrap(), out);
    moons(out);
    for name in ["train", "test"] {
        motions(name, out);
    }
}

/// The linker scripts for this target.
fn memory(target: &str, out: &Path) {
    let (memory, scripts): (_, &[_]) = match target.split('-').next().unwrap() {
        "thumbv7em" if env::var("CARGO_FEATURE_STATICS").is_ok() => ("memory/mps2.x", &["-Tlink.x"]),
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

/// 200 moons to train on, 100 to test.
fn moons(out: &Path) {
    let (mut inputs, mut targets) = (vec![[0.0_f32; 2]; 300], vec![[0.0_f32]; 300]);
    datasets::moons(&mut inputs, &mut targets, 0.2, 1).unwrap();
    let table = |name: &str, rows: std::ops::Range<usize>| {
        let (inputs, targets) = (&inputs[rows.clone()], &targets[rows]);
        format!(
            "pub static {name}_INPUTS: [[f32; 2]; {n}] = {inputs:?};\npub static {name}_TARGETS: [[f32; 1]; {n}] = {targets:?};\n",
            n = inputs.len()
        )
    };
    fs::write(out.join("moons.rs"), table("TRAIN", 0..200) + &table("TEST", 200..300)).unwrap();
}

/// The recordings of a file, each with its class.
fn motions(name: &str, out: &Path) {
    let path = format!("data/motions_{name}.csv");
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(&path).unwrap();
    let (mut recordings, mut classes) = (vec![], vec![]);
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number: usize = fields[0].parse().unwrap();
        if number == recordings.len() {
            recordings.push(vec![]);
            classes.push(["Standing", "Running", "Walking", "Badminton"].iter().position(|&c| c == fields[1]).unwrap());
        }
        recordings[number]
            .push(<[f32; 6]>::try_from(fields[2..].iter().map(|f| f.parse().unwrap()).collect::<Vec<_>>()).unwrap());
    }
    let source = format!(
        "pub static {name}_RECORDINGS: [[[f32; 6]; 100]; {n}] = {recordings:?};\npub static {name}_CLASSES: [usize; {n}] = {classes:?};\n",
        n = recordings.len(),
        name = name.to_uppercase()
    );
    fs::write(out.join(format!("motions_{name}.rs")), source).unwrap();
}
