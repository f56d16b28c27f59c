// A layer that learns stands before a frozen one.
use bareprop::{Adam, Dense, Frozen, MeanSquaredError, Pretrained, Samples, Settings, Trainer, Zero};

static BODY: Dense<3, 2> = Dense::ZERO;
struct Pre;
impl Pretrained for Pre {
    type Layer = Dense<3, 2>;
    const LAYER: &'static Self::Layer = &BODY;
}

fn main() {
    let mut trainer = Trainer::<(Dense<4, 3>, Frozen<Pre>, Dense<2, 1>), Adam>::ZERO;
    let settings = Settings::new(MeanSquaredError, Adam::new(0.1));
    let _ = trainer.accumulate(&settings, &Samples::new(&[[0.0; 4]], &[[0.0]]).unwrap());
}
