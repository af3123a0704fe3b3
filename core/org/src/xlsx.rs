//! Lists as an Excel workbook: a bold first row that stays, columns wide enough, numbers as numbers.

use linli_base::{Problem, Result};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A sheet of a workbook.
pub struct Sheet {
    /// At most 31 characters.
    pub name: String,
    /// The first row.
    pub heads: Vec<String>,
    /// The others. A cell that reads as a plain number is one; whatever begins otherwise is text, never a formula.
    pub rows: Vec<Vec<String>>,
}

/// What Excel takes for the type of such a file.
pub const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The workbook's bytes.
pub fn file(sheets: &[Sheet]) -> Result<Vec<u8>> {
    write(sheets).map_err(|e| Problem::broken("writing a workbook", e))
}

fn write(sheets: &[Sheet]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(sheet.name.chars().take(31).collect::<String>())?;
        page.set_freeze_panes(1, 0)?;
        for (head, col) in sheet.heads.iter().zip(0..) {
            page.write_string_with_format(0, col, head, &bold)?;
            page.set_column_width(col, width(sheet, usize::from(col)))?;
        }
        for (cells, row) in sheet.rows.iter().zip(1..) {
            for (cell, col) in cells.iter().zip(0..) {
                match number(cell) {
                    Some(number) => page.write_number(row, col, number)?,
                    None => page.write_string(row, col, cell)?,
                };
            }
        }
    }
    book.save_to_buffer()
}

/// A plain number: no leading zero that would be lost, as a phone or a code has.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.') && digits.len() < 15;
    let whole = digits.starts_with(|c: char| c.is_ascii_digit())
        && (!digits.starts_with('0') || digits.len() == 1 || digits.starts_with("0."));
    if plain && whole { text.parse().ok() } else { None }
}

/// Wide enough for the widest of the first rows; a Chinese character takes two.
fn width(sheet: &Sheet, col: usize) -> f64 {
    let wide = |text: &String| text.chars().map(|c| if c.is_ascii() { 1_u32 } else { 2 }).sum::<u32>();
    let cells = sheet.rows.iter().take(200).filter_map(|row| row.get(col));
    let widest = sheet.heads.get(col).into_iter().chain(cells).map(wide).max().unwrap_or(8);
    f64::from(widest.clamp(6, 60)) + 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_and_nothing_is_a_formula() {
        assert_eq!(number("85.1"), Some(85.1));
        assert_eq!(number("0"), Some(0.0));
        for text in ["", "007", "260929-0021", "=1+1", "1e5", "不比较", "-", "."] {
            assert_eq!(number(text), None, "{text}");
        }
        let sheet = Sheet {
            name: "数字".into(),
            heads: vec!["街道".into(), "解决率".into()],
            rows: vec![vec!["=HYPERLINK(1)".into(), "85.1".into()]],
        };
        let bytes = file(&[sheet]).unwrap();
        assert!(bytes.starts_with(b"PK"), "a zip, as Excel wants it");
    }
}
