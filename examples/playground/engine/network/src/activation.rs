//! The activations of the crate, chosen at run time.

use bareprop::{Activation, Elu, Gelu, Identity, Init, LeakyRelu, Relu, Sigmoid, Silu, Softplus, Tanh};

use crate::flexible::{Units, WIDTH};
use crate::named;

named!(
    /// An activation.
    Kind {
        Identity: "identity",
        Relu: "relu",
        LeakyRelu: "leaky_relu",
        Elu: "elu",
        Sigmoid: "sigmoid",
        Tanh: "tanh",
        Silu: "silu",
        Gelu: "gelu",
        Softplus: "softplus",
    }
);

/// Evaluates an expression with the type of the activation as `A`.
macro_rules! with {
    ($kind:expr, $A:ident => $value:expr) => {
        with!($kind, $A => $value; Identity Relu LeakyRelu Elu Sigmoid Tanh Silu Gelu Softplus)
    };
    ($kind:expr, $A:ident => $value:expr; $($Name:ident)*) => {
        match $kind {
            $(Kind::$Name => {
                type $A = $Name;
                $value
            })*
        }
    };
}

impl Kind {
    /// The name of the type in the crate.
    pub fn type_name(self) -> &'static str {
        with!(self, A => A::NAME)
    }

    /// The initialisation that suits it.
    pub fn init(self) -> Init {
        with!(self, A => A::INIT)
    }

    /// Whether its derivative is computed from the pre-activation instead of the output.
    pub fn keeps_sums(self) -> bool {
        matches!(self, Kind::Silu | Kind::Gelu)
    }

    /// y = f(z) for the first units of each row, in place.
    pub fn apply(self, rows: &mut [Units], units: usize) {
        with!(self, A => each::<A>(rows, units));
    }

    /// δ ← δ·f′ for the first units of each row, from what was kept: outputs, or pre-activations.
    pub fn backward(self, deltas: &mut [Units], kept: &[Units], units: usize) {
        with!(self, A => through::<A>(deltas, kept, units));
    }

    /// f′ from what was kept.
    pub fn slope(self, kept: f32) -> f32 {
        with!(self, A => A::slope(kept))
    }
}

/// How many units an activation is computed for. For those that keep 0 and take a comparison at most, it is all 8,
/// which become vector code without branches.
fn count<A: Activation>(units: usize) -> usize {
    if A::IS_IDENTITY || matches!(A::NAME, "Relu" | "LeakyRelu") { WIDTH } else { units }
}

fn each<A: Activation>(rows: &mut [Units], units: usize) {
    for row in rows {
        for y in row.iter_mut().take(count::<A>(units)) {
            *y = A::apply(*y);
        }
    }
}

fn through<A: Activation>(deltas: &mut [Units], kept: &[Units], units: usize) {
    for (delta, kept) in deltas.iter_mut().zip(kept) {
        for (d, &kept) in delta.iter_mut().zip(kept).take(count::<A>(units)) {
            *d = A::backward(*d, kept);
        }
    }
}
