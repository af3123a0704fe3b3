//! What people say in the demo city and what they are answered: written by hand, filled in by the generator.
//!
//! | slot | filled with |
//! |---|---|
//! | `{place}` | the place: a building, a gate of a compound, a crossing |
//! | `{compound}`, `{road}`, `{park}`, `{market}` | one nearby |
//! | `{when}` | since when: 昨天晚上 |
//! | `{n}` | a small number: 两, 三 |
//! | `{done}` | in replies: the day of the answer, 9月28日 |
//! | `{next}` | in replies: some working days later |

mod clean;
mod home;
mod refused;
mod road;
mod service;

pub(super) use refused::{REFUSED, Refused};

use super::pictures::Scene;

/// Who is made lead handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// The community.
    Community,
    /// The community, with this department as helper.
    With(&'static str),
    /// This department.
    Unit(&'static str),
}

/// What the place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Building,
    Gate,
    Crossing,
}

/// One kind of matter, told in two ways: title, text and reply with the same index belong together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template {
    /// Key in the category tree.
    pub category: &'static str,
    pub kind: &'static str,
    pub level: &'static str,
    pub lead: Lead,
    pub spot: Spot,
    /// First and last month in which it comes up; over the new year where the first is later.
    pub months: (i64, i64),
    /// What a picture of it shows.
    pub scene: Option<Scene>,
    pub titles: [&'static str; 2],
    pub bodies: [&'static str; 2],
    /// Unused for praise.
    pub replies: [&'static str; 2],
}

const HELP: Template = Template {
    category: "public.other",
    kind: "help",
    level: "normal",
    lead: Lead::Community,
    spot: Spot::Gate,
    months: (1, 12),
    scene: None,
    titles: [""; 2],
    bodies: [""; 2],
    replies: [""; 2],
};
const COMPLAINT: Template = Template { kind: "complaint", ..HELP };
const REPORT: Template = Template { kind: "report", ..HELP };
const INQUIRY: Template = Template { kind: "inquiry", ..HELP };
const ADVICE: Template = Template { kind: "advice", ..HELP };
const PRAISE: Template = Template { kind: "praise", ..HELP };

const HOUSING: &str = "市住房保障中心";
const URBAN: &str = "市综合行政执法局";
const ROADS: &str = "市市政养护中心";
const LAMPS: &str = "市路灯管理所";
const WATER: &str = "市自来水公司";
const HEAT: &str = "市供热公司";
const POWER: &str = "市供电公司";
const GAS: &str = "市燃气公司";
const PARKS: &str = "市园林环卫中心";
const NATURE: &str = "市生态环境分局";
const TRAFFIC: &str = "市交警大队";
const MARKET: &str = "市市场监督管理局";
const EDUCATION: &str = "市教育和体育局";
const HEALTH: &str = "市卫生健康局";
const CIVIL: &str = "市民政局";
const LABOUR: &str = "市人力资源和社会保障局";
const INSURANCE: &str = "市医疗保障局";
const CULTURE: &str = "市文化和旅游局";
const POLICE: &str = "市公安局";
const FIRE: &str = "市消防救援大队";
const PROPERTY: &str = "市物业管理办公室";
const TELECOM: &str = "市通信发展办公室";

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Template> {
    road::TEMPLATES.iter().chain(home::TEMPLATES).chain(clean::TEMPLATES).chain(service::TEMPLATES)
}

/// One telling of a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matter {
    pub template: &'static Template,
    pub title: &'static str,
    pub body: &'static str,
    pub reply: &'static str,
}

impl Template {
    /// Its two tellings.
    pub(super) fn matters(&'static self) -> impl Iterator<Item = Matter> + Clone {
        let texts = self.titles.iter().zip(&self.bodies).zip(&self.replies);
        texts.map(move |((title, body), reply)| Matter { template: self, title, body, reply })
    }

    /// Whether it comes up in this month.
    pub(super) fn fits(&self, month: i64) -> bool {
        let (from, to) = self.months;
        if from <= to { (from..=to).contains(&month) } else { month >= from || month <= to }
    }
}
