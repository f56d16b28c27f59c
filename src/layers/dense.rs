//! The fully connected layer.

use core::fmt;

use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::kernels::{Here, inlined_with_vectors};
use crate::scalar::VECTORS;
use crate::storage::fingerprint;
use crate::{
    Activation, BackwardPass, Error, Generator, Identity, Init, Kept, Layer, Matrix, Noise, OnlineLayer, Parameters,
    Scalar, TensorKind, UnitOutput, Zero,
};

/// A fully connected layer: `y = f(x·W + b)`, x: `[IN]`, W: `[IN × OUT]`, b and y: `[OUT]`, f the activation.
///
/// IN·OUT + OUT parameters. A row costs IN·OUT multiply-adds forward, and twice that backward (once for a
/// first layer).
///
/// Parameters have to be finite. A weight that is not is an error of every call that trains, and of a
/// prediction that it reaches; where its inputs are all 0, chips leave it out and desktops do not.
///
/// ```
/// use bareprop::{Dense, Layer, Matrix, Relu};
/// const LAYER: Dense<2, 3, Relu> = Dense::new(Matrix([[1.0, 2.0, 3.0], [4.0, 5.0, -6.0]]), [0.5, 0.0, 0.0]);
/// let mut y = [[0.0; 3]];
/// LAYER.forward::<1>(&[[1.0, 1.0]], &mut (), &mut y, None);
/// assert_eq!(y, [[5.5, 7.0, 0.0]]);
/// ```
#[doc(alias = "Linear")]
#[derive(Debug)]
pub struct Dense<const IN: usize, const OUT: usize, A = Identity, T = f32> {
    /// W, `[IN × OUT]`.
    pub weights: Matrix<IN, OUT, T>,
    /// b, `[OUT]`.
    pub bias: [T; OUT],
    activation: core::marker::PhantomData<A>,
}

impl<const IN: usize, const OUT: usize, A, T: Scalar> Dense<IN, OUT, A, T> {
    /// A layer with these weights and biases: for a `const` or a `static`, which stays in flash.
    pub const fn new(weights: Matrix<IN, OUT, T>, bias: [T; OUT]) -> Self {
        Dense { weights, bias, activation: core::marker::PhantomData }
    }
}

/// A copy. It passes over the stack, 4 bytes a parameter of `f32`; [`copy_from`](Parameters::copy_from) copies
/// in place.
impl<const IN: usize, const OUT: usize, A, T: Scalar> Clone for Dense<IN, OUT, A, T> {
    fn clone(&self) -> Self {
        Dense::new(self.weights.clone(), self.bias)
    }

    fn clone_from(&mut self, other: &Self) {
        self.weights.0.copy_from_slice(&other.weights.0);
        self.bias = other.bias;
    }
}

impl<const IN: usize, const OUT: usize, A, T: PartialEq> PartialEq for Dense<IN, OUT, A, T> {
    fn eq(&self, other: &Self) -> bool {
        self.weights == other.weights && self.bias == other.bias
    }
}

impl<const IN: usize, const OUT: usize, A, T: Scalar> Zero for Dense<IN, OUT, A, T> {
    const ZERO: Self = Dense::new(Matrix::ZERO, <[T; OUT]>::ZERO);
}

impl<const IN: usize, const OUT: usize, A: Activation, T: Scalar> Parameters for Dense<IN, OUT, A, T> {
    type Scalar = T;
    const COUNT: usize = IN * OUT + OUT;
    const TENSORS: usize = 2;
    const FINGERPRINT: u32 = fingerprint("dense", &[IN as u32, OUT as u32, fingerprint(A::NAME, &[])]);
    const MODULES: usize = if A::IS_IDENTITY { 1 } else { 2 };

    fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
        if !(Here::all_finite(self.tensor(0)) && Here::all_finite(&self.bias)) {
            return Err(fmt::Error);
        }
        out.write_str("Dense::new(Matrix([\n")?;
        self.weights.0.iter().try_for_each(|row| writeln!(out, "{row:?},"))?;
        write!(out, "]), {:?})", self.bias)
    }

    #[inline(always)]
    fn tensor(&self, index: usize) -> &[T] {
        match index {
            0 => self.weights.0.as_flattened(),
            1 => &self.bias,
            _ => &[],
        }
    }

    #[inline(always)]
    fn tensor_mut(&mut self, index: usize) -> &mut [T] {
        match index {
            0 => self.weights.0.as_flattened_mut(),
            1 => &mut self.bias,
            _ => &mut [],
        }
    }

    #[inline]
    fn shape(&self, index: usize) -> [usize; 2] {
        [if index == 0 { IN } else { 1 }, OUT]
    }
}

impl<const IN: usize, const OUT: usize, A: Activation, T: Scalar> Layer for Dense<IN, OUT, A, T> {
    type Input = [T; IN];
    type Output = [T; OUT];
    type Tape<const TILE: usize> = <A::Kept as Kept>::Memory<[[T; OUT]; TILE]>;
    type Deltas<const TILE: usize> = ();
    const UNITS: usize = OUT;
    const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = Some(A::ZERO_OUTPUT_BLOCKS_GRADIENT);
    // Without wide vectors the product tests each input anyway.
    const CLEARS_BLOCKED_GRADIENT: bool = !VECTORS;
    const ACTIVATED: Option<bool> = Some(!A::IS_IDENTITY);

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        init.unwrap_or(A::INIT).draw(self.weights.0.as_flattened_mut(), IN as u32, OUT as u32, rng);
        self.bias.fill(T::ZERO);
    }

    #[inline(always)]
    fn forward<const TILE: usize>(
        &self,
        inputs: &[[T; IN]],
        tape: &mut Self::Tape<TILE>,
        outputs: &mut [[T; OUT]],
        _: Option<Noise>,
    ) {
        let outputs = first_rows_mut(outputs, Ord::min(inputs.len(), outputs.len()));
        let kept = A::Kept::place::<[[T; OUT]; TILE]>(tape);
        // Without wide vectors bias and activation take one loop.
        if !VECTORS && kept.is_none() {
            for (x, y) in inputs.iter().zip(outputs) {
                Here::activated(&self.weights.0, x, &self.bias, y, A::apply);
            }
            return;
        }
        self.weights.affine(inputs, &self.bias, outputs);
        if let Some(kept) = kept {
            for (kept, z) in first_rows_mut(kept, outputs.len()).iter_mut().zip(outputs.iter()) {
                *kept = *z;
            }
        }
        for y in outputs.as_flattened_mut() {
            *y = A::apply(*y);
        }
    }

    #[inline(always)]
    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [[T; OUT]],
        _: &mut (),
        input_delta: Option<&mut [[T; IN]]>,
    ) {
        let kept = match A::Kept::kept::<[[T; OUT]; TILE]>(pass.tape) {
            Some(kept) => first_rows(kept, delta.len()),
            None => pass.outputs,
        };
        if !(A::PASSES_NONZERO && pass.zero_output_has_no_delta) {
            through::<A, T>(delta.as_flattened_mut(), kept.as_flattened());
        }
        if let Some(input_delta) = input_delta {
            self.weights.backward(delta, input_delta, pass.inputs, pass.zero_input_blocks_gradient);
        }
    }

    #[inline(always)]
    fn add_gradient<const TILE: usize>(
        &mut self,
        scale: T,
        inputs: &[[T; IN]],
        _: &Self::Tape<TILE>,
        delta: &[[T; OUT]],
        _: &(),
    ) {
        self.weights.add_outer(&mut self.bias, scale, inputs, delta);
    }

    #[inline(always)]
    fn set_gradient<const TILE: usize>(
        &mut self,
        inputs: &[[T; IN]],
        _: &Self::Tape<TILE>,
        delta: &[[T; OUT]],
        _: &(),
    ) {
        self.weights.set_outer(&mut self.bias, inputs, delta);
    }

    fn visit_units<const TILE: usize>(
        tape: &Self::Tape<TILE>,
        outputs: &[[T; OUT]],
        (layer, first): (usize, usize),
        visit: &mut impl FnMut(UnitOutput<T>),
    ) {
        let kept = match A::Kept::kept::<[[T; OUT]; TILE]>(tape) {
            Some(kept) => first_rows(kept, outputs.len()),
            None => outputs,
        };
        for (row, (y, kept)) in (0..TILE).zip(outputs.iter().zip(kept)) {
            for (unit, (&output, &kept)) in (first..usize::MAX).zip(y.iter().zip(kept)) {
                visit(UnitOutput { row, layer, unit, output, slope: A::slope(kept) });
            }
        }
    }
}

impl<const IN: usize, const OUT: usize, A: Activation, T: Scalar> OnlineLayer for Dense<IN, OUT, A, T> {
    #[inline(always)]
    fn check_update<const TILE: usize>(
        layer: usize,
        scale: T,
        inputs: &[[T; IN]],
        _: &Self::Tape<TILE>,
        delta: &[[T; OUT]],
        _: &(),
    ) -> Result<(), Error> {
        let (value, sound) = Here::largest_update(scale, inputs.as_flattened(), delta.as_flattened());
        if sound {
            return Ok(());
        }
        Err(Error::Gradient { layer, kind: TensorKind::Weights, value: value.to_f32() })
    }
}

inlined_with_vectors! {
    /// δ ← δ·f′(z), from what was kept.
    pub(crate) fn through<A: Activation, T: Scalar>(delta: &mut [T], kept: &[T]) {
        for (d, &kept) in delta.iter_mut().zip(kept) {
            *d = A::backward(*d, kept);
        }
    }
}
