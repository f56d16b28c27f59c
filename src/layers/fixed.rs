//! Layers without parameters, of which each row is computed by itself.

/// Implements all traits of a layer `struct Layer(PhantomData<_>)` that has no parameters.
///
/// In this order: the generic parameters, the type, the name that its source and its fingerprint have, and
/// its sizes; the check of its sizes, which `ZERO` evaluates; how many modules it is in PyTorch; whether a
/// zero of its output blocks the gradient; the scalar; the function `(x, y)` of one row; and the function
/// `(x, y, dy, dx)` that sets `dx`, which is 0 before, to ∂loss/∂x.
macro_rules! fixed_layer {
    (
        [$($generics:tt)*] $Layer:ty, $name:literal, $sizes:expr, $check:expr;
        modules $modules:expr; zero blocks $blocks:expr; scalar $T:ty; $Input:ty => $Output:ty;
        forward $forward:expr; backward $backward:expr
    ) => {
        impl<$($generics)*> $crate::Zero for $Layer {
            const ZERO: Self = {
                $check;
                Self(core::marker::PhantomData)
            };
        }

        impl<$($generics)*> Default for $Layer {
            fn default() -> Self {
                <Self as $crate::Zero>::ZERO
            }
        }

        impl<$($generics)*> $crate::Parameters for $Layer {
            type Scalar = $T;
            const FINGERPRINT: u32 = $crate::storage::fingerprint($name, &$sizes);
            const MODULES: usize = $modules;

            fn write_source(&self, out: &mut impl core::fmt::Write) -> core::fmt::Result {
                out.write_str(concat!($name, "::new()"))
            }
        }

        impl<$($generics)*> $crate::Layer for $Layer {
            type Input = $Input;
            type Output = $Output;
            type Tape<const TILE: usize> = ();
            type Deltas<const TILE: usize> = ();
            const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = $blocks;
            const ACTIVATED: Option<bool> = None;

            #[inline(always)]
            fn forward<const TILE: usize>(
                &self, inputs: &[$Input], _: &mut (), outputs: &mut [$Output], _: Option<$crate::Noise>,
            ) {
                for (x, y) in inputs.iter().zip(outputs) {
                    $forward(x, y);
                }
            }

            #[inline(always)]
            fn backward<const TILE: usize>(
                &self, pass: $crate::BackwardPass<'_, Self, TILE>, delta: &mut [$Output], _: &mut (),
                input_delta: Option<&mut [$Input]>,
            ) {
                let rows = pass.inputs.iter().zip(pass.outputs).zip(delta.iter());
                for (dx, ((x, y), dy)) in input_delta.into_iter().flatten().zip(rows) {
                    dx.values_mut().fill(<$T as $crate::Zero>::ZERO);
                    $backward(x, y, dy, dx);
                }
            }
        }

        impl<$($generics)*> $crate::OnlineLayer for $Layer {
            #[inline(always)]
            fn check_update<const TILE: usize>(
                _: usize, _: $T, _: &[$Input], _: &(), _: &[$Output], _: &(),
            ) -> Result<(), $crate::Error> {
                Ok(())
            }
        }
    };
}
pub(crate) use fixed_layer;
