//! Training that survives a break: a checkpoint after the first half, and after Ctrl-C. What goes on from it ends with the
//! same bits as training in one piece.
//!
//!     cargo run --release --example 16_save_and_resume
//!     cargo run --release --example 16_save_and_resume -- --epochs 20000    # Ctrl-C, and the same command again

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use bareprop::*;
use clap::Parser;
use common::{Outcome, options, picture, progress, say};

type Net = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);
type Moons = Trainer<Net, Adam>;
/// The name of a session, and the losses of its epochs.
type Curve = (String, Vec<(f32, f32)>);

/// Trains 2-64-32-1 on two moons in two sessions, with a checkpoint between them, and draws the losses of both.
#[derive(Parser)]
struct Arguments {
    /// How often training passes through the data, in all sessions together.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: u32,
    /// The checkpoint. Where it exists training goes on from it; it is removed when all epochs are done.
    #[arg(long, default_value = "16_save_and_resume.checkpoint", value_name = "FILE", value_parser = options::file)]
    checkpoint: PathBuf,
    /// Where the picture goes.
    #[arg(long, default_value = "16_save_and_resume.png", value_name = "FILE.png", value_parser = options::picture)]
    picture: PathBuf,
}

const SETTINGS: Settings<BinaryCrossEntropy, Adam> = Settings::new(BinaryCrossEntropy::new(), Adam::new(0.001));

fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 800], vec![[0.0]; 800]);
    datasets::moons(&mut inputs, &mut targets, 0.2, 1)?;
    let samples = Samples::new(&inputs, &targets)?;

    let mut curves = vec![];
    for until in [arguments.epochs / 2, arguments.epochs] {
        // As after a power cut: nothing is left but the file.
        let (curve, end) = session(&arguments.checkpoint, &samples, until)?;
        curves.extend(curve);
        if end == FitEnd::Broken {
            draw(&arguments.picture, &curves)?;
            say!("saved in {}: the same command goes on", arguments.checkpoint.display());
            return Ok(());
        }
    }
    draw(&arguments.picture, &curves)?;
    let mut trainer = start()?;
    storage::load_file(&mut *trainer, &arguments.checkpoint)?;
    let (parts, mut whole) = (trainer.network.bits(), start()?);
    whole.fit(&Settings { epochs: arguments.epochs, ..SETTINGS }, &samples, None, None, |_, _| ())?;
    curves.iter().for_each(|(name, _)| say!("{name}"));
    say!("{} bytes a checkpoint", storage::bytes::<Moons>());
    say!("in parts bits {parts:08x}, in one piece bits {:08x}", whole.network.bits());
    fs::remove_file(&arguments.checkpoint)?;
    if parts == whole.network.bits() { Ok(()) } else { Err("the bits differ".into()) }
}

/// A trainer with initial weights.
fn start() -> Result<Boxed<Moons>, Error> {
    let mut trainer = Boxed::<Moons>::zero();
    trainer.network.initialize_seeded(1);
    (trainer.network.1.rate, trainer.network.3.rate) = (0.1, 0.1);
    Ok(trainer)
}

/// Goes on from the checkpoint, if there is one, up to epoch `until`, and saves.
fn session(
    checkpoint: &Path,
    samples: &Samples<[f32; 2], [f32; 1]>,
    until: u32,
) -> Result<(Option<Curve>, FitEnd), common::Failure> {
    let mut trainer = start()?;
    if checkpoint.exists() {
        storage::load_file(&mut *trainer, checkpoint)?;
    }
    let first = trainer.epochs();
    let Some(epochs) = until.checked_sub(first).filter(|&epochs| epochs > 0) else {
        return Ok((None, FitEnd::Finished));
    };
    let (bar, mut points) = (progress(epochs), vec![]);
    let fit = trainer.fit(&Settings { epochs, ..SETTINGS }, samples, None, None, |epoch, _| {
        points.push((epoch.epoch as f32, epoch.loss));
        bar.show(epoch)
    })?;
    bar.finish();
    storage::save_file(&mut *trainer, checkpoint)?;
    Ok((Some((format!("epochs {} to {}", first + 1, trainer.epochs()), points)), fit.end))
}

/// The losses of all sessions of this run, as one curve in several colours.
fn draw(path: &Path, curves: &[Curve]) -> Outcome {
    let area = picture::canvas(path, (1000, 560))?;
    picture::curves(&area, ("a break that leaves no trace", "epoch", "mean cross-entropy"), curves, true)?;
    Ok(picture::save(&area, path)?)
}
