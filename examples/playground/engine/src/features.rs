//! Features: what a network sees of a point of the plane.

use bareprop::Scalar;

use playground_network::flexible::{Units, WIDTH};

playground_network::named!(
    /// A feature of a point.
    Feature {
        X1: "x1",
        X2: "x2",
        X1Squared: "x1_squared",
        X2Squared: "x2_squared",
        X1X2: "x1_x2",
        SinX1: "sin_x1",
        SinX2: "sin_x2",
    }
);

impl Feature {
    /// Its value; `source` is the same in Rust.
    pub fn of(self, [x1, x2]: [f32; 2]) -> f32 {
        match self {
            Feature::X1 => x1,
            Feature::X2 => x2,
            Feature::X1Squared => x1 * x1,
            Feature::X2Squared => x2 * x2,
            Feature::X1X2 => x1 * x2,
            Feature::SinX1 => Scalar::sin(x1 * std::f32::consts::PI),
            Feature::SinX2 => Scalar::sin(x2 * std::f32::consts::PI),
        }
    }

    /// The expression in Rust, of `x1` and `x2`.
    pub fn source(self) -> &'static str {
        match self {
            Feature::X1 => "x1",
            Feature::X2 => "x2",
            Feature::X1Squared => "x1 * x1",
            Feature::X2Squared => "x2 * x2",
            Feature::X1X2 => "x1 * x2",
            Feature::SinX1 => "Scalar::sin(x1 * core::f32::consts::PI)",
            Feature::SinX2 => "Scalar::sin(x2 * core::f32::consts::PI)",
        }
    }
}

/// The row of a point: its features, then zeros.
pub fn row(features: &[Feature], point: [f32; 2]) -> Units {
    let mut row = [0.0; WIDTH];
    row.iter_mut().zip(features).for_each(|(to, feature)| *to = feature.of(point));
    row
}
