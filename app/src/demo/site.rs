use super::{
    city::{Area, City, Org, Place, PlaceKind},
    dice::Dice,
    templates::Spot,
};
use linli_authz::Tier;
use linli_base::Point;

const GATES: [&str; 7] = ["东门", "南门", "西门", "北门", "车棚旁", "小广场", "物业门口"];
const STRETCHES: [&str; 3] = ["东头", "中段", "西头"];
const NUMBERS: [&str; 5] = ["两", "三", "四", "五", "六"];
const SINCE: [&str; 9] =
    ["昨天", "前天", "昨天晚上", "前天晚上", "上周末", "三四天前", "这两天", "上个礼拜", "前几天"];

/// Where a story plays, with the words for its slots.
pub(super) struct Site<'a> {
    pub office: &'a Org,
    pub grid: &'a Area,
    pub point: Point,
    pub place: String,
    words: Vec<(&'static str, String)>,
}

impl<'a> Site<'a> {
    /// Somewhere in the city; `None` only for a city without compounds.
    pub(super) fn draw(city: &'a City, dice: &Dice, spot: Spot) -> Option<Site<'a>> {
        let of_kind = |kind| city.places.iter().enumerate().filter(move |(_, place)| place.kind == kind);
        let compounds: Vec<(usize, &Place)> = of_kind(PlaceKind::Compound).collect();
        let (index, compound) = *dice.pick(&compounds);
        let near =
            |kind| of_kind(kind).filter(|(_, place)| place.area == compound.area).map(|(_, place)| place);
        let (building, block) = *dice.pick(&city.buildings_of(index).collect::<Vec<_>>());
        let grid = city.tier(Tier::Grid).find(|grid| block.parent == Some(grid.id))?;
        let road = near(PlaceKind::Road).next()?;
        let (park, market) = (near(PlaceKind::Spot).next()?, near(PlaceKind::Spot).nth(1)?);
        let (place, point) = match spot {
            Spot::Building => (format!("{}{}单元", block.name, 1 + dice.below(building.units)), block.point),
            Spot::Gate => (format!("{}{}", compound.name, dice.pick(&GATES)), block.point),
            Spot::Crossing => (crossing(city, dice, compound, road), grid.point),
        };
        let words = vec![
            ("{place}", place.clone()),
            ("{compound}", compound.name.clone()),
            ("{road}", road.name.clone()),
            ("{park}", park.name.clone()),
            ("{market}", market.name.clone()),
            ("{n}", (*dice.pick(&NUMBERS)).to_owned()),
            ("{when}", (*dice.pick(&SINCE)).to_owned()),
        ];
        Some(Site { office: city.office_of(compound.area)?, grid, point, place, words })
    }

    /// The text with its slots filled.
    pub(super) fn fill(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (slot, word)| text.replace(slot, word))
    }
}

/// A crossing with the road of another community of the same street, or a stretch of the road.
fn crossing(city: &City, dice: &Dice, compound: &Place, road: &Place) -> String {
    let street = city.area(compound.area).and_then(|community| community.parent);
    let others: Vec<&Place> = city
        .places
        .iter()
        .filter(|place| place.kind == PlaceKind::Road && place.area != compound.area)
        .filter(|place| city.area(place.area).and_then(|community| community.parent) == street)
        .collect();
    match dice.below(3) {
        0 => format!("{}{}", road.name, dice.pick(&STRETCHES)),
        1 => format!("{}{}门前", road.name, compound.name),
        _ => format!("{}与{}路口", road.name, dice.pick(&others).name),
    }
}
