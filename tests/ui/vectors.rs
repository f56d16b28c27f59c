//! What the kernels ask of a scalar is out of a user's reach: vectors of another crate, and functions of their own.
use bareprop::Scalar;

fn lanes<T: Scalar>() -> usize {
    T::lanes::<pulp::Scalar>()
}

fn vector<T: Scalar>(_: T::Vector<pulp::Scalar>) {}

fn largest<T: Scalar>(a: T, b: T) -> T {
    a.largest_magnitude(b)
}

fn root<T: Scalar>(x: T) -> T {
    x.sqrt_of_constant()
}

fn main() {
    lanes::<f32>();
    vector::<f32>(0.0);
    largest(1.0_f32, root(2.0_f32));
}
