use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
};

use crate::{
    normal::{gram, length, letters, normalise},
    places::{Gazetteer, bare, beginnings, to_its_kind},
};

/// Groups whose titles agree at least this much on average are one problem.
const JOIN: f32 = 0.15;
/// A cosine that counts as none.
const NOTHING: f32 = 0.05;
/// A gram in more than this part of the titles opens no pair.
const COMMON: f32 = 0.02;
/// What a gram weighs more within the name of a place, in the title and in the text.
const IN_TITLE: f32 = 0.4;
const IN_TEXT: f32 = 1.3;
/// What a gram of the title weighs for being there.
const TITLE: f32 = 1.0;
/// What is left of an agreement in place alone, and the agreement in the matter from which nothing is lost.
const PLACE_ALONE: f32 = 0.5;
const SAME_MATTER: f32 = 0.04;

/// So many titles are compared to name a problem.
const LOOKED_AT: usize = 50;
/// A name goes on while it keeps this part of the titles that have its beginning.
const KEPT: f32 = 0.8;
/// What goes on for more characters is no name but a sentence.
const NAME: usize = 12;

/// A message as the gathering needs it.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// What it is about, in a sentence; the problem is found by it.
    pub title: &'a str,
    /// What it says; only the places that it names are looked for in it.
    pub text: &'a str,
    /// When it came, in days from any day.
    pub day: f32,
    /// People who agree and people who do not.
    pub votes: (u32, u32),
}

/// What several messages report.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The messages' numbers, in their order.
    pub members: Vec<usize>,
    /// The title that is most like all the others.
    pub name: String,
    /// The place that most of the titles name, if any does.
    pub place: Option<String>,
    /// How much it presses, 0 and more: messages count less the older they are (half after 90 days before the newest of
    /// all), and the roots of votes are added.
    pub heat: f32,
}

/// What a gram weighs in a title, and what it weighs there outside of names of places, in the matter.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    whole: f32,
    matter: f32,
}

#[derive(Debug, Clone, Copy)]
struct Gram {
    hash: u32,
    weight: Weight,
}

/// The titles that have a gram, in order, and how many of those that the weights were learnt from said it themselves.
#[derive(Debug, Clone, Default)]
struct Titles {
    spread: u32,
    all: Vec<(u32, Weight)>,
}

/// What a title has in common with others: by their number the two cosines and how many uncommon grams.
#[derive(Default)]
struct Common {
    sums: Vec<(Weight, u32)>,
    others: Vec<usize>,
}

/// Gathers messages into problems, and takes in further ones.
#[derive(Debug, Clone)]
pub struct Hotspots {
    titles: Vec<String>,
    days: Vec<f32>,
    votes: Vec<(u32, u32)>,
    /// each title's grams, sorted
    rows: Vec<Vec<Gram>>,
    /// how many titles the weights were learnt from
    learnt: usize,
    index: HashMap<u32, Titles>,
    groups: Vec<Vec<usize>>,
    group: Vec<usize>,
    gazetteer: Gazetteer,
}

impl Hotspots {
    /// Gathers all messages: average-link clustering of the titles' TF-IDF grams of two and three characters, best
    /// pair first, over the pairs that share grams which are not common. Grams of a place's name weigh more, and those of
    /// places that the text names count too, since a problem is what happens at a place.
    pub fn gather(messages: &[Message<'_>]) -> Self {
        let gazetteer = Gazetteer::learn(messages.iter().map(|message| message.title));
        let mut hotspots = Self {
            titles: Vec::new(),
            days: Vec::new(),
            votes: Vec::new(),
            rows: Vec::new(),
            learnt: messages.len(),
            index: HashMap::new(),
            groups: Vec::new(),
            group: Vec::new(),
            gazetteer,
        };
        for message in messages {
            let mut grams = title_grams(message.title);
            grams.dedup();
            for gram in grams {
                hotspots.index.entry(gram).or_default().spread += 1;
            }
        }
        for message in messages {
            hotspots.take_in(message);
        }
        hotspots.link();
        hotspots
    }

    /// Takes in one more message: it joins the problem that its title agrees with most, or opens one. Gives the number
    /// of its problem among those of [`Self::problems`] by member, that is, the first message of it.
    pub fn add(&mut self, message: &Message<'_>) -> usize {
        let new = self.take_in(message);
        let mut sums: HashMap<usize, f32> = HashMap::new();
        for (other, cosine) in self.alike(new, &mut Common::default()) {
            *sums.entry(self.group[other]).or_default() += cosine;
        }
        let best = sums
            .iter()
            .map(|(&group, &sum)| (self.agreement(group, new, sum), group))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((agreement, group)) = best
            && agreement >= JOIN
        {
            self.group[new] = group;
            self.groups[new].clear();
            self.groups[group].push(new);
        }
        self.groups[self.group[new]].iter().copied().min().unwrap_or(new)
    }

    /// The problems of at least `least` messages, the hottest first.
    pub fn problems(&self, least: usize) -> Vec<Problem> {
        let newest = self.days.iter().copied().fold(f32::MIN, f32::max);
        let mut problems: Vec<Problem> = self
            .groups
            .iter()
            .filter(|members| !members.is_empty() && members.len() >= least)
            .map(|members| self.problem(members, newest))
            .collect();
        problems.sort_by(|a, b| b.heat.total_cmp(&a.heat).then(a.members.cmp(&b.members)));
        problems
    }

    fn problem(&self, members: &[usize], newest: f32) -> Problem {
        let mut members = members.to_vec();
        members.sort_unstable();
        let likeness = |&member: &usize| -> f32 {
            members.iter().take(LOOKED_AT).map(|&other| cosine(&self.rows[member], &self.rows[other])).sum()
        };
        let name =
            members.iter().take(LOOKED_AT).max_by(|a, b| likeness(a).total_cmp(&likeness(b)).then(b.cmp(a)));
        let heat = members
            .iter()
            .map(|&member| {
                let (up, down) = self.votes[member];
                0.5f32.powf((newest - self.days[member]) / 90.0) * (1.0 + 0.2 * ((up + down) as f32).sqrt())
            })
            .sum();
        Problem {
            name: name.map(|&name| self.titles[name].clone()).unwrap_or_default(),
            place: self.place(&members).map(str::to_owned),
            heat,
            members,
        }
    }

    /// The name that most titles have and that is long: one that the gazetteer knows, or one that it does not, which most
    /// of them begin with behind the district.
    fn place(&self, members: &[usize]) -> Option<&str> {
        let titles = || members.iter().map(|&member| self.titles[member].as_str());
        let count = |name: &str| titles().filter(|title| title.contains(name)).count();
        let known =
            titles().flat_map(|title| self.gazetteer.places(title)).flat_map(|place| [place, bare(place)]);
        let begun = titles().take(LOOKED_AT).flat_map(beginnings).filter_map(|rest| grown(rest, count));
        let begun = begun.filter(|name| self.gazetteer.places(name).is_empty());
        let named: HashSet<&str> = known.chain(begun).collect();
        named
            .into_iter()
            .map(|name| (name, count(name)))
            .filter(|&(_, count)| 2 * count >= members.len())
            .max_by(|a, b| (a.1 * a.0.len()).cmp(&(b.1 * b.0.len())).then(b.0.cmp(a.0)))
            .map(|(name, _)| name)
    }

    fn take_in(&mut self, message: &Message<'_>) -> usize {
        let new = self.titles.len();
        let all = (self.learnt + 1) as f32;
        let title = normalise(message.title);
        let text = normalise(message.text);
        let mut counts: Vec<(u32, f32)> = title_grams(&title).into_iter().map(|gram| (gram, TITLE)).collect();
        for (text, weight) in [(&title, IN_TITLE), (&text, IN_TEXT)] {
            let mut places = self.gazetteer.places(text);
            places.sort_unstable();
            places.dedup();
            counts.extend(places.into_iter().flat_map(title_grams).map(|gram| (gram, weight)));
        }
        counts.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut row: Vec<Gram> = counts
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| {
                let spread = self.index.get(&same[0].0).map_or(1, |titles| titles.spread.max(1));
                let count: f32 = same.iter().map(|(_, count)| count).sum();
                let whole = (all / spread as f32).ln() * count.min(TITLE + IN_TITLE + IN_TEXT);
                // named by the title or the text, a gram weighs more than once or is not the title's
                let matter = same.iter().all(|&(_, count)| count.total_cmp(&TITLE).is_eq());
                let weight = Weight { whole, matter: if matter { whole } else { 0.0 } };
                Gram { hash: same[0].0, weight }
            })
            .collect();
        let whole = length(row.iter().map(|gram| gram.weight.whole));
        let matter = length(row.iter().map(|gram| gram.weight.matter));
        for Gram { hash, weight } in &mut row {
            *weight = Weight { whole: weight.whole / whole, matter: weight.matter / matter };
            self.index.entry(*hash).or_default().all.push((new as u32, *weight));
        }
        self.rows.push(row);
        self.titles.push(title);
        self.days.push(message.day);
        self.votes.push(message.votes);
        self.group.push(new);
        self.groups.push(vec![new]);
        new
    }

    /// The titles before this one that share two uncommon grams with it, with their cosine, less where they agree in the
    /// place and hardly in the matter.
    fn alike(&self, title: usize, common: &mut Common) -> Vec<(usize, f32)> {
        common.sums.resize(title, Default::default());
        let most = COMMON * (self.learnt + 1) as f32 + 5.0;
        for Gram { hash, weight } in &self.rows[title] {
            let Some(titles) = self.index.get(hash) else { continue };
            let uncommon = u32::from(titles.spread as f32 <= most);
            for &(other, its) in titles.all.iter().take_while(|(other, _)| (*other as usize) < title) {
                let (sum, shared) = &mut common.sums[other as usize];
                sum.whole += weight.whole * its.whole;
                sum.matter += weight.matter * its.matter;
                *shared += uncommon;
                if *shared == 2 && uncommon == 1 {
                    common.others.push(other as usize);
                }
            }
        }
        common.others.sort_unstable();
        let likeness = |other: usize| {
            let (sum, _) = common.sums[other];
            let matter = (sum.matter / SAME_MATTER).min(1.0);
            Some((other, sum.whole * (PLACE_ALONE + (1.0 - PLACE_ALONE) * matter)))
                .filter(|&(_, cosine)| sum.whole >= NOTHING && cosine > NOTHING)
        };
        let alike = common.others.drain(..).filter_map(likeness).collect();
        common.sums.clear();
        alike
    }

    /// Joins the two groups that agree most until none agree enough. What agreement is left after a join is the sum of
    /// both, so that only sums are kept.
    fn link(&mut self) {
        let mut sums: Vec<HashMap<usize, f32>> = vec![HashMap::new(); self.rows.len()];
        let mut heap = BinaryHeap::new();
        let mut common = Common::default();
        for title in 0..self.rows.len() {
            for (other, cosine) in self.alike(title, &mut common) {
                sums[title].insert(other, cosine);
                sums[other].insert(title, cosine);
                if cosine >= JOIN {
                    heap.push((key(cosine), Reverse((other, title)), 2));
                }
            }
        }
        while let Some((_, Reverse((into, from)), size)) = heap.pop() {
            // what was said of groups that have grown since is said anew below
            if self.groups[from].is_empty() || self.groups[into].len() + self.groups[from].len() != size {
                continue;
            }
            let moved = std::mem::take(&mut self.groups[from]);
            moved.iter().for_each(|&title| self.group[title] = into);
            self.groups[into].extend(moved);
            for (other, sum) in std::mem::take(&mut sums[from]) {
                sums[other].remove(&from);
                if other != into {
                    *sums[into].entry(other).or_default() += sum;
                    *sums[other].entry(into).or_default() += sum;
                }
            }
            for (&other, &sum) in &sums[into] {
                let agreement = self.agreement(into, other, sum);
                if agreement >= JOIN {
                    let size = self.groups[into].len() + self.groups[other].len();
                    heap.push((key(agreement), Reverse((into.min(other), into.max(other))), size));
                }
            }
        }
    }

    /// The mean cosine between two groups, where `sum` is the sum of all.
    fn agreement(&self, one: usize, other: usize, sum: f32) -> f32 {
        sum / (self.groups[one].len() * self.groups[other].len()) as f32
    }
}

/// The beginning of a text that is there as often as its first three characters, or nearly.
fn grown(text: &str, count: impl Fn(&str) -> usize) -> Option<&str> {
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).skip(2).peekable();
    let least = KEPT * count(&text[..*ends.peek()?]) as f32;
    ends.take_while(|&end| count(&text[..end]) as f32 >= least)
        .last()
        .map(|end| to_its_kind(&text[..end]))
        .filter(|name| name.chars().count() <= NAME)
}

/// A mean as a whole number that can be ordered.
fn key(mean: f32) -> u32 {
    // floats that are not negative are in the order of their bits
    mean.max(0.0).to_bits()
}

/// The hashes of a title's grams of two and three characters, sorted.
fn title_grams(title: &str) -> Vec<u32> {
    let characters: Vec<char> = letters(title).collect();
    let mut grams: Vec<u32> = characters.windows(2).map(|pair| gram('\0', pair[0], pair[1])).collect();
    grams.extend(characters.windows(3).map(|three| gram(three[0], three[1], three[2])));
    grams.sort_unstable();
    grams
}

fn cosine(left: &[Gram], right: &[Gram]) -> f32 {
    let (mut at, mut sum) = (0, 0.0);
    for gram in left {
        while at < right.len() && right[at].hash < gram.hash {
            at += 1;
        }
        if at < right.len() && right[at].hash == gram.hash {
            sum += gram.weight.whole * right[at].weight.whole;
        }
    }
    sum
}
