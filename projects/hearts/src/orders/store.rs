use crate::services::{ChoiceId, ItemId};
use linli_authz::Scope;
use linli_base::{CaseId, Day, Result};
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
    }
}

statements! {
    pub(super) ORDER_ADD(unscoped "belongs to the case that is being opened") =
        "INSERT INTO service_order (case_id, item_id, choice_id, wanted_day, wanted_part) VALUES ($1, $2, $3, $4, $5)";
    pub(super) ORDERS(unscoped "the cases were read under a scope just before") =
        "SELECT o.case_id, o.item_id, o.choice_id, o.wanted_day, o.wanted_part, i.name, i.name_en, i.group_key, c.way
         FROM service_order o JOIN service_item i ON i.id = o.item_id JOIN service_choice c ON c.id = o.choice_id
         WHERE o.case_id IN {list:1}";
}

/// What these orders were made of; the caller has read them under a scope.
pub async fn of(q: &mut impl Query, cases: impl IntoIterator<Item = CaseId>) -> Result<Vec<OrderRow>> {
    let ids = Value::List(cases.into_iter().map(|id| Value::from(id.0)).collect());
    q.all(&ORDERS, &Scope::system("what orders were made of"), &[ids]).await
}
