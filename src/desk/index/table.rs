//! A table from prints to numbers, twelve bytes an entry: sorted runs that are merged as they grow.
//!
//! Promises: nothing is lost by merging; the same print may stand for many numbers; an entry is found as soon as it is
//! there.
//! Must never know: what a print stands for.

use super::prints::Print;

/// Entries that wait unsorted.
const FRESH_MAX: usize = 1024;

/// Prints and the numbers that each stands for.
#[derive(Default)]
pub(super) struct Table {
    /// The longest first; each is at least twice as long as the next.
    runs: Vec<Run>,
    fresh: Vec<(Print, u32)>,
}

/// Entries in the order of their prints: two columns, because a pair would take sixteen bytes.
#[derive(Default)]
struct Run {
    prints: Vec<Print>,
    numbers: Vec<u32>,
}

impl Table {
    /// Adds an entry.
    pub(super) fn add(&mut self, print: Print, number: u32) {
        self.fresh.push((print, number));
        if self.fresh.len() >= FRESH_MAX {
            self.sort();
            while let [.., longer, shorter] = self.runs.as_slice()
                && longer.prints.len() < 2 * shorter.prints.len()
            {
                self.merge_two();
            }
        }
    }

    /// Returns the numbers that a print stands for, in no order.
    pub(super) fn of(&self, print: Print) -> impl Iterator<Item = u32> {
        let fresh = self.fresh.iter().filter(move |(one, _)| *one == print).map(|(_, number)| *number);
        self.runs.iter().flat_map(move |run| run.of(print)).copied().chain(fresh)
    }

    /// Makes one run of all, and gives back what is not needed: after many were added.
    pub(super) fn settle(&mut self) {
        self.sort();
        while self.runs.len() > 1 {
            self.merge_two();
        }
        self.fresh.shrink_to_fit();
        for run in &mut self.runs {
            run.prints.shrink_to_fit();
            run.numbers.shrink_to_fit();
        }
    }

    /// Returns how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let run = |run: &Run| run.prints.capacity() * size_of::<Print>() + run.numbers.capacity() * size_of::<u32>();
        self.runs.iter().map(run).sum::<usize>() + self.fresh.capacity() * size_of::<(Print, u32)>()
    }

    fn sort(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        self.fresh.sort_unstable();
        let (prints, numbers) = self.fresh.drain(..).unzip();
        self.runs.push(Run { prints, numbers });
    }

    fn merge_two(&mut self) {
        if let (Some(one), Some(other)) = (self.runs.pop(), self.runs.pop()) {
            self.runs.push(one.merged(&other));
        }
    }
}

impl Run {
    fn of(&self, print: Print) -> &[u32] {
        let from = self.prints.partition_point(|one| *one < print);
        let many = self.prints[from..].partition_point(|one| *one == print);
        &self.numbers[from..from + many]
    }

    fn merged(&self, other: &Self) -> Self {
        let long = self.prints.len() + other.prints.len();
        let mut both = Self { prints: Vec::with_capacity(long), numbers: Vec::with_capacity(long) };
        let (mut here, mut there) = (0, 0);
        while here < self.prints.len() || there < other.prints.len() {
            let from_here =
                other.prints.get(there).is_none_or(|theirs| self.prints.get(here).is_some_and(|o| o <= theirs));
            let (run, at) = if from_here { (self, &mut here) } else { (other, &mut there) };
            both.prints.push(run.prints[*at]);
            both.numbers.push(run.numbers[*at]);
            *at += 1;
        }
        both
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_print_gives_all_of_its_numbers_before_and_after_merging() {
        let mut table = Table::default();
        let print = |number: u32| Print::from(number % 1_777).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let all = 10_000;
        for number in 0..all {
            table.add(print(number), number);
        }
        let check = |table: &Table| {
            for number in (0..all).step_by(97) {
                let found: BTreeSet<u32> = table.of(print(number)).collect();
                let wanted: BTreeSet<u32> = (number % 1_777..all).step_by(1_777).collect();
                assert_eq!(found, wanted);
            }
            assert_eq!(table.of(1).count(), 0);
        };
        check(&table);
        assert!(table.runs.len() < 6 && !table.fresh.is_empty());
        table.settle();
        check(&table);
        assert_eq!(table.bytes(), all as usize * 12, "twelve bytes an entry");
        table.add(1, 7);
        assert_eq!(table.of(1).collect::<Vec<_>>(), [7]);
    }
}
