//! The job of `main.c` with the Rust library alone: prints what that program has to print, and writes the
//! table from which it learns: `reference TABLE.h`.

#[path = "../../20_transfer/window.rs"]
mod window;

use std::fmt::Write;
use std::{env, error, fs};

use bareprop::storage::{self, Stored};
use bareprop::{
    Dense, Layer, Online, Parameters, Relu, Settings, Sgd, Shuffle, SoftmaxCrossEntropy, StandardScaler, Zero,
};

type Net = (Dense<12, 16, Relu>, Dense<16, 4>);
type Features = [f32; 12];
type Failure = Box<dyn error::Error>;

const CLASSES: [&str; 4] = ["Standing", "Running", "Walking", "Badminton"];
const EPOCHS: u32 = 10;

fn main() -> Result<(), Failure> {
    let mut train = windows("train")?;
    let mut test = windows("test")?;
    let scaler = StandardScaler::from_rows(&train.iter().map(|(features, _)| *features).collect::<Vec<_>>())?;
    for (features, _) in train.iter_mut().chain(&mut test) {
        scaler.transform(features)?;
    }
    let order = Shuffle::new(train.len() as u32, 1, 0);
    let train: Vec<_> = order.map(|row| train[row as usize]).collect();
    if let Some(path) = env::args_os().nth(1) {
        fs::write(path, table(&train, &test)?)?;
    }
    job(&train, &test)
}

/// The windows of a file, each with its class.
fn windows(name: &str) -> Result<Vec<(Features, u32)>, Failure> {
    let path = format!("{}/../firmware/data/motions_{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let (mut windows, mut window, mut recording) = (vec![], window::Window::EMPTY, String::new());
    for line in fs::read_to_string(path)?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[0] != recording {
            (window, recording) = (window::Window::EMPTY, fields[0].into());
        }
        let class = CLASSES.iter().position(|&class| class == fields[1]).ok_or("an unknown activity")?;
        let axes = fields[2..].iter().map(|field| field.parse()).collect::<Result<Vec<f32>, _>>()?;
        windows.extend(window.push(axes.as_slice().try_into()?).map(|features| (features, class as u32)));
    }
    Ok(windows)
}

/// The rows in C. The shortest decimal that gives a float back does so in C too.
fn table(train: &[(Features, u32)], test: &[(Features, u32)]) -> Result<String, Failure> {
    let mut text = String::from("/* Windows of examples/firmware/data, scaled; written by tools/reference.rs. */\n");
    write!(text, "#define TRAIN {}\n#define TEST {}\n", train.len(), test.len())?;
    text += "typedef struct {\n    float input[12];\n    uint32_t class_;\n} row;\n";
    text += "static const struct {\n    row train[TRAIN], test[TEST];\n} table = {\n";
    for rows in [train, test] {
        text += "    {\n";
        for (features, class) in rows {
            let numbers: String = features.iter().map(|x| format!("{x:e}f, ")).collect();
            writeln!(text, "        {{{{{}}}, {class}}},", numbers.trim_end_matches(", "))?;
        }
        text += "    },\n";
    }
    Ok(text + "};\n")
}

/// Trains, saves, loads into a second state and goes on with both.
fn job(train: &[(Features, u32)], test: &[(Features, u32)]) -> Result<(), Failure> {
    let (mut first, mut second) = (Online::<Net>::ZERO, Online::<Net>::ZERO);
    first.network.initialize_seeded(1);
    for epoch in 1..=EPOCHS {
        let loss = learn(&mut first, train)?;
        println!("epoch {epoch} loss {}", (loss * 10_000.0) as u32);
    }
    let file = file(&mut first)?;
    println!("file {} bytes, hash {:08x}", file.len(), hash(&file));
    storage::load(&mut second, &mut file.as_slice()).map_err(|error| error.to_string())?;
    for state in [&mut first, &mut second] {
        for _ in 0..EPOCHS {
            learn(state, train)?;
        }
        println!("bits {:08x}", state.network.bits());
    }
    println!("{} of {} windows recognised", hits(&mut second, test)?, test.len());
    println!("hash {:08x}", hash(&self::file(&mut second)?));
    Ok(())
}

/// One epoch; the mean loss.
fn learn(state: &mut Online<Net>, rows: &[(Features, u32)]) -> Result<f32, Failure> {
    let settings = Settings::new(SoftmaxCrossEntropy::<4>::new(), Sgd::new(0.05));
    let mut sum = 0.0;
    for (features, class) in rows {
        sum += state.step(&settings, features, &(*class as usize))?;
    }
    Ok(sum / rows.len() as f32)
}

/// How many windows are recognised.
fn hits(state: &mut Online<Net>, rows: &[(Features, u32)]) -> Result<usize, Failure> {
    let mut classes = vec![0; rows.len()];
    state.classify(&rows.iter().map(|(features, _)| *features).collect::<Vec<_>>(), &mut classes)?;
    Ok(classes.iter().zip(rows).filter(|(class, row)| **class == row.1 as usize).count())
}

/// The file of a state.
fn file<S: Stored>(state: &mut S) -> Result<Vec<u8>, Failure> {
    let mut file = vec![];
    storage::save(state, |bytes| -> Result<(), Failure> {
        file.extend_from_slice(bytes);
        Ok(())
    })?;
    Ok(file)
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
