//! The smallest whole training: 2-16-1 learns two moons. No helper, no file, no option.
//!
//!     cargo run --release --example 00_smallest

use std::error::Error;
use std::io::Write;

use bareprop::*;

// The type is the architecture. Layers that do not fit do not compile.
type Net = (Dense<2, 16, Relu>, Dense<16, 1>);

fn main() -> Result<(), Box<dyn Error>> {
    // 300 points to train on and 100 to test.
    let (mut inputs, mut targets) = ([[0.0; 2]; 400], [[0.0]; 400]);
    datasets::moons(&mut inputs, &mut targets, 0.2, 1)?;
    let split = split::train_test_split(&mut inputs, &mut targets, 0.25, 1)?;

    let mut trainer = Trainer::<Net, Adam>::ZERO;
    trainer.network.initialize_seeded(1);
    let settings = Settings::new(BinaryCrossEntropy::new(), Adam::new(0.01));
    let fit = trainer.fit(&settings, &split.train.samples()?, None, None, |_, _| ())?;

    let mut predicted = [0; 100];
    trainer.classify(split.test.inputs, &mut predicted)?;
    let right = predicted.iter().zip(&*split.test.targets).filter(|(class, [target])| **class == *target as usize);
    writeln!(std::io::stdout(), "{fit}; {} of 100 test points are right", right.count())?;
    Ok(())
}
