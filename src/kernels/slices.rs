//! Slices side by side, which can be cut at the same place.

/// Slices of numbers that belong to each other: a slice, or a pair of such. They have the length of the shortest.
pub(crate) trait Slices: Sized + Send {
    /// What stands at one place of each.
    type Item;

    /// The length.
    fn count(&self) -> usize;

    /// Those before `middle`, and the others.
    #[cfg(feature = "threads")]
    fn cut(self, middle: usize) -> (Self, Self);

    /// Place after place.
    fn each(self) -> impl Iterator<Item = Self::Item>;
}

impl<'a, T: Sync> Slices for &'a [T] {
    type Item = &'a T;

    #[inline(always)]
    fn count(&self) -> usize {
        self.len()
    }

    #[cfg(feature = "threads")]
    fn cut(self, middle: usize) -> (Self, Self) {
        self.split_at_checked(middle).unwrap_or((self, &[]))
    }

    #[inline(always)]
    fn each(self) -> impl Iterator<Item = &'a T> {
        self.iter()
    }
}

impl<'a, T: Send> Slices for &'a mut [T] {
    type Item = &'a mut T;

    #[inline(always)]
    fn count(&self) -> usize {
        self.len()
    }

    #[cfg(feature = "threads")]
    fn cut(self, middle: usize) -> (Self, Self) {
        let middle = Ord::min(middle, self.len());
        self.split_at_mut_checked(middle).unwrap_or((&mut [], &mut []))
    }

    #[inline(always)]
    fn each(self) -> impl Iterator<Item = &'a mut T> {
        self.iter_mut()
    }
}

impl<A: Slices, B: Slices> Slices for (A, B) {
    type Item = (A::Item, B::Item);

    #[inline(always)]
    fn count(&self) -> usize {
        Ord::min(self.0.count(), self.1.count())
    }

    #[cfg(feature = "threads")]
    fn cut(self, middle: usize) -> (Self, Self) {
        let ((a, a_rest), (b, b_rest)) = (self.0.cut(middle), self.1.cut(middle));
        ((a, b), (a_rest, b_rest))
    }

    #[inline(always)]
    fn each(self) -> impl Iterator<Item = Self::Item> {
        self.0.each().zip(self.1.each())
    }
}
