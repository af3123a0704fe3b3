use super::{areas, dice::Dice, people, records};
use linli_authz::{Role, Tier};
use linli_base::{AreaId, Crs, Day, OrgId, PersonId, Point, PostId};
use linli_org::records::{NewGrant, NewMember, NewPremises};

/// The demo city without its requests: what is there on the first morning.
#[derive(Clone, Debug, PartialEq)]
pub struct City {
    /// The territory, parents before children: one city, 4 streets, 24 communities, 114 grids, their buildings.
    pub areas: Vec<Area>,
    /// What a building holds, one for each area of that tier and in the same order.
    pub buildings: Vec<Building>,
    /// Compounds, roads and spots.
    pub places: Vec<Place>,
    /// Whoever acts, parents before children.
    pub orgs: Vec<Org>,
    /// The staff. The password of each is [`PASSWORD`](super::PASSWORD).
    pub people: Vec<Person>,
    /// Their seats, one for each person and in the same order.
    pub posts: Vec<Post>,
    /// What the communities have been granted.
    pub grants: Vec<NewGrant>,
    /// Rooms of the streets' offices.
    pub premises: Vec<NewPremises>,
    /// Who sits in the city's joint conference.
    pub members: Vec<NewMember>,
}

/// A piece of territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its key.
    pub id: AreaId,
    /// City to building.
    pub tier: Tier,
    /// What it lies in.
    pub parent: Option<AreaId>,
    /// The official code (6, 9 digits) continued: 12 a community, 14 a grid, 17 a building.
    pub code: String,
    /// `海韵社区`, `第3网格`, `锦和苑5号楼`.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Its middle, WGS-84.
    pub point: Point,
    /// The system that its coordinates came in.
    pub crs: Crs,
    /// Households of a building; 0 on every other tier, where they are summed up.
    pub households: i64,
}

/// A building's doors.
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// The area that it is.
    pub area: AreaId,
    /// Index of its compound in [`City::places`].
    pub compound: usize,
    /// Its number within the compound, from 1.
    pub number: usize,
    /// Entrances 单元.
    pub units: usize,
    /// Floors.
    pub floors: usize,
    /// Doors on each floor of a unit.
    pub doors: usize,
}

impl Building {
    /// How many households: one behind each door.
    pub fn households(&self) -> usize {
        self.units * self.floors * self.doors
    }

    /// `1-101`: unit, then floor and door.
    pub fn doors(&self) -> impl Iterator<Item = String> + '_ {
        (1..=self.units).flat_map(move |unit| {
            (1..=self.floors)
                .flat_map(move |floor| (1..=self.doors).map(move |door| format!("{unit}-{floor}{door:02}")))
        })
    }
}

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// 小区
    Compound,
    /// 路
    Road,
    /// A park, a market.
    Spot,
}

impl PlaceKind {
    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            PlaceKind::Compound => "compound",
            PlaceKind::Road => "road",
            PlaceKind::Spot => "spot",
        }
    }
}

/// A named place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// The community that it lies in.
    pub area: AreaId,
    /// Its name, unique in the city.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Its middle, WGS-84.
    pub point: Point,
}

/// What an org is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrgKind {
    /// 党组织
    Party,
    /// 办事处, 居委会, 受理中心
    Office,
    /// 部门
    Department,
    /// 事业单位, 企业
    Unit,
}

impl OrgKind {
    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            OrgKind::Party => "party",
            OrgKind::Office => "office",
            OrgKind::Department => "department",
            OrgKind::Unit => "unit",
        }
    }
}

/// Whoever acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Org {
    /// Its key.
    pub id: OrgId,
    /// What it is.
    pub kind: OrgKind,
    /// Its name, unique within its kind.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// What it stands under in its own line.
    pub parent: Option<OrgId>,
    /// Where it sits.
    pub home: AreaId,
    /// The area that it leads.
    pub leads: Option<AreaId>,
}

/// A member of staff. Invented, like the phone number.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Their key.
    pub id: PersonId,
    /// Family and given name, unique in the city.
    pub name: String,
    /// The same in English order of letters: `Wang Wangshu`.
    pub name_en: String,
    /// 11 digits, unique; see [`phone`](super::phone).
    pub phone: String,
}

/// A person's seat.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// Its key.
    pub id: PostId,
    /// Who sits in it.
    pub person: PersonId,
    /// Where it is.
    pub org: OrgId,
    /// What it is called.
    pub title: &'static str,
    /// The same in English.
    pub title_en: &'static str,
    /// A grid worker's grid.
    pub area: Option<AreaId>,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Its first day.
    pub from_day: Day,
}

/// A line of the page that lists the demo accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Who; signs in with the phone.
    pub person: Person,
    /// As what, and with which roles.
    pub post: Post,
    /// Where.
    pub org: Org,
}

/// The day on which the city's areas, orgs and posts begin: before the first request of the demo.
pub fn founded() -> Day {
    Day::from_ymd(2017, 1, 3).unwrap_or(Day(0))
}

/// The city of a seed as it is on a day. The day only says until which year grants are paid.
pub fn city(seed: u64, day: Day) -> City {
    let dice = Dice::new(seed);
    let born = founded().start();
    let mut city = City {
        areas: Vec::new(),
        buildings: Vec::new(),
        places: Vec::new(),
        orgs: Vec::new(),
        people: Vec::new(),
        posts: Vec::new(),
        grants: Vec::new(),
        premises: Vec::new(),
        members: Vec::new(),
    };
    areas::build(&mut city, &dice, born);
    people::build(&mut city, &dice, born);
    records::build(&mut city, &dice, day);
    city
}

impl City {
    /// The areas of a tier, in the order of their codes.
    pub fn tier(&self, tier: Tier) -> impl Iterator<Item = &Area> {
        self.areas.iter().filter(move |area| area.tier == tier)
    }

    /// An area by its key.
    pub fn area(&self, id: AreaId) -> Option<&Area> {
        self.areas.iter().find(|area| area.id == id)
    }

    /// What lies directly in an area.
    pub fn children(&self, parent: AreaId) -> impl Iterator<Item = &Area> {
        self.areas.iter().filter(move |area| area.parent == Some(parent))
    }

    /// The buildings of a compound, with their areas.
    pub fn buildings_of(&self, compound: usize) -> impl Iterator<Item = (&Building, &Area)> {
        self.buildings
            .iter()
            .zip(self.tier(Tier::Building))
            .filter(move |(building, _)| building.compound == compound)
    }

    /// An org by its name.
    pub fn org_named(&self, name: &str) -> Option<&Org> {
        self.orgs.iter().find(|org| org.name == name)
    }

    /// The office that leads an area.
    pub fn office_of(&self, area: AreaId) -> Option<&Org> {
        self.orgs.iter().find(|org| org.kind == OrgKind::Office && org.leads == Some(area))
    }

    /// Accounts to try the demo with: the whole city desk, one street, one of its communities with a grid worker, and
    /// two of the city's units.
    pub fn accounts(&self) -> Vec<Account> {
        let shown = [
            "海阳市12345受理中心",
            "方圆街道办事处",
            "海韵社区居民委员会",
            "市路灯管理所",
            "市综合行政执法局",
        ];
        let mut grid_workers = 0;
        let mut accounts = Vec::new();
        for (person, post) in self.people.iter().zip(&self.posts) {
            let Some(org) = self.orgs.iter().find(|org| org.id == post.org) else { continue };
            grid_workers += usize::from(post.area.is_some());
            let first_grid_worker = post.area.is_none() || grid_workers == 1;
            if shown.contains(&org.name.as_str()) && first_grid_worker {
                accounts.push(Account { person: person.clone(), post: post.clone(), org: org.clone() });
            }
        }
        accounts
    }
}
