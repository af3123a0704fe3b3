use super::{ChoiceId, Heart, ItemId, Price, Terms, Way};
use linli_base::{AreaId, At, Day, PersonId, Problem, Result};
use linli_store::{row, statements};

row! {
    pub(super) struct ItemRow {
        pub id: ItemId,
        pub number: Option<i64>,
        pub community_id: Option<AreaId>,
        pub name: String,
        pub name_en: Option<String>,
        pub group_key: String,
        pub group_name: String,
        pub group_name_en: String,
        pub category_key: String,
        pub category_name: String,
        pub category_name_en: String,
    }
}

row! {
    pub(super) struct ChoiceRow {
        pub id: ChoiceId,
        pub item_id: ItemId,
        pub community_id: Option<AreaId>,
        pub used: bool,
        pub way: String,
        pub hearts: String,
        pub frequency: String,
        pub frequency_en: Option<String>,
        pub standard: String,
        pub standard_en: Option<String>,
        pub from_day: Day,
        pub to_day: Option<Day>,
        pub made_at: At,
        pub made_by: Option<PersonId>,
    }
}

row! {
    pub(super) struct PriceRow {
        pub choice_id: ChoiceId,
        pub name: String,
        pub name_en: Option<String>,
        pub fen: i64,
    }
}

row! {
    /// A group 小类 with its category.
    pub struct GroupRow {
        /// Its key.
        pub key: String,
        /// Its name.
        pub name: String,
        /// The same in English.
        pub name_en: String,
        /// The category's name.
        pub category: String,
        /// The same in English.
        pub category_en: String,
    }
}

row! { pub(super) struct ItemOwner { pub community_id: Option<AreaId> } }
row! { pub(super) struct OpenRow { pub id: ChoiceId } }
row! { pub(super) struct OrderedRow { pub item_id: ItemId, pub body: String } }
row! { pub(super) struct Many { pub many: i64 } }

statements! {
    pub(super) ANY(unscoped "the catalogue is for everybody") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM service_item LIMIT 1) AS s";
    pub(super) ITEMS(unscoped "the catalogue is for everybody") =
        "SELECT i.id, i.number, i.community_id, i.name, i.name_en, g.key, g.name, g.name_en, k.key, k.name, k.name_en
         FROM service_item i JOIN service_group g ON g.key = i.group_key
         JOIN service_category k ON k.key = g.category_key
         WHERE i.community_id IS NULL OR i.community_id = $1
         ORDER BY k.place, g.place, i.number NULLS LAST, i.id";
    pub(super) CHOICES(unscoped "the catalogue is for everybody") =
        "SELECT c.id, c.item_id, c.community_id, c.used, c.way, c.hearts, c.frequency, c.frequency_en, c.standard,
                c.standard_en, c.from_day, c.to_day, c.made_at, c.made_by FROM service_choice c
         WHERE (c.community_id IS NULL OR c.community_id = $1)
           AND c.from_day <= $2 AND (c.to_day IS NULL OR c.to_day >= $2)";
    pub(super) HISTORY(unscoped "the catalogue is for everybody") =
        "SELECT c.id, c.item_id, c.community_id, c.used, c.way, c.hearts, c.frequency, c.frequency_en, c.standard,
                c.standard_en, c.from_day, c.to_day, c.made_at, c.made_by FROM service_choice c
         WHERE c.item_id = $1 AND c.community_id IS NOT DISTINCT FROM $2 ORDER BY c.from_day DESC, c.id DESC LIMIT 50";
    pub(super) GROUPS(unscoped "the catalogue is for everybody") =
        "SELECT g.key, g.name, g.name_en, k.name, k.name_en FROM service_group g
         JOIN service_category k ON k.key = g.category_key ORDER BY k.place, g.place";
    pub(super) PRICES(unscoped "the catalogue is for everybody") =
        "SELECT p.choice_id, p.name, p.name_en, p.fen FROM service_price p
         WHERE p.choice_id IN {list:1} ORDER BY p.choice_id, p.place";
    pub(super) OWNER(unscoped "the catalogue is for everybody") =
        "SELECT i.community_id FROM service_item i WHERE i.id = $1";
    pub(super) ORDERED(unscoped "only pieces that several people wrote count, and none is shown") =
        "SELECT o.item_id, t.body FROM service_order o JOIN cases c ON c.id = o.case_id
         JOIN case_text t ON t.case_id = o.case_id
         WHERE c.shown AND c.confidential = FALSE AND t.body <> '' ORDER BY o.case_id DESC LIMIT 500";
    pub(super) OPEN(unscoped "checked before to be in reach") =
        "SELECT c.id FROM service_choice c
         WHERE c.item_id = $1 AND c.community_id IS NOT DISTINCT FROM $2 AND c.to_day IS NULL";

    pub(super) CATEGORY_ADD(unscoped "the catalogue that a city begins with") =
        "INSERT INTO service_category (key, place, name, name_en) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING";
    pub(super) GROUP_ADD(unscoped "the catalogue that a city begins with") =
        "INSERT INTO service_group (key, category_key, place, name, name_en) VALUES ($1, $2, $3, $4, $5)";
    pub(super) ITEM_ADD(unscoped "checked before to be in reach") =
        "INSERT INTO service_item (id, group_key, community_id, number, name, name_en) VALUES ($1, $2, $3, $4, $5, $6)";
    pub(super) CHOICE_ADD(unscoped "checked before to be in reach") =
        "INSERT INTO service_choice (id, item_id, community_id, used, way, hearts, frequency, frequency_en, standard,
                                     standard_en, from_day, to_day, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, $12, $13)
         ON CONFLICT DO NOTHING";
    pub(super) PRICE_ADD(unscoped "checked before to be in reach") =
        "INSERT INTO service_price (choice_id, place, name, name_en, fen) VALUES ($1, $2, $3, $4, $5)";
    pub(super) HOLD(unscoped "checked before to be in reach") =
        "UPDATE service_choice SET made_at = made_at WHERE id = $1 AND to_day IS NULL";
    pub(super) DROP_PLANNED_PRICES(unscoped "checked before to be in reach") =
        "DELETE FROM service_price WHERE choice_id IN (SELECT c.id FROM service_choice c
         WHERE c.item_id = $1 AND c.community_id IS NOT DISTINCT FROM $2 AND c.from_day >= $3
           AND (c.to_day IS NOT NULL OR c.id = $4))";
    pub(super) DROP_PLANNED(unscoped "checked before to be in reach") =
        "DELETE FROM service_choice WHERE item_id = $1 AND community_id IS NOT DISTINCT FROM $2 AND from_day >= $3
           AND (to_day IS NOT NULL OR id = $4)";
    pub(super) END(unscoped "checked before to be in reach") =
        "UPDATE service_choice SET to_day = $3 - 1
         WHERE item_id = $1 AND community_id IS NOT DISTINCT FROM $2
           AND from_day < $3 AND (to_day IS NULL OR to_day >= $3)";
}

impl ChoiceRow {
    pub(super) fn terms(&self, prices: &[PriceRow]) -> Result<Terms> {
        let odd = |what: &str| Problem::broken("reading a service's terms", what.to_owned());
        let hearts = self.hearts.split_whitespace().map(|name| Heart::parse(name).ok_or_else(|| odd(name)));
        let price =
            |row: &PriceRow| Price { name: row.name.clone(), name_en: row.name_en.clone(), fen: row.fen };
        Ok(Terms {
            used: self.used,
            way: Way::parse(&self.way).ok_or_else(|| odd(&self.way))?,
            hearts: hearts.collect::<Result<_>>()?,
            frequency: self.frequency.clone(),
            frequency_en: self.frequency_en.clone(),
            standard: self.standard.clone(),
            standard_en: self.standard_en.clone(),
            prices: prices.iter().filter(|row| row.choice_id == self.id).map(price).collect(),
        })
    }
}
