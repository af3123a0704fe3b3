use crate::services::{ChoiceId, ItemId};
use linli_authz::Scope;
use linli_base::{AreaId, CaseId, Day, Result};
use linli_store::{Query, Value, row, statements};

row! {
    /// What an order was made of.
    pub struct OrderRow {
        pub case_id: CaseId,
        pub item_id: ItemId,
        pub choice_id: ChoiceId,
        pub wanted_day: Option<Day>,
        pub wanted_part: Option<String>,
        pub item: String,
        pub item_en: Option<String>,
        pub group_key: String,
        pub way: String,
        pub every: Option<String>,
        pub next_on: Option<Day>,
    }
}

row! {
    /// An order that comes again.
    pub(super) struct SeriesRow {
        pub case_id: CaseId,
        pub community_id: Option<AreaId>,
        pub item_id: ItemId,
        pub choice_id: ChoiceId,
        pub wanted_day: Option<Day>,
        pub wanted_part: Option<String>,
        pub every: Option<String>,
        pub until_day: Option<Day>,
    }
}

macro_rules! series {
    () => {
        "SELECT o.case_id, c.community_id, o.item_id, o.choice_id, o.wanted_day, o.wanted_part, o.every, o.until_day
         FROM service_order o JOIN cases c ON c.id = o.case_id WHERE "
    };
}

statements! {
    pub(super) ORDER_ADD(unscoped "belongs to the case that is being opened") =
        "INSERT INTO service_order (case_id, item_id, choice_id, wanted_day, wanted_part, every, until_day, next_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    pub(super) SERIES_DUE(unscoped "a job makes the orders that come again") =
        concat!(series!(), "o.next_on <= $1 ORDER BY o.next_on, o.case_id LIMIT 500");
    pub(super) SERIES(unscoped "with a step on a case that was read under a scope") =
        concat!(series!(), "o.case_id = $1 AND o.next_on IS NOT NULL");
    pub(super) SERIES_OVER(unscoped "with a step on a case that was read under a scope, or erasing") =
        "UPDATE service_order SET next_on = NULL WHERE case_id = $1";
    pub(super) ORDERS(unscoped "the cases were read under a scope just before") =
        "SELECT o.case_id, o.item_id, o.choice_id, o.wanted_day, o.wanted_part, i.name, i.name_en, i.group_key, c.way,
            o.every, o.next_on
         FROM service_order o JOIN service_item i ON i.id = o.item_id JOIN service_choice c ON c.id = o.choice_id
         WHERE o.case_id IN {list:1}";
}

/// What these orders were made of; the caller has read them under a scope.
pub async fn of(q: &mut impl Query, cases: impl IntoIterator<Item = CaseId>) -> Result<Vec<OrderRow>> {
    let ids = Value::List(cases.into_iter().map(|id| Value::from(id.0)).collect());
    q.all(&ORDERS, &Scope::system("what orders were made of"), &[ids]).await
}
