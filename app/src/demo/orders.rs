//! Who helps in the demo city, and what was ordered of late: each order goes as far as its time has come.

use super::{
    City, OrgKind, Years,
    dice::Dice,
    names::SURNAMES,
    phone,
    services::CLAIMED,
    story::{By, ScriptedStep},
};
use linli_authz::{
    Role::{Clerk, Leader, Worker},
    Tier,
};
use linli_base::{AreaId, At, Day, OrgId, PersonId};
use linli_hearts::orders::Part;

/// Somebody who helps.
#[derive(Clone, Debug, PartialEq)]
pub struct Helping {
    /// Who.
    pub person: PersonId,
    /// Their unit.
    pub unit: OrgId,
    /// Where.
    pub community: AreaId,
    /// What they can do: keys of the catalogue's groups.
    pub skills: Vec<&'static str>,
    /// When: weekdays from Monday, 0, each with a part of the day.
    pub times: Vec<(usize, Part)>,
    /// The compound that they live or work near.
    pub near: String,
    /// How many they want in two weeks.
    pub fortnight: i64,
}

/// An order with what happens to it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderStory {
    /// When it is made.
    pub at: At,
    /// The item's number in the catalogue.
    pub item: i64,
    /// Where.
    pub community: AreaId,
    /// To which door.
    pub place: String,
    /// In the asker's words.
    pub words: &'static str,
    /// How the asker wants to be called.
    pub name: String,
    /// The asker's phone.
    pub phone: String,
    /// `web`, or `phone` where the community wrote it down.
    pub source: &'static str,
    /// The day and the part of it that were wished for.
    pub wished: (Day, Part),
    /// What happens, in order of time.
    pub steps: Vec<ScriptedStep>,
}

/// An item that is ordered, with who can do it and what is said.
struct Wanted {
    item: i64,
    skill: &'static str,
    minutes: (i64, i64),
    words: [&'static str; 3],
    answer: &'static str,
}

const WANTED: [Wanted; 7] = [
    Wanted {
        item: 3,
        skill: "health.help",
        minutes: (90, 180),
        words: [
            "去市医院复查，想请人陪着挂号取药。",
            "老伴腿脚不好，要去中医院拿药，一个人去不放心。",
            "眼睛做了手术，换药要有人陪。",
        ],
        answer: "下回复查提前一天说，社区还请人陪您去。",
    },
    Wanted {
        item: 16,
        skill: "elders.home",
        minutes: (30, 70),
        words: [
            "一个人住，这两天腿疼下不了楼，想有人来看看。",
            "母亲八十多了一个人在家，我出差三天，请人上门看一眼。",
            "老人耳背，电话打不通，请去敲敲门。",
        ],
        answer: "已经记在探访单上，每周有人来看一回。",
    },
    Wanted {
        item: 17,
        skill: "elders.company",
        minutes: (30, 80),
        words: [
            "想学手机挂号，孩子不在身边。",
            "手机老是提示存储满了，照片舍不得删。",
            "想学视频通话，和外地孙女说说话。",
        ],
        answer: "社区每周三下午有手机课，您愿意可以一起来。",
    },
    Wanted {
        item: 20,
        skill: "law.advice",
        minutes: (30, 60),
        words: [
            "租房押金不退，想问问怎么办。",
            "和邻居为漏水的钱说不拢，想请人讲讲道理。",
            "单位没签合同，要问问能不能补。",
        ],
        answer: "要写材料时可以再来，律师每月第一个周六都在。",
    },
    Wanted {
        item: 29,
        skill: "daily.errands",
        minutes: (20, 60),
        words: [
            "帮忙买袋米送上楼，搬不动。",
            "要寄两个大包裹，下楼不方便。",
            "代取一下药，单子和医保卡在家里。",
        ],
        answer: "以后要搬重的东西提前说，邻居都愿意搭把手。",
    },
    Wanted {
        item: 30,
        skill: "daily.errands",
        minutes: (20, 50),
        words: ["高龄补贴要网上认证，不会弄。", "医保异地备案不知道怎么填。", "身份证到期了，想问要带什么。"],
        answer: "需要人帮着办的，社区服务站工作日都有人。",
    },
    Wanted {
        item: LOW_PROFIT,
        skill: "",
        minutes: (30, 70),
        words: [
            "厨房水龙头关不紧，一晚上滴一盆。",
            "卧室灯不亮了，换了灯泡也没用。",
            "卫生间下水慢，堵了好几天。",
        ],
        answer: "价钱按社区的价目表，收据收好，一个月内再坏免费修。",
    },
];
/// The item that somebody pays for.
const LOW_PROFIT: i64 = 28;
/// How many people help in each of so many communities.
const HELPERS: usize = 9;
const COMMUNITIES: usize = 4;
/// The unit of somebody whose account is on the demo's page.
const SHOWN: &str = "市路灯管理所";
/// How many orders, over how many days: of the last weeks, or of a year in the whole city.
const ORDERS: (usize, i64) = (72, 45);
const OF_A_YEAR: (usize, i64) = (900, 365);
/// Askers have the phones from this number on.
const FIRST_ASKER: usize = 8_000;

/// Who helps, in the communities of the first street.
pub fn helping(city: &City, seed: u64) -> Vec<Helping> {
    let dice = Dice::new(seed.rotate_left(40));
    let workers: Vec<(PersonId, OrgId)> = (city.people.iter().zip(&city.posts))
        .filter(|(_, post)| {
            let org = city.orgs.iter().find(|org| org.id == post.org);
            let works = org.is_some_and(|org| matches!(org.kind, OrgKind::Unit | OrgKind::Department));
            works && post.roles.contains(&Worker)
        })
        .map(|(person, post)| (person.id, post.org))
        .collect();
    let skills: Vec<&'static str> =
        WANTED.iter().map(|wanted| wanted.skill).filter(|skill| !skill.is_empty()).collect();
    let mut helping = Vec::new();
    for (place, community) in communities(city).into_iter().enumerate() {
        let compounds: Vec<&str> =
            city.places.iter().filter(|one| one.area == community).map(|one| one.name.as_str()).collect();
        for nth in 0..HELPERS {
            let Some((person, unit)) = workers.get(place * HELPERS + nth).copied() else { continue };
            let mut can: Vec<&'static str> =
                skills.iter().skip(nth % skills.len()).take(1).copied().collect();
            can.extend(Some(*dice.pick(&skills)).filter(|skill| !can.contains(skill)));
            helping.push(Helping {
                person,
                unit,
                community,
                skills: can,
                times: hours_free(&dice, nth),
                near: dice.pick(&compounds).to_string(),
                fortnight: dice.between(2, 5),
            });
        }
    }
    helping
}

/// When somebody has time: more at weekends, and one morning at least.
pub(super) fn hours_free(dice: &Dice, nth: usize) -> Vec<(usize, Part)> {
    let times = (0..7).flat_map(|day| Part::ALL.map(|part| (day, part)));
    let free = |(day, part): &(usize, Part)| {
        dice.chance(if *day > 4 { 60 } else { 25 }) || (*day + nth) % 7 == 5 && *part == Part::Morning
    };
    times.filter(free).collect()
}

/// Somewhere to come to in a community: a door.
pub(super) fn door(city: &City, dice: &Dice, community: AreaId) -> String {
    let compounds = city.places.iter().enumerate();
    let compounds: Vec<_> = compounds.filter(|(_, place)| place.area == community).collect();
    let homes: Vec<_> = compounds.iter().flat_map(|(index, _)| city.buildings_of(*index)).collect();
    if homes.is_empty() {
        return "党群服务站".to_owned();
    }
    let (building, area) = dice.pick(&homes);
    let doors: Vec<String> = building.doors().collect();
    let (unit, door) = dice.pick(&doors).split_once('-').unwrap_or_default();
    format!("{}{unit}单元{door}", area.name)
}

fn communities(city: &City) -> Vec<AreaId> {
    let street = city.tier(Tier::Street).next().map(|street| street.id);
    let communities = street.into_iter().flat_map(|street| city.children(street));
    communities.map(|area| area.id).take(COMMUNITIES).collect()
}

/// The orders of the last weeks, or of a year.
pub fn orders(city: &City, helping: &[Helping], seed: u64, now: At, years: Years) -> Vec<OrderStory> {
    let dice = Dice::new(seed.rotate_left(48) ^ now.day().0.unsigned_abs());
    let lately = communities(city);
    let ((orders, days), everywhere) = match years {
        Years::Present => (ORDERS, lately.clone()),
        Years::All => (OF_A_YEAR, city.tier(Tier::Community).map(|area| area.id).collect()),
    };
    let mut orders: Vec<OrderStory> = (0..orders)
        .filter_map(|nth| {
            let (communities, days) = if nth < ORDERS.0 { (&lately, ORDERS.1) } else { (&everywhere, days) };
            let community = *communities.get(nth % communities.len().max(1))?;
            // every third one of them is of the last four days
            let recent = nth < ORDERS.0 && nth % 3 == 0;
            let span = if recent { dice.between(0, 4) } else { dice.between(5, days) };
            let day = now.day().plus(-span);
            let at = day.start().plus_ms(dice.between(8 * 60, 18 * 60) * 60_000);
            let at = if at < now { at } else { now.plus_ms(-dice.between(10, 90) * 60_000) };
            Some(Teller { city, helping, dice: &dice, now }.tell(nth, community, at))
        })
        .collect();
    let teller = Teller { city, helping, dice: &dice, now };
    orders.extend(
        helping
            .iter()
            .find(|one| city.org_named(SHOWN).is_some_and(|org| org.id == one.unit))
            .into_iter()
            .flat_map(|one| teller.shown(one)),
    );
    orders.sort_by_key(|order| order.at);
    orders
}

struct Teller<'a> {
    city: &'a City,
    helping: &'a [Helping],
    dice: &'a Dice,
    now: At,
}

impl Teller<'_> {
    /// Three for somebody whose account is on the demo's page: one that they are asked for, one that they have taken on, one
    /// for whoever comes.
    fn shown(&self, one: &Helping) -> Vec<OrderStory> {
        let wanted = WANTED.iter().filter(|wanted| one.skills.contains(&wanted.skill));
        let told = wanted.cycle().zip([3, 27, 2]).zip(OF_A_YEAR.0..);
        let story = |((wanted, hours), nth): ((&Wanted, i64), usize)| {
            let at = self.now.plus_hours(-hours);
            let wished = (self.now.day().plus(2), Part::Morning);
            let mut script = Script { time: at, steps: Vec::new() };
            let person = one.person.to_string();
            if hours < 3 {
                script.step("offer", 40, By::Desk(Clerk), Vec::new());
            } else {
                script.step("ask", 40, By::Desk(Clerk), vec![("helper_person", person)]);
            }
            if hours > 24 {
                let when = format!("{}T09:00", wished.0);
                script.step("take_on", 90, By::Asked, vec![("when", when)]);
            }
            OrderStory { wished, steps: script.steps, ..self.order(wanted, nth, one.community, at) }
        };
        told.map(story).collect()
    }

    fn tell(&self, nth: usize, community: AreaId, at: At) -> OrderStory {
        let dice = self.dice;
        let mut wanted = dice.pick(&WANTED);
        if wanted.item == LOW_PROFIT && self.provider(community).is_none() {
            wanted = WANTED.first().unwrap_or(wanted);
        }
        let wished = (at.day().plus(dice.between(1, 3)), *dice.pick(&Part::ALL));
        let steps = self.steps(wanted, community, at, wished);
        OrderStory { wished, steps, ..self.order(wanted, nth, community, at) }
    }

    /// What is ordered and by whom; nothing has happened yet.
    fn order(&self, wanted: &Wanted, nth: usize, community: AreaId, at: At) -> OrderStory {
        let dice = self.dice;
        let elder = dice.chance(60);
        let call =
            if elder { dice.word(&["奶奶", "大爷", "阿姨"]) } else { dice.word(&["女士", "先生"]) };
        OrderStory {
            at,
            item: wanted.item,
            community,
            place: door(self.city, dice, community),
            words: dice.word(&wanted.words),
            name: format!("{}{call}", dice.pick(&SURNAMES).0),
            phone: phone(FIRST_ASKER + nth),
            source: if elder { "phone" } else { "web" },
            wished: (at.day(), Part::Morning),
            steps: Vec::new(),
        }
    }

    /// What happens; it ends where the present begins.
    fn steps(&self, wanted: &Wanted, community: AreaId, at: At, wished: (Day, Part)) -> Vec<ScriptedStep> {
        let dice = self.dice;
        let hour = match wished.1 {
            Part::Morning => 9,
            Part::Afternoon => 14,
            Part::Evening => 19,
        };
        let visit = wished.0.start().plus_hours(hour);
        let mut script = Script { time: at, steps: Vec::new() };
        if dice.chance(4) {
            script.step(
                "cancel",
                dice.between(30, 200),
                By::Asker,
                vec![("words", "孩子回来了，不用了".into())],
            );
            return script.until(self.now);
        }
        let able: Vec<&Helping> = (self.helping.iter())
            .filter(|one| one.community == community && one.skills.contains(&wanted.skill))
            .collect();
        let (asked, taker) = self.ask(&mut script, community, &able);
        if able.len() > 1 && dice.chance(15) {
            script.step("decline", dice.between(20, 240), asked, Vec::new());
            self.ask(&mut script, community, &able);
        }
        script.step(
            "take_on",
            dice.between(20, 300),
            asked,
            vec![("when", format!("{}T{hour:02}:00", wished.0))],
        );
        if script.time >= visit {
            script.steps.pop();
            return script.until(self.now);
        }
        let way = (visit.0 - script.time.0) / 60_000 + dice.between(-10, 12);
        script.step("arrive", way, taker, Vec::new());
        let minutes = dice.between(wanted.minutes.0, wanted.minutes.1);
        let mut did = vec![("minutes", minutes.to_string())];
        if wanted.item == LOW_PROFIT {
            did.push(("paid", dice.word(&["20", "35", "45", "30"]).to_owned()));
        }
        script.step("did", minutes, taker, did);
        let (solved, satisfied, kept) =
            if dice.chance(85) { ("yes", "satisfied", "kept") } else { ("partly", "basically", "partly") };
        let said = vec![("solved", solved.to_owned()), ("satisfied", satisfied.to_owned())];
        script.step("rate_order", dice.between(60, 2_000), By::Asker, said);
        let answer = vec![("kept", kept.to_owned()), ("answer", wanted.answer.to_owned())];
        script.step("evaluate", dice.between(300, 2_000), By::Holder(Leader), answer);
        script.until(self.now)
    }

    /// Whoever is vetted in the community for what people pay for.
    fn provider(&self, community: AreaId) -> Option<OrgId> {
        let name = self.city.area(community)?.name.as_str();
        let vetted = CLAIMED.iter().find(|(item, _, place, _, vetted)| {
            *item == LOW_PROFIT && *vetted && place.is_none_or(|place| place == name)
        });
        vetted.and_then(|(_, org, ..)| self.city.org_named(org)).map(|org| org.id)
    }

    /// The desk asks one of those who can, or gives the order to a shop; answers who is asked, and who then takes it on.
    fn ask(&self, script: &mut Script, community: AreaId, able: &[&Helping]) -> (By, By) {
        let minutes = self.dice.between(15, 150);
        if able.is_empty() {
            let provider = self.provider(community).map(|org| org.to_string());
            let provider = vec![("provider", provider.unwrap_or_default())];
            script.step("give", minutes, By::Desk(Clerk), provider);
            return (By::Lead(Worker), By::Lead(Worker));
        }
        let person = self.dice.pick(able).person.to_string();
        script.step("ask", minutes, By::Desk(Clerk), vec![("helper_person", person)]);
        (By::Asked, By::Taker)
    }
}

/// Steps in order of time.
pub(super) struct Script {
    pub time: At,
    pub steps: Vec<ScriptedStep>,
}

impl Script {
    pub(super) fn step(
        &mut self,
        step: &'static str,
        minutes: i64,
        by: By,
        input: Vec<(&'static str, String)>,
    ) {
        self.time = self.time.plus_ms(minutes * 60_000);
        self.steps.push(ScriptedStep { step, at: self.time, by, pick: 0, input, pictures: Vec::new() });
    }

    pub(super) fn until(self, now: At) -> Vec<ScriptedStep> {
        self.steps.into_iter().take_while(|step| step.at < now).collect()
    }
}
