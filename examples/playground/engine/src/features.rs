//! Features: what a network sees of a point of the plane.

use bareprop::Scalar;
use serde::{Deserialize, Serialize};

use crate::flexible::{Units, WIDTH};

/// A feature of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Feature {
    X1,
    X2,
    #[serde(rename = "x1_squared")]
    X1Squared,
    #[serde(rename = "x2_squared")]
    X2Squared,
    #[serde(rename = "x1_x2")]
    X1X2,
    #[serde(rename = "sin_x1")]
    SinX1,
    #[serde(rename = "sin_x2")]
    SinX2,
}

impl Feature {
    /// All features.
    pub const ALL: [Feature; 7] = [
        Feature::X1,
        Feature::X2,
        Feature::X1Squared,
        Feature::X2Squared,
        Feature::X1X2,
        Feature::SinX1,
        Feature::SinX2,
    ];

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
            Feature::SinX1 => "Scalar::sin(x1 * std::f32::consts::PI)",
            Feature::SinX2 => "Scalar::sin(x2 * std::f32::consts::PI)",
        }
    }
}

/// The row of a point: its features, then zeros.
pub fn row(features: &[Feature], point: [f32; 2]) -> Units {
    let mut row = [0.0; WIDTH];
    row.iter_mut().zip(features).for_each(|(to, feature)| *to = feature.of(point));
    row
}
