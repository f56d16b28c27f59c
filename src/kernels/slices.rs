//! Slices side by side, which can be cut at the same place.

/// Slices that belong to each other: a slice, or a pair of such. They have the length of the shortest.
pub(crate) trait Slices: Sized + Send {
    /// The length.
    fn count(&self) -> usize;

    /// Those before `middle`, and the others.
    fn cut(self, middle: usize) -> (Self, Self);
}

/// Slices that are passed over together.
pub(crate) trait Places: Slices {
    /// What stands at one place of each.
    type Item;

    /// Place after place.
    fn each(self) -> impl Iterator<Item = Self::Item>;
}

/// Slices that are cut between rows of `width` numbers only. Their length is the number of rows.
pub(crate) struct Rows<S> {
    pub(crate) numbers: S,
    pub(crate) width: usize,
}

impl<S: Slices> Slices for Rows<S> {
    #[inline(always)]
    fn count(&self) -> usize {
        self.numbers.count().checked_div(self.width).unwrap_or(0)
    }

    fn cut(self, middle: usize) -> (Self, Self) {
        let (before, after) = self.numbers.cut(middle.saturating_mul(self.width));
        (Rows { numbers: before, ..self }, Rows { numbers: after, ..self })
    }
}

impl<T: Sync> Slices for &[T] {
    #[inline(always)]
    fn count(&self) -> usize {
        self.len()
    }

    fn cut(self, middle: usize) -> (Self, Self) {
        self.split_at_checked(middle).unwrap_or((self, &[]))
    }
}

impl<'a, T: Sync> Places for &'a [T] {
    type Item = &'a T;

    #[inline(always)]
    fn each(self) -> impl Iterator<Item = &'a T> {
        self.iter()
    }
}

impl<T: Send> Slices for &mut [T] {
    #[inline(always)]
    fn count(&self) -> usize {
        self.len()
    }

    fn cut(self, middle: usize) -> (Self, Self) {
        let middle = Ord::min(middle, self.len());
        self.split_at_mut_checked(middle).unwrap_or((&mut [], &mut []))
    }
}

impl<'a, T: Send> Places for &'a mut [T] {
    type Item = &'a mut T;

    #[inline(always)]
    fn each(self) -> impl Iterator<Item = &'a mut T> {
        self.iter_mut()
    }
}

impl<A: Slices, B: Slices> Slices for (A, B) {
    #[inline(always)]
    fn count(&self) -> usize {
        Ord::min(self.0.count(), self.1.count())
    }

    fn cut(self, middle: usize) -> (Self, Self) {
        let ((a, a_rest), (b, b_rest)) = (self.0.cut(middle), self.1.cut(middle));
        ((a, b), (a_rest, b_rest))
    }
}

impl<A: Places, B: Places> Places for (A, B) {
    type Item = (A::Item, B::Item);

    #[inline(always)]
    fn each(self) -> impl Iterator<Item = Self::Item> {
        self.0.each().zip(self.1.each())
    }
}
