//! What [`Conv1d`](crate::Conv1d) and [`Conv2d`](crate::Conv2d) share: everything but their sizes.

/// Implements everything for a convolution: from its name in fingerprints, its type, the types of its weights
/// and rows, the sizes of its kernel, one call for each of these to flatten weights and outputs down to rows
/// of `OUT` numbers, and its windows.
macro_rules! convolution {
    (
        $name:literal $Layer:ident [$($size:ident)*] $weights:ty, $input:ty => $output:ty,
        kernel [$($kernel:ident)*] [$($flatten:ident $flatten_mut:ident)*], $windows:expr
    ) => {
        /// A copy. It passes over the stack, 4 bytes a parameter of `f32`;
        /// [`copy_from`](Parameters::copy_from) copies in place.
        impl<$(const $size: usize,)* A, T: Scalar> Clone for $Layer<$($size,)* A, T> {
            fn clone(&self) -> Self {
                $Layer::new(self.weights, self.bias)
            }

            fn clone_from(&mut self, other: &Self) {
                self.weights.copy_from_slice(&other.weights);
                self.bias = other.bias;
            }
        }

        impl<$(const $size: usize,)* A, T: PartialEq> PartialEq for $Layer<$($size,)* A, T> {
            fn eq(&self, other: &Self) -> bool {
                self.weights == other.weights && self.bias == other.bias
            }
        }

        impl<$(const $size: usize,)* A, T: Scalar> Zero for $Layer<$($size,)* A, T> {
            const ZERO: Self = $Layer::new(<$weights>::ZERO, <[T; OUT]>::ZERO);
        }

        impl<$(const $size: usize,)* A, T: Scalar> Windowed for $Layer<$($size,)* A, T> {
            const WINDOWS: Windows = $windows;
        }

        impl<$(const $size: usize,)* A: Activation, T: Scalar> Parameters for $Layer<$($size,)* A, T> {
            type Scalar = T;
            const COUNT: usize = $($kernel *)* C * OUT + OUT;
            const TENSORS: usize = 2;
            const FINGERPRINT: u32 = fingerprint($name, &[$($size as u32,)* fingerprint(A::NAME, &[])]);
            const MODULES: usize = if A::IS_IDENTITY { 1 } else { 2 };

            fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
                if !(Here::all_finite(self.tensor(0)) && Here::all_finite(&self.bias)) {
                    return Err(fmt::Error);
                }
                out.write_str(concat!(stringify!($Layer), "::new([\n"))?;
                self.weights.iter().try_for_each(|weights| writeln!(out, "{weights:?},"))?;
                write!(out, "], {:?})", self.bias)
            }

            #[inline(always)]
            fn tensor(&self, index: usize) -> &[T] {
                match index {
                    0 => self.weights$(.$flatten())*.as_flattened(),
                    1 => &self.bias,
                    _ => &[],
                }
            }

            #[inline(always)]
            fn tensor_mut(&mut self, index: usize) -> &mut [T] {
                match index {
                    0 => self.weights$(.$flatten_mut())*.as_flattened_mut(),
                    1 => &mut self.bias,
                    _ => &mut [],
                }
            }

            #[inline]
            fn shape(&self, index: usize) -> [usize; 2] {
                [if index == 0 { const { $($kernel *)* C } } else { 1 }, OUT]
            }

            #[inline]
            fn window(index: usize) -> &'static [usize] {
                if index == 0 { const { &[$($kernel),*] } } else { &[] }
            }
        }

        impl<$(const $size: usize,)* A: Activation, T: Scalar> Layer for $Layer<$($size,)* A, T> {
            type Input = $input;
            type Output = $output;
            type Tape<const TILE: usize> = <A::Kept as Kept>::Memory<[$output; TILE]>;
            type Deltas<const TILE: usize> = ();
            const UNITS: usize = <$output as Row>::WIDTH;
            const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = Some(A::ZERO_OUTPUT_BLOCKS_GRADIENT);
            const ACTIVATED: Option<bool> = Some(!A::IS_IDENTITY);

            fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
                let [inputs, outputs] = const { [$($kernel *)* C, $($kernel *)* OUT] };
                init.unwrap_or(A::INIT).draw(self.tensor_mut(0), inputs as u32, outputs as u32, rng);
                self.bias.fill(T::ZERO);
            }

            #[inline(always)]
            fn forward<const TILE: usize>(
                &self,
                inputs: &[$input],
                tape: &mut Self::Tape<TILE>,
                outputs: &mut [$output],
                _: Option<Noise>,
            ) {
                let outputs = first_rows_mut(outputs, Ord::min(inputs.len(), outputs.len()));
                let weights = self.weights$(.$flatten())*;
                affine::<Self, T, OUT>(weights, &self.bias, Row::flat(inputs), outputs$(.$flatten_mut())*);
                if let Some(kept) = A::Kept::place::<[$output; TILE]>(tape) {
                    for (kept, z) in first_rows_mut(kept, outputs.len()).iter_mut().zip(outputs.iter()) {
                        *kept = *z;
                    }
                }
                for y in Row::flat_mut(outputs) {
                    *y = A::apply(*y);
                }
            }

            #[inline(always)]
            fn backward<const TILE: usize>(
                &self,
                pass: BackwardPass<'_, Self, TILE>,
                delta: &mut [$output],
                _: &mut (),
                input_delta: Option<&mut [$input]>,
            ) {
                let kept = match A::Kept::kept::<[$output; TILE]>(pass.tape) {
                    Some(kept) => first_rows(kept, delta.len()),
                    None => pass.outputs,
                };
                through::<A, T>(Row::flat_mut(delta), Row::flat(kept));
                if let Some(input_delta) = input_delta {
                    backward::<Self, T, OUT>(
                        self.weights$(.$flatten())*,
                        delta$(.$flatten())*,
                        Row::flat_mut(input_delta),
                        Row::flat(pass.inputs),
                        pass.zero_input_blocks_gradient,
                    );
                }
            }

            #[inline(always)]
            fn add_gradient<const TILE: usize>(
                &mut self,
                scale: T,
                inputs: &[$input],
                _: &Self::Tape<TILE>,
                delta: &[$output],
                _: &(),
            ) {
                let weights = self.weights$(.$flatten_mut())*;
                add_outer::<Self, T, OUT>(weights, &mut self.bias, scale, Row::flat(inputs), delta$(.$flatten())*);
            }

            fn visit_units<const TILE: usize>(
                tape: &Self::Tape<TILE>,
                outputs: &[$output],
                (layer, first): (usize, usize),
                visit: &mut impl FnMut(UnitOutput<T>),
            ) {
                let kept = match A::Kept::kept::<[$output; TILE]>(tape) {
                    Some(kept) => first_rows(kept, outputs.len()),
                    None => outputs,
                };
                for (row, (y, kept)) in (0..TILE).zip(outputs.iter().zip(kept)) {
                    for (unit, (&output, &kept)) in (first..usize::MAX).zip(y.values().iter().zip(kept.values())) {
                        visit(UnitOutput { row, layer, unit, output, slope: A::slope(kept) });
                    }
                }
            }
        }

        impl<$(const $size: usize,)* A: Activation, T: Scalar> OnlineLayer for $Layer<$($size,)* A, T> {
            /// As that of [`Dense`](crate::Dense); but a parameter gets a term from each window.
            #[inline(always)]
            fn check_update<const TILE: usize>(
                layer: usize,
                scale: T,
                inputs: &[$input],
                _: &Self::Tape<TILE>,
                delta: &[$output],
                _: &(),
            ) -> Result<(), Error> {
                let scale = scale * T::from_u32(Self::WINDOWS.count as u32);
                let (value, sound) = Here::largest_update(scale, Row::flat(inputs), Row::flat(delta));
                if sound {
                    return Ok(());
                }
                Err(Error::Gradient { layer, kind: TensorKind::Weights, value: value.to_f32() })
            }
        }
    };
}
pub(crate) use convolution;

/// Refuses windows and outputs without numbers.
pub(crate) const fn check_channels(inputs: usize, outputs: usize) {
    assert!(inputs > 0 && outputs > 0, "a convolution has at least one channel in and one out");
}

#[cfg(test)]
mod tests {
    use super::check_channels;

    #[test]
    fn some_channels() {
        check_channels(1, 1);
    }

    #[test]
    #[should_panic(expected = "at least one channel in and one out")]
    fn no_channel_in() {
        check_channels(0, 1);
    }

    #[test]
    #[should_panic(expected = "at least one channel in and one out")]
    fn no_channel_out() {
        check_channels(1, 0);
    }
}
