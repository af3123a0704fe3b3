use linli_base::Flaw;
use linli_i18n::{Lang, Words};

/// The flaws of a form in words. Empty on a form that is shown for the first time.
#[derive(Clone, Debug, Default)]
pub struct Flaws(Vec<(String, String)>);

impl Flaws {
    /// Puts flaws into words: their code under `flaw.`.
    pub fn new(words: &Words, lang: Lang, flaws: &[Flaw]) -> Self {
        let line =
            |flaw: &Flaw| (flaw.field.clone(), words.text(lang, &format!("flaw.{}", flaw.code), &flaw.args));
        Flaws(flaws.iter().map(line).collect())
    }

    /// What is wrong with this field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, text)| text.as_str())
    }

    /// Field and words, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, text)| (field.as_str(), text.as_str()))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// None?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
