//! Layers that treat each row by itself.

use crate::{BackwardPass, Generator, Init, Layer, Noise, Parameters, Row};

/// A layer that treats each row by itself and has no tape, described by functions of one row. [`ByRow`] turns
/// it into a [`Layer`].
///
/// ```
/// use bareprop::{ByRow, Dense, Layer, Parameters, PerRow, Relu, Zero};
///
/// /// y = |x|.
/// struct Magnitude<const N: usize>;
///
/// impl<const N: usize> Zero for Magnitude<N> {
///     const ZERO: Self = Magnitude;
/// }
/// impl<const N: usize> Parameters for Magnitude<N> {
///     type Scalar = f32;
/// }
/// impl<const N: usize> PerRow for Magnitude<N> {
///     type Input = [f32; N];
///     type Output = [f32; N];
///     fn apply(&self, x: &[f32; N], y: &mut [f32; N]) {
///         *y = x.map(f32::abs);
///     }
///     fn pull_back(&self, x: &[f32; N], dy: &[f32; N], dx: &mut [f32; N]) {
///         *dx = std::array::from_fn(|i| if x[i] < 0.0 { -dy[i] } else { dy[i] });
///     }
/// }
///
/// type Net = (Dense<2, 4>, ByRow<Magnitude<4>>, Dense<4, 1>);
/// assert_eq!((Net::COUNT, Net::LAYERS), (17, 3));
/// ```
pub trait PerRow: Parameters {
    /// The type of an input row.
    type Input: Row<Scalar = Self::Scalar>;
    /// The type of an output row.
    type Output: Row<Scalar = Self::Scalar>;

    /// Draws new parameters, as [`Layer::initialize`] does.
    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        let _ = (init, rng);
    }
    /// Computes y = f(x).
    fn apply(&self, x: &Self::Input, y: &mut Self::Output);
    /// Computes `dx` = ∂loss/∂x from `dy` = ∂loss/∂y.
    fn pull_back(&self, x: &Self::Input, dy: &Self::Output, dx: &mut Self::Input);
    /// `self += scale · ∂loss/∂parameters`, for this row.
    fn learn(&mut self, scale: Self::Scalar, x: &Self::Input, dy: &Self::Output) {
        let _ = (scale, x, dy);
    }
}

/// The [`Layer`] made from a [`PerRow`].
#[derive(Clone, Debug, PartialEq)]
pub struct ByRow<P>(
    /// The functions of one row, with their parameters.
    pub P,
);

crate::wrap_parameters!(ByRow);

impl<P: PerRow> Layer for ByRow<P> {
    type Input = P::Input;
    type Output = P::Output;
    type Tape<const TILE: usize> = ();
    type Deltas<const TILE: usize> = ();

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        self.0.initialize(init, rng);
    }

    #[inline(always)]
    fn forward<const TILE: usize>(&self, inputs: &[P::Input], _: &mut (), outputs: &mut [P::Output], _: Option<Noise>) {
        for (x, y) in inputs.iter().zip(outputs) {
            self.0.apply(x, y);
        }
    }

    #[inline(always)]
    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [P::Output],
        _: &mut (),
        input_delta: Option<&mut [P::Input]>,
    ) {
        for (dx, (x, dy)) in input_delta.into_iter().flatten().zip(pass.inputs.iter().zip(delta)) {
            self.0.pull_back(x, dy, dx);
        }
    }

    #[inline(always)]
    fn add_gradient<const TILE: usize>(
        &mut self,
        scale: P::Scalar,
        inputs: &[P::Input],
        _: &(),
        delta: &[P::Output],
        _: &(),
    ) {
        for (x, dy) in inputs.iter().zip(delta) {
            self.0.learn(scale, x, dy);
        }
    }
}
