//! A layer that does not say how large a step may be, in `Online`.
use bareprop::{ByRow, Dense, MeanSquaredError, Online, Parameters, PerRow, Settings, Sgd, Zero};

struct Twice;

impl Zero for Twice {
    const ZERO: Self = Twice;
}

impl Parameters for Twice {
    type Scalar = f32;
}

impl PerRow for Twice {
    type Input = [f32; 2];
    type Output = [f32; 2];
    fn apply(&self, x: &[f32; 2], y: &mut [f32; 2]) {
        *y = x.map(|x| x + x);
    }
    fn pull_back(&self, _: &[f32; 2], dy: &[f32; 2], dx: &mut [f32; 2]) {
        *dx = dy.map(|dy| dy + dy);
    }
}

fn main() {
    let mut online = Online::<(Dense<2, 2>, ByRow<Twice>)>::ZERO;
    let settings = Settings::new(MeanSquaredError, Sgd::default());
    online.step(&settings, &[1.0, 2.0], &[0.0, 0.0]).unwrap();
}
