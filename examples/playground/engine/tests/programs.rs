//! The programs in Rust that the playground writes compile, against this repository, and print the hash of the run: for
//! every entry of settings.json, for random settings, with changes by hand, with files, and with an own table. They train
//! tuples of `Dense` and `Dropout`, so that this is also the test that the flexible layers have their bits.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bareprop::{Dense, Dropout, Layer, Silu, Zero, storage};
use common::{Draw, list, run};
use playground_engine::own::Own;
use playground_engine::run::Run;
use playground_engine::settings::Settings;
use playground_engine::source::program;
use playground_engine::status::status;
use playground_engine::{file, source};
use serde_json::json;

/// A run that was trained, and what it is.
fn trained(mut run: Run, steps: u32) -> Run {
    run.step(steps).expect("steps");
    run
}

/// Changes by hand before, between and after steps, within an epoch and at its end.
fn edited() -> Run {
    let mut run = run(&json!({"data": "circle", "layers": [{"units": 3, "activation": "tanh", "dropout": 0.1}]}));
    run.edit(0, false, 1, 0.75).expect("an edit");
    run.step(50).expect("steps");
    run.edit(1, true, 0, -0.5).expect("an edit");
    run.step(3).expect("steps");
    run.edit(0, true, 2, 1.0e-3).expect("an edit");
    run.edit(0, false, 0, 2.0).expect("an edit");
    run.epoch().expect("an epoch");
    run.edit(1, false, 2, 0.25).expect("an edit");
    trained(run, 5)
}

/// A checkpoint is read in the middle of an epoch.
fn resumed(optimizer: &str) -> Run {
    let settings = json!({"optimizer": optimizer, "layers": [{"units": 3, "activation": "silu", "dropout": 0.1}]});
    let mut before = trained(run(&settings), 33);
    let bytes = file::save(&mut before.learner);
    let mut after = trained(run(&settings), 11);
    after.load(&bytes).expect("the file fits");
    after.step(100).expect("steps");
    after.edit(0, true, 0, 0.1).expect("an edit");
    trained(after, 40)
}

/// A model is read, after which training begins anew.
fn from_model() -> Run {
    let settings = json!({"layers": [{"units": 3, "activation": "silu", "dropout": 0.1}]});
    let mut network = <(Dense<2, 3, Silu>, Dropout<3>, Dense<3, 1>)>::ZERO;
    network.initialize_seeded(77);
    network.1.rate = 0.4;
    let mut bytes = Vec::new();
    let written = storage::save(&mut network, |chunk| {
        bytes.extend_from_slice(chunk);
        Ok::<(), ()>(())
    });
    assert!(written.is_ok());
    let mut run = trained(run(&settings), 11);
    run.load(&bytes).expect("the file fits");
    trained(run, 66)
}

fn own(regression: bool) -> Run {
    let target = |row: u32| match (regression, row % 3) {
        (true, _) => format!("{}", f64::from(row * row % 31)),
        (false, 0) => "ham".to_string(),
        (false, _) => "spam".to_string(),
    };
    let line = |row: u32| format!("{},{},{}\n", row * row % 47, f64::from(row) * -0.1, target(row));
    let table: String = (0..60).map(line).collect();
    let own = Own::read(table.as_bytes()).expect("a table");
    let settings = json!({"data": "own", "layers": [{"units": 4, "activation": "elu"}]});
    let settings = Settings::read(&settings).expect("settings");
    trained(Run::new(&settings, Some(&own)).expect("a run"), 77)
}

fn runs() -> Vec<Run> {
    let mut runs: Vec<Run> = list().iter().map(|settings| trained(run(settings), 123)).collect();
    let mut draw = Draw::new(1);
    for _ in 0..10 {
        let (settings, steps) = (draw.settings(), 1 + draw.below(300) as u32);
        runs.push(trained(run(&settings), steps));
    }
    runs.extend([edited(), from_model(), own(true), own(false), run(&json!({}))]);
    runs.extend(["sgd", "momentum", "adam", "amsgrad", "rmsprop"].map(resumed));
    runs
}

/// A package with a program for each run.
fn write(folder: &Path, programs: &[String]) {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().expect("the repository");
    let _ = fs::remove_dir_all(folder.join("src"));
    fs::create_dir_all(folder.join("src/bin")).expect("a folder");
    let manifest = format!(
        "[package]\nname = \"run\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nbareprop = {{ path = {library:?} }}\n\n\
         [workspace]\n\n[profile.dev]\nopt-level = 1\ndebug = false\nincremental = false\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
    for (index, program) in programs.iter().enumerate() {
        fs::write(folder.join(format!("src/bin/run_{index}.rs")), program).expect("a program");
    }
}

#[test]
fn programs_print_hash_and_loss_of_the_run() {
    let mut runs = runs();
    let programs: Vec<String> = runs.iter_mut().map(program).collect();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("programs");
    write(&folder, &programs);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--bins", "--offline"]).current_dir(&folder);
    let built = cargo.env("CARGO_TARGET_DIR", folder.join("target")).env("RUSTFLAGS", "-D warnings").output();
    let built = built.expect("cargo");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    for (index, run) in runs.iter_mut().enumerate() {
        let printed = Command::new(folder.join(format!("target/debug/run_{index}"))).output().expect("a program");
        let status = status(run);
        let expected = format!("{}\ntraining loss {}\n", status.hash, status.train_loss);
        let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
        assert_eq!(printed, expected, "program {index}:\n{}", programs[index]);
    }
}

#[test]
fn a_program_names_the_hash() {
    let mut run = trained(run(&json!({})), 10);
    let hash = format!("{:08x}", run.learner.hash());
    assert!(source::program(&mut run).contains(&hash));
}
