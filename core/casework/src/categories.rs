use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// The city's tree of categories: our own, with the row numbers of the public tree it maps to.
#[derive(Debug)]
pub struct Categories {
    groups: Vec<Group>,
    by_key: BTreeMap<String, Category>,
    by_row: BTreeMap<i64, String>,
}

/// One first-level category with what it holds.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its key.
    pub key: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// The keys of its categories, in order.
    pub categories: Vec<String>,
}

/// One category.
#[derive(Debug, Clone)]
pub struct Category {
    /// Its key, such as `road.lamp`; stored on cases.
    pub key: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
}

#[derive(Deserialize)]
struct Written {
    group: Vec<WrittenGroup>,
}

#[derive(Deserialize)]
struct WrittenGroup {
    key: String,
    zh: String,
    en: String,
    category: Vec<WrittenCategory>,
}

#[derive(Deserialize)]
struct WrittenCategory {
    key: String,
    zh: String,
    en: String,
    #[serde(default)]
    rows: Vec<i64>,
}

impl Categories {
    /// Reads `categories.toml`.
    pub fn read(text: &str) -> Result<Categories, toml::de::Error> {
        let written: Written = toml::from_str(text)?;
        let (mut groups, mut by_key, mut by_row) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for group in written.group {
            let mut keys = Vec::new();
            for category in group.category {
                by_row.extend(category.rows.iter().map(|row| (*row, category.key.clone())));
                keys.push(category.key.clone());
                let WrittenCategory { key, zh, en, .. } = category;
                by_key.insert(key.clone(), Category { key, zh, en });
            }
            groups.push(Group { key: group.key, zh: group.zh, en: group.en, categories: keys });
        }
        Ok(Categories { groups, by_key, by_row })
    }

    /// The tree that the program brings.
    pub fn builtin() -> &'static Categories {
        static TREE: LazyLock<Categories> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "committed beside this file and read in a test")]
            Categories::read(include_str!("../categories.toml")).expect("categories.toml is sound")
        });
        &TREE
    }

    /// First-level categories in order.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The category of a key.
    pub fn get(&self, key: &str) -> Option<&Category> {
        self.by_key.get(key)
    }

    /// The category that a row of the public tree maps to.
    pub fn of_row(&self, row: i64) -> Option<&str> {
        self.by_row.get(&row).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        let tree = Categories::read(include_str!("../categories.toml")).unwrap();
        let count = tree.groups().iter().map(|group| group.categories.len()).sum::<usize>();
        assert_eq!(count, tree.by_key.len(), "each key once");
        for (group, key) in
            tree.groups().iter().flat_map(|g| g.categories.iter().map(move |key| (&g.key, key)))
        {
            assert!(key.starts_with(&format!("{group}.")), "{key}");
        }
        assert_eq!(tree.of_row(7), Some("road.lamp"));
        assert_eq!(tree.get("road.lamp").unwrap().zh, "路灯");
    }
}
