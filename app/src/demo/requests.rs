use super::{
    city::City,
    dice::Dice,
    names::SURNAMES,
    people, phone,
    pictures::{Picture, VARIANTS},
    plots::{self, Open, Past},
    script::{Script, Setting},
    site::Site,
    story::{Asker, Story},
    templates::{self, Matter, REFUSED, Template},
    work_time::moment,
};
use linli_base::{At, Day};
use linli_calendar::Calendar;
use std::collections::BTreeSet;

/// Past requests, all over by the loading day.
const PAST: usize = 300;
/// Of these, how many no desk could take.
const REFUSALS: usize = 10;
/// Askers have the phones from this number on; staff those below it.
const FIRST_ASKER: usize = 5_000;
const SOURCES: [&str; 8] = ["web", "web", "web", "phone", "phone", "wechat", "patrol", "window"];
const ENDINGS: [&str; 8] =
    ["", "", "谢谢。", "麻烦了。", "等回信。", "拜托了。", "希望能有人来看看。", "先谢谢了。"];

/// The 300 past and 60 open requests of a city loaded at `now`, in the order in which they are said. All but the
/// seven that wait to be accepted happen before the loading day; these seven are said in the two hours before `now`.
/// The same seed and loading day give the same words and steps.
pub fn stories(city: &City, calendar: &Calendar, seed: u64, now: At) -> Vec<Story> {
    let dice = Dice::new(seed.rotate_left(32) ^ now.day().0.unsigned_abs());
    let set = Setting { city, calendar, dice: &dice };
    let mut teller =
        Teller { set: &set, now, deck: Vec::new(), used: BTreeSet::new(), askers: 0, stories: Vec::new() };
    teller.open();
    teller.past();
    teller.refused();
    let mut stories = teller.stories;
    stories.sort_by_key(|story| story.at);
    for (story, number) in stories.iter_mut().zip(1..) {
        story.number = number;
    }
    stories
}

struct Teller<'a> {
    set: &'a Setting<'a>,
    now: At,
    /// Matters still to be drawn before any comes up again.
    deck: Vec<Matter>,
    /// Bodies told already.
    used: BTreeSet<String>,
    askers: usize,
    stories: Vec<Story>,
}

impl<'a> Teller<'a> {
    fn today(&self) -> Day {
        self.now.day()
    }

    fn open(&mut self) {
        let shares = Open::SHARES.iter().flat_map(|(plot, count)| std::iter::repeat_n(*plot, *count));
        for (plot, serial) in shares.zip(0_i64..) {
            let (days, (from, to)) = plot.said();
            let day = self.set.calendar.working_day_before(self.today(), days);
            let at = match plot {
                Open::ToAccept => self.now.plus_ms(-(7 + 16 * serial) * 60_000),
                _ => moment(day, self.set.dice.between(from, to)),
            };
            let matter = self.draw(day, |template| plot.suits(template));
            let phone = plot == Open::SecondRound || self.set.dice.chance(92);
            self.tell(matter, at, phone, |script| {
                plot.play(script);
                true
            });
        }
    }

    fn past(&mut self) {
        let mut plots: Vec<Past> =
            Past::SHARES.iter().flat_map(|(plot, count)| std::iter::repeat_n(*plot, *count)).collect();
        plots.resize(PAST - REFUSALS, Past::Called);
        self.set.dice.shuffle(&mut plots);
        let until = self.today().start();
        for plot in plots {
            let phone = plot.phone().unwrap_or_else(|| self.set.dice.chance(75));
            let mut back = self.set.dice.between(9, 364);
            while !self.past_one(plot, self.today().plus(-back), phone, until) {
                back += 9;
            }
        }
    }

    fn past_one(&mut self, plot: Past, day: Day, phone: bool, until: At) -> bool {
        let matter = self.draw(day, |template| plot.suits(template));
        let at = self.hour(matter.template, day);
        let told = self.tell(matter, at, phone, |script| {
            plot.play(script);
            let over = plots::is_before(script, until);
            script.archive(until);
            over
        });
        if !told {
            self.deck.push(matter);
        }
        told
    }

    fn refused(&mut self) {
        let until = self.today().start();
        let each = REFUSED.iter().flat_map(|why| why.matter.matters().map(move |matter| (why, matter)));
        for ((why, matter), serial) in each.take(REFUSALS).zip(0_i64..) {
            let day = self.today().plus(-20 - 33 * serial);
            let at = self.hour(&why.matter, day);
            self.tell(matter, at, true, |script| {
                plots::refused(script, why, serial % 5 == 0);
                plots::is_before(script, until)
            });
        }
    }

    /// The next matter of the deck that fits the season; the deck is shuffled anew when none of it does.
    fn draw(&mut self, day: Day, suits: impl Fn(&Template) -> bool) -> Matter {
        let month = day.ymd().1;
        loop {
            let fits = |matter: &Matter| matter.template.fits(month) && suits(matter.template);
            if let Some(at) = self.deck.iter().rposition(fits) {
                return self.deck.remove(at);
            }
            let mut more: Vec<Matter> = templates::all().flat_map(Template::matters).collect();
            self.set.dice.shuffle(&mut more);
            more.append(&mut self.deck);
            self.deck = more;
        }
    }

    /// What cannot wait is said in the first hours of a working day, the rest from seven in the morning to ten at
    /// night.
    fn hour(&self, template: &Template, day: Day) -> At {
        let dice = self.set.dice;
        if template.level == "normal" {
            return moment(day, dice.between(7 * 60, 22 * 60));
        }
        moment(self.set.calendar.working_day_after(day.plus(-1), 1), dice.between(8 * 60 + 20, 9 * 60 + 40))
    }

    /// Writes a story where `play` says that it holds.
    fn tell(
        &mut self,
        matter: Matter,
        at: At,
        phone: bool,
        play: impl FnOnce(&mut Script<'_>) -> bool,
    ) -> bool {
        let Some((site, title, body)) = self.words(matter) else { return false };
        let mut script = Script::new(self.set, matter, &site, at, phone);
        if !play(&mut script) {
            return false;
        }
        let (steps, ends) = (script.steps, script.ends);
        self.used.insert(body.clone());
        let asker = self.asker(phone);
        let dice = self.set.dice;
        let pictures = matter.template.scene.filter(|_| dice.chance(85)).map(|scene| Picture {
            scene,
            mended: false,
            variant: dice.below(VARIANTS),
        });
        self.stories.push(Story {
            number: 0,
            at,
            source: dice.word(&SOURCES),
            title,
            body,
            place: site.place.clone(),
            point: site.point,
            area: site.grid.id,
            asker,
            pictures: pictures.into_iter().collect(),
            steps,
            ends,
        });
        true
    }

    /// A place with title and text that were not told before.
    fn words(&self, matter: Matter) -> Option<(Site<'a>, String, String)> {
        let dice = self.set.dice;
        (0..100).find_map(|_| {
            let site = Site::draw(self.set.city, dice, matter.template.spot)?;
            let title = site.fill(matter.title);
            let body = site.fill(matter.body) + dice.word(&ENDINGS);
            (!self.used.contains(&body)).then_some((site, title, body))
        })
    }

    fn asker(&mut self, reachable: bool) -> Asker {
        let dice = self.set.dice;
        self.askers += 1;
        let serial = self.askers;
        let name = match dice.below(10) {
            0 => None,
            1..=5 => {
                let (surname, _) = *dice.pick(&SURNAMES);
                Some(format!("{surname}{}", dice.pick(&["女士", "先生", "阿姨", "师傅"])))
            }
            _ => Some(people::name(600 + serial).0),
        };
        Asker { name, phone: reachable.then(|| phone(FIRST_ASKER + serial)) }
    }
}
