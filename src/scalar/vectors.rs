//! Vectors of either scalar, as x86-64 with std has them.
//!
//! [`Lanes`] is a supertrait of [`Scalar`](crate::Scalar), and [`InstructionSet`] the bound of all that it
//! has. No type outside this crate implements that, so that `T::lanes` with a type of pulp does not compile
//! for a user.

use core::arch::x86_64::__m128;

use pulp::Simd;
use pulp::bytemuck::cast;
use pulp::core_arch::x86::Sse;

use crate::Scalar;

/// The instructions that vectors are made of: AVX2, AVX-512, or none, which makes vectors of one lane.
pub trait InstructionSet: Copy {
    /// As pulp has them.
    type Simd: Simd;
    /// Whether there are 32 registers for vectors, as with AVX-512; else there are 16.
    const MANY: bool;
    /// The proof that the processor has them.
    fn get(self) -> Self::Simd;
}

/// What pulp has.
#[derive(Clone, Copy)]
pub struct Of<S>(pub(crate) S);

/// The instructions of pulp's set in code that is compiled for AVX-512: all its registers, with half of each.
#[derive(Clone, Copy)]
pub struct Half<S>(pub(crate) S);

impl<S: Simd> InstructionSet for Of<S> {
    type Simd = S;
    const MANY: bool = S::F32_LANES >= 16;
    #[inline(always)]
    fn get(self) -> S {
        self.0
    }
}

impl<S: Simd> InstructionSet for Half<S> {
    type Simd = S;
    const MANY: bool = true;
    #[inline(always)]
    fn get(self) -> S {
        self.0
    }
}

/// Scalars that fill vectors.
pub trait Lanes: Copy + 'static {
    /// A vector of them.
    type Vector<S: InstructionSet>: Copy;
    /// How many fit into a vector.
    fn lanes<S: InstructionSet>() -> usize;
    /// All lanes alike.
    fn splat<S: InstructionSet>(simd: S, x: Self) -> Self::Vector<S>;
    /// The first numbers of a slice; zeros in the lanes beyond its end.
    fn load<S: InstructionSet>(simd: S, from: &[Self]) -> Self::Vector<S>;
    /// Writes the lanes that the slice has room for.
    fn store<S: InstructionSet>(simd: S, to: &mut [Self], vector: Self::Vector<S>);
    /// a + b.
    fn plus<S: InstructionSet>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// a · b.
    fn times<S: InstructionSet>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// [`Scalar::square`](crate::Scalar::square) of each.
    fn squared<S: InstructionSet>(simd: S, x: Self::Vector<S>) -> Self::Vector<S>;
    /// Rows become columns.
    fn transposed(rows: [[Self; 4]; 4]) -> [[Self; 4]; 4];
}

/// With the shuffles of SSE, which every x86-64 has. From loops and arrays the compiler makes single moves.
#[inline(always)]
fn transposed_f32(rows: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    let Some(sse) = Sse::try_new() else { return rows };
    let [mut a, mut b, mut c, mut d] = rows.map(cast::<[f32; 4], __m128>);
    sse._MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d);
    [a, b, c, d].map(cast)
}

#[inline(always)]
fn transposed_f64(rows: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
    let [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]] = rows;
    [[a, e, i, m], [b, f, j, n], [c, g, k, o], [d, h, l, p]]
}

macro_rules! lanes {
    ($T:ident, $V:ident, $lanes:ident, $splat:ident, $split:ident, $split_mut:ident, $load:ident, $store:ident, $add:ident, $mul:ident,
     $abs:ident, $less:ident, $select:ident, $transposed:ident) => {
        impl Lanes for $T {
            type Vector<S: InstructionSet> = <S::Simd as Simd>::$V;
            #[inline(always)]
            fn lanes<S: InstructionSet>() -> usize {
                S::Simd::$lanes
            }
            #[inline(always)]
            fn splat<S: InstructionSet>(simd: S, x: $T) -> Self::Vector<S> {
                simd.get().$splat(x)
            }
            #[inline(always)]
            fn load<S: InstructionSet>(simd: S, from: &[$T]) -> Self::Vector<S> {
                match S::Simd::$split(from).0.first() {
                    Some(full) => *full,
                    None => simd.get().$load(from),
                }
            }
            #[inline(always)]
            fn store<S: InstructionSet>(simd: S, to: &mut [$T], vector: Self::Vector<S>) {
                match S::Simd::$split_mut(to).0.first_mut() {
                    Some(full) => *full = vector,
                    None => simd.get().$store(to, vector),
                }
            }
            #[inline(always)]
            fn plus<S: InstructionSet>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S> {
                simd.get().$add(a, b)
            }
            #[inline(always)]
            fn times<S: InstructionSet>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S> {
                simd.get().$mul(a, b)
            }
            #[inline(always)]
            fn squared<S: InstructionSet>(simd: S, x: Self::Vector<S>) -> Self::Vector<S> {
                let simd = simd.get();
                let zero = simd.$splat(0.0);
                let tiny = simd.$less(simd.$abs(x), simd.$splat(<$T as Scalar>::SQUARABLE));
                let x = simd.$select(tiny, zero, x);
                simd.$mul(x, x)
            }
            #[inline(always)]
            fn transposed(rows: [[$T; 4]; 4]) -> [[$T; 4]; 4] {
                $transposed(rows)
            }
        }
    };
}

lanes!(
    f32,
    f32s,
    F32_LANES,
    splat_f32s,
    as_simd_f32s,
    as_mut_simd_f32s,
    partial_load_f32s,
    partial_store_f32s,
    add_f32s,
    mul_f32s,
    abs_f32s,
    less_than_f32s,
    select_f32s,
    transposed_f32
);
lanes!(
    f64,
    f64s,
    F64_LANES,
    splat_f64s,
    as_simd_f64s,
    as_mut_simd_f64s,
    partial_load_f64s,
    partial_store_f64s,
    add_f64s,
    mul_f64s,
    abs_f64s,
    less_than_f64s,
    select_f64s,
    transposed_f64
);
