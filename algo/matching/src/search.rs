//! Shortest paths over reduced costs (Dijkstra), from a unit of a need or from a free place of a helper.

use crate::{Matching, at, number, solve::State};
use std::{cmp::Reverse, collections::BinaryHeap};

const FAR: i64 = i64::MAX;

/// Room for searches, kept between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    /// Needs first, then helpers.
    far: Vec<i64>,
    /// The edge by which each was reached.
    by: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    needs: u32,
    best: i64,
    end: u32,
    /// Of a unit of a need, whose values rise, or of a helper's place.
    rises: bool,
    /// What becomes of units left without a place or places left without a unit: by need.
    left: i32,
    /// The edges to be turned.
    pub path: Vec<u32>,
}

impl Search {
    pub fn new(helpers: usize, needs: usize) -> Search {
        Search {
            far: vec![FAR; helpers + needs],
            by: vec![0; helpers + needs],
            needs: number(needs),
            ..Search::default()
        }
    }

    fn begin(&mut self, node: u32, rises: bool) {
        (self.rises, self.left) = (rises, 0);
        self.best = FAR;
        self.end = node;
        self.reach(node, 0, u32::MAX, true);
    }

    /// Notes a way to a node where it is shorter than what is known; says whether it is.
    fn reach(&mut self, node: u32, far: i64, by: u32, on: bool) -> bool {
        let known = self.far[at(node)];
        if far >= known || far >= self.best {
            return false;
        }
        if known == FAR {
            self.touched.push(node);
        }
        self.far[at(node)] = far;
        self.by[at(node)] = by;
        if on {
            self.heap.push(Reverse((far, node)));
        }
        true
    }

    fn ends(&mut self, node: u32, whole: i64, left: i32) {
        if whole < self.best {
            (self.best, self.end, self.left) = (whole, node, left);
        }
    }

    /// The nearest node whose ways on have not been looked at; `None` where none is nearer than the best end.
    fn nearest(&mut self) -> Option<(i64, u32)> {
        while let Some(Reverse((far, node))) = self.heap.pop() {
            if far >= self.best {
                return None;
            }
            if far == self.far[at(node)] {
                return Some((far, node));
            }
        }
        None
    }

    /// The cheapest way to one more unit of a need.
    pub fn seat(&mut self, m: &Matching, need: u32) {
        self.begin(need, true);
        while let Some((far, node)) = self.nearest() {
            if node < self.needs {
                let value = m.value[at(node)];
                self.ends(node, far + m.instance.penalty[at(node)] - value, 1);
                for edge in m.instance.first[at(node)]..m.instance.first[at(node) + 1] {
                    let helper = m.instance.helper[at(edge)];
                    let there = far + m.instance.cost[at(edge)] + m.price[at(helper)] - value;
                    if there >= self.best || m.state[at(edge)] != State::Free {
                        continue;
                    }
                    let load = number(m.serves[at(helper)].len());
                    if self.reach(self.needs + helper, there, edge, load > 0)
                        && load < m.instance.capacity[at(helper)]
                    {
                        self.ends(self.needs + helper, there + m.next(helper) - m.price[at(helper)], 0);
                    }
                }
            } else {
                let helper = node - self.needs;
                for edge in &m.serves[at(helper)] {
                    let need = m.instance.need[at(*edge)];
                    let there = far + m.value[at(need)] - m.price[at(helper)] - m.instance.cost[at(*edge)];
                    self.reach(need, there, *edge, true);
                }
            }
        }
    }

    /// The best use of a helper's free place.
    pub fn offer(&mut self, m: &Matching, helper: u32) {
        self.begin(self.needs + helper, false);
        self.ends(self.needs + helper, m.price[at(helper)] - m.next(helper), 0);
        while let Some((far, node)) = self.nearest() {
            if node < self.needs {
                if m.unserved[at(node)] > 0 {
                    self.ends(node, far, -1);
                }
                for edge in &m.served[at(node)] {
                    let helper = m.instance.helper[at(*edge)];
                    let there = far + m.value[at(node)] - m.price[at(helper)] - m.instance.cost[at(*edge)];
                    if self.reach(self.needs + helper, there, *edge, true) {
                        self.ends(self.needs + helper, there + m.price[at(helper)] - m.last(helper), 0);
                    }
                }
            } else {
                let helper = node - self.needs;
                for edge in m.of_helper(helper).filter(|edge| m.usable(*edge)) {
                    let need = m.instance.need[at(edge)];
                    let there = far + m.instance.cost[at(edge)] + m.price[at(helper)] - m.value[at(need)];
                    self.reach(need, there, edge, true);
                }
            }
        }
    }

    /// Moves the prices by what was found, and lays the path down.
    pub fn settle(&mut self, m: &mut Matching) {
        let mut node = self.end;
        if node < self.needs {
            m.unserved[at(node)] = m.unserved[at(node)].saturating_add_signed(self.left);
        }
        while self.by[at(node)] != u32::MAX {
            let edge = self.by[at(node)];
            self.path.push(edge);
            node = if node < self.needs {
                self.needs + m.instance.helper[at(edge)]
            } else {
                m.instance.need[at(edge)]
            };
        }
        for node in self.touched.drain(..) {
            let by = (self.best - self.far[at(node)]).max(0);
            let by = if self.rises { by } else { -by };
            if node < self.needs {
                m.value[at(node)] += by;
            } else {
                m.price[at(node - self.needs)] += by;
            }
            self.far[at(node)] = FAR;
        }
        self.heap.clear();
    }
}
