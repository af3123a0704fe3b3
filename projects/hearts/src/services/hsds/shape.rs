//! What the export says, field by field as HSDS 3.1 names them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The most that a page holds, and how many where nothing is said.
const MOST: i64 = 200;
const USUAL: i64 = 50;

/// What this API is.
#[derive(Serialize, ToSchema)]
pub(super) struct About {
    /// Of HSDS.
    pub version: &'static str,
    /// What it keeps to.
    pub profile: &'static str,
    pub openapi_url: String,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct PageOf<T> {
    pub total_items: i64,
    pub total_pages: i64,
    /// From 1.
    pub page_number: i64,
    /// How many are on this page.
    pub size: i64,
    pub first_page: bool,
    pub last_page: bool,
    pub empty: bool,
    pub contents: Vec<T>,
}

/// What an org does.
#[derive(Serialize, ToSchema)]
pub(super) struct Service {
    /// That of the claim.
    pub id: Uuid,
    pub organization_id: Uuid,
    pub name: String,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternate_name: Option<String>,
    /// What it must be like, how often, and what the org brings.
    pub description: String,
    pub url: String,
    /// `active`, or `inactive` where the community does not use the item.
    pub status: &'static str,
    pub fees_description: String,
    /// When it was vetted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assured_date: Option<String>,
    pub organization: Organization,
    /// In a list it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(flatten)]
    pub full: Option<Full>,
}

/// What only one service, asked for by itself, has.
#[derive(Serialize, ToSchema)]
pub(super) struct Full {
    pub cost_options: Vec<CostOption>,
    pub service_areas: Vec<ServiceArea>,
    pub attributes: Vec<Attribute>,
}

/// A line of the price list.
#[derive(Serialize, ToSchema)]
pub(super) struct CostOption {
    pub id: Uuid,
    pub service_id: Uuid,
    pub option: String,
    /// ISO 4217.
    pub currency: &'static str,
    /// In yuan.
    pub amount: f64,
}

/// Where it can be had.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceArea {
    pub id: Uuid,
    pub service_id: Uuid,
    pub name: String,
}

/// What it belongs to.
#[derive(Serialize, ToSchema)]
pub(super) struct Attribute {
    pub id: Uuid,
    pub link_id: Uuid,
    pub link_entity: &'static str,
    pub link_type: &'static str,
    pub taxonomy_term_id: Uuid,
    pub taxonomy_term: Term,
}

/// A category 大类, a group 小类, a heart 五心 or a way 方式.
#[derive(Serialize, ToSchema)]
pub(super) struct Term {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Uuid>,
    pub taxonomy: &'static str,
    pub language: &'static str,
}

/// Who does something.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Organization {
    pub id: Uuid,
    pub name: String,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternate_name: Option<String>,
    /// What kind of org it is.
    pub description: String,
    pub phones: Vec<Number>,
}

/// The number of its desk.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Number {
    pub id: Uuid,
    pub number: String,
}

/// Which page of a list.
#[derive(Deserialize)]
pub(super) struct Asked {
    pub page: Option<i64>,
    pub per_page: Option<i64>,
}

impl Asked {
    pub fn page(&self) -> i64 {
        self.page.unwrap_or(1).clamp(1, 1_000_000)
    }

    pub fn size(&self) -> i64 {
        self.per_page.unwrap_or(USUAL).clamp(1, MOST)
    }

    pub fn of<T>(&self, total_items: i64, contents: Vec<T>) -> PageOf<T> {
        let (page_number, total_pages) = (self.page(), (total_items + self.size() - 1) / self.size());
        PageOf {
            total_items,
            total_pages,
            page_number,
            size: i64::try_from(contents.len()).unwrap_or(0),
            first_page: page_number == 1,
            last_page: page_number >= total_pages,
            empty: contents.is_empty(),
            contents,
        }
    }
}
