//! Computes what a cell shows. Functions carried out: see `call`; others are `#NAME?`, as an unknown one is.

use jiff::civil::{Date, Time};

use crate::google::a1;
use crate::google::document::Document;
use crate::google::formula::parse::{Expr, parse};
use crate::google::grid::Entered;
use crate::google::number_format::{self, Kind};
use crate::google::serial;

/// How long a chain of formulas may be; a longer one, or a circle, is `#REF!`.
const CHAIN_MAX: usize = 64;

/// What a cell amounts to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Computed {
    /// Nothing.
    Empty,
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// An error, as it is shown (`#REF!`).
    Error(&'static str),
}

/// The value of a cell.
pub(crate) fn value_of(document: &Document, sheet: usize, row: usize, column: usize) -> Computed {
    Evaluation { document, sheet, chain: 0 }.cell(sheet, row, column)
}

/// Where a formula of the form `=HYPERLINK(address, …)` leads.
pub(crate) fn link_of(document: &Document, sheet: usize, formula: &str) -> Option<String> {
    let Expr::Call(name, arguments) = parse(formula, &document.locale())? else { return None };
    if name != "HYPERLINK" {
        return None;
    }
    match (Evaluation { document, sheet, chain: 0 }).eval(arguments.first()?) {
        Computed::Text(address) => Some(address),
        _ => None,
    }
}

struct Evaluation<'a> {
    document: &'a Document,
    sheet: usize,
    chain: usize,
}

type Outcome<T> = Result<T, &'static str>;

impl Evaluation<'_> {
    fn cell(&self, sheet: usize, row: usize, column: usize) -> Computed {
        let Some(cell) = self.document.sheets[sheet].cell(row, column) else { return Computed::Empty };
        match &cell.entered {
            Entered::Empty => Computed::Empty,
            Entered::Number(n) => Computed::Number(*n),
            Entered::Text(t) => Computed::Text(t.clone()),
            Entered::Bool(b) => Computed::Bool(*b),
            Entered::Formula(_) if self.chain >= CHAIN_MAX => Computed::Error("#REF!"),
            Entered::Formula(formula) => match parse(formula, &self.document.locale()) {
                None => Computed::Error("#ERROR!"),
                Some(expr) => Evaluation { document: self.document, sheet, chain: self.chain + 1 }.eval(&expr),
            },
        }
    }

    fn eval(&self, expr: &Expr) -> Computed {
        self.try_eval(expr).unwrap_or_else(Computed::Error)
    }

    fn try_eval(&self, expr: &Expr) -> Outcome<Computed> {
        Ok(match expr {
            Expr::Number(n) => Computed::Number(*n),
            Expr::Text(t) => Computed::Text(t.clone()),
            Expr::Bool(b) => Computed::Bool(*b),
            Expr::Missing => Computed::Empty,
            Expr::Negative(inner) => Computed::Number(-self.number(inner)?),
            Expr::Percent(inner) => Computed::Number(self.number(inner)? / 100.0),
            Expr::Block(..) | Expr::Name(_) => {
                let (sheet, row, column, _, _) = self.area(expr)?;
                self.cell(sheet, row, column)
            }
            Expr::Binary("&", left, right) => Computed::Text(self.text(left)? + &self.text(right)?),
            Expr::Binary(sign @ ("=" | "<>" | "<" | ">" | "<=" | ">="), left, right) => {
                Computed::Bool(compare(sign, &self.sound(left)?, &self.sound(right)?))
            }
            Expr::Binary(sign, left, right) => Computed::Number(arithmetic(sign, self.number(left)?, self.number(right)?)?),
            Expr::Call(name, arguments) => self.call(name, arguments)?,
        })
    }

    /// The value, errors passed on.
    fn sound(&self, expr: &Expr) -> Outcome<Computed> {
        match self.try_eval(expr)? {
            Computed::Error(error) => Err(error),
            value => Ok(value),
        }
    }

    fn number(&self, expr: &Expr) -> Outcome<f64> {
        match self.sound(expr)? {
            Computed::Number(n) => Ok(n),
            Computed::Bool(b) => Ok(f64::from(u8::from(b))),
            Computed::Text(t) => t.trim().parse().map_err(|_| "#VALUE!"),
            _ => Ok(0.0),
        }
    }

    fn text(&self, expr: &Expr) -> Outcome<String> {
        Ok(match self.sound(expr)? {
            Computed::Number(n) => number_format::plain(n, &self.document.locale()),
            Computed::Text(t) => t,
            Computed::Bool(b) => b.to_string().to_uppercase(),
            Computed::Empty | Computed::Error(_) => String::new(),
        })
    }

    fn truth(&self, expr: &Expr) -> Outcome<bool> {
        match self.sound(expr)? {
            Computed::Bool(b) => Ok(b),
            Computed::Number(n) => Ok(n != 0.0),
            Computed::Empty => Ok(false),
            _ => Err("#VALUE!"),
        }
    }

    /// The block that an expression names: tab, first row and column, ends.
    fn area(&self, expr: &Expr) -> Outcome<(usize, usize, usize, usize, usize)> {
        let (sheet, block) = match expr {
            Expr::Block(title, block) => {
                let sheet = match title {
                    None => self.sheet,
                    Some(title) => self.document.sheet_titled(title).ok_or("#REF!")?,
                };
                (sheet, *block)
            }
            Expr::Name(name) => self.document.named(name).ok_or("#NAME?")?,
            _ => return Err("#VALUE!"),
        };
        let grid = &self.document.sheets[sheet];
        let a1::Block { row, column, row_end, column_end, .. } = block;
        if row >= grid.rows.len() || column >= grid.columns.len() {
            return Err("#REF!");
        }
        let row_end = row_end.unwrap_or(usize::MAX).min(grid.rows.len());
        let column_end = column_end.unwrap_or(usize::MAX).min(grid.columns.len());
        Ok((sheet, row, column, row_end, column_end))
    }

    /// All values of the arguments, blocks gone through; errors end it.
    fn spread(&self, arguments: &[Expr]) -> Outcome<Vec<Computed>> {
        let mut out = Vec::new();
        for argument in arguments {
            if !matches!(argument, Expr::Block(..) | Expr::Name(_)) {
                out.push(self.sound(argument)?);
                continue;
            }
            let (sheet, row, column, row_end, column_end) = self.area(argument)?;
            for r in row..row_end {
                let len = self.document.sheets[sheet].rows[r].cells.len();
                for c in column..column_end.min(len) {
                    match self.cell(sheet, r, c) {
                        Computed::Error(error) => return Err(error),
                        Computed::Empty => {}
                        value => out.push(value),
                    }
                }
            }
        }
        Ok(out)
    }

    fn numbers(&self, arguments: &[Expr]) -> Outcome<Vec<f64>> {
        let values = self.spread(arguments)?;
        Ok(values.into_iter().filter_map(|v| if let Computed::Number(n) = v { Some(n) } else { None }).collect())
    }

    fn call(&self, name: &str, arguments: &[Expr]) -> Outcome<Computed> {
        let first = || arguments.first().ok_or("#N/A");
        let second = || arguments.get(1).ok_or("#N/A");
        let third = || arguments.get(2).ok_or("#N/A");
        Ok(match name {
            "SUM" => Computed::Number(self.numbers(arguments)?.iter().sum()),
            "COUNT" => Computed::Number(length(self.numbers(arguments)?.len())),
            "COUNTA" => Computed::Number(length(self.spread(arguments)?.len())),
            "AVERAGE" => {
                let list = self.numbers(arguments)?;
                Computed::Number(arithmetic("/", list.iter().sum(), length(list.len()))?)
            }
            "MIN" => Computed::Number(self.numbers(arguments)?.into_iter().reduce(f64::min).unwrap_or(0.0)),
            "MAX" => Computed::Number(self.numbers(arguments)?.into_iter().reduce(f64::max).unwrap_or(0.0)),
            "COUNTIF" => {
                let wanted = self.sound(second()?)?;
                let list = self.spread(std::slice::from_ref(first()?))?;
                Computed::Number(length(list.iter().filter(|v| compare("=", v, &wanted)).count()))
            }
            "IF" => match (self.truth(first()?)?, arguments.get(1), arguments.get(2)) {
                (true, Some(then), _) => self.try_eval(then)?,
                (false, _, Some(otherwise)) => self.try_eval(otherwise)?,
                (yes, _, _) => Computed::Bool(yes),
            },
            "IFERROR" => match self.eval(first()?) {
                Computed::Error(_) => arguments.get(1).map_or(Computed::Empty, |e| self.eval(e)),
                value => value,
            },
            "AND" => Computed::Bool(arguments.iter().map(|e| self.truth(e)).collect::<Outcome<Vec<_>>>()?.iter().all(|b| *b)),
            "OR" => Computed::Bool(arguments.iter().map(|e| self.truth(e)).collect::<Outcome<Vec<_>>>()?.iter().any(|b| *b)),
            "NOT" => Computed::Bool(!self.truth(first()?)?),
            "ISBLANK" => Computed::Bool(self.eval(first()?) == Computed::Empty),
            "ROUND" => {
                let places = arguments.get(1).map_or(Ok(0.0), |e| self.number(e))?;
                let scale = 10f64.powf(places);
                Computed::Number((self.number(first()?)? * scale).round() / scale)
            }
            "INT" => Computed::Number(self.number(first()?)?.floor()),
            "ABS" => Computed::Number(self.number(first()?)?.abs()),
            "MOD" => {
                let (value, by) = (self.number(first()?)?, self.number(second()?)?);
                Computed::Number(value - by * arithmetic("/", value, by)?.floor())
            }
            "CONCATENATE" | "CONCAT" => {
                Computed::Text(arguments.iter().map(|e| self.text(e)).collect::<Outcome<Vec<_>>>()?.concat())
            }
            "LEN" => Computed::Number(length(self.text(first()?)?.chars().count())),
            "UPPER" => Computed::Text(self.text(first()?)?.to_uppercase()),
            "LOWER" => Computed::Text(self.text(first()?)?.to_lowercase()),
            "TRIM" => Computed::Text(self.text(first()?)?.split_whitespace().collect::<Vec<_>>().join(" ")),
            "TEXT" => {
                let pattern = self.text(second()?)?;
                let kind = if pattern.contains(['d', 'y', 'h', 'm']) { Kind::DateTime } else { Kind::Number };
                Computed::Text(number_format::show(self.number(first()?)?, kind, &pattern, &self.document.locale()))
            }
            "HYPERLINK" => match arguments.get(1) {
                Some(label) => self.try_eval(label)?,
                None => Computed::Text(self.text(first()?)?),
            },
            "DATE" => {
                let part = |e: Outcome<&Expr>| Ok::<i64, &'static str>(serial::whole(self.number(e?)?));
                let (year, month, day) = (part(first())?, part(second())?, part(third())?);
                let of = |v: i64| i8::try_from(v).map_err(|_| "#NUM!");
                let date = i16::try_from(year)
                    .map_err(|_| "#NUM!")
                    .and_then(|y| Date::new(y, of(month)?, of(day)?).map_err(|_| "#NUM!"))?;
                Computed::Number(serial::of_date(date))
            }
            "TIME" => {
                let part = |e: Outcome<&Expr>| i8::try_from(serial::whole(self.number(e?)?)).map_err(|_| "#NUM!");
                let time = Time::new(part(first())?, part(second())?, part(third())?, 0).map_err(|_| "#NUM!")?;
                Computed::Number(serial::of_time(time))
            }
            "TODAY" => Computed::Number(serial::of_date(self.document.now.date())),
            "NOW" => Computed::Number(serial::of_datetime(self.document.now)),
            "ARRAYFORMULA" => self.try_eval(first()?)?,
            "IMPORTXML" | "IMPORTRANGE" | "IMPORTDATA" | "IMPORTHTML" | "IMPORTFEED" => return Err("#REF!"),
            "IMAGE" => Computed::Empty,
            "NA" => return Err("#N/A"),
            _ => return Err("#NAME?"),
        })
    }
}

fn length(count: usize) -> f64 {
    serial::real(i64::try_from(count).unwrap_or(i64::MAX))
}

fn arithmetic(sign: &str, left: f64, right: f64) -> Outcome<f64> {
    let value = match sign {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" if right == 0.0 => return Err("#DIV/0!"),
        "/" => left / right,
        _ => left.powf(right),
    };
    if value.is_finite() { Ok(value) } else { Err("#NUM!") }
}

fn compare(sign: &str, left: &Computed, right: &Computed) -> bool {
    let order = order(left, right);
    match sign {
        "=" => order.is_eq(),
        "<>" => order.is_ne(),
        "<" => order.is_lt(),
        ">" => order.is_gt(),
        "<=" => order.is_le(),
        _ => order.is_ge(),
    }
}

/// Numbers before text before truth values before errors; text without case. Nothing equals zero and empty text.
pub(crate) fn order(left: &Computed, right: &Computed) -> std::cmp::Ordering {
    let rank = |v: &Computed| match v {
        Computed::Number(_) | Computed::Empty => 0,
        Computed::Text(_) => 1,
        Computed::Bool(_) => 2,
        Computed::Error(_) => 3,
    };
    match (left, right) {
        (Computed::Number(a), Computed::Number(b)) => a.total_cmp(b),
        (Computed::Text(a), Computed::Text(b)) => a.to_lowercase().cmp(&b.to_lowercase()),
        (Computed::Bool(a), Computed::Bool(b)) => a.cmp(b),
        (Computed::Empty, Computed::Text(b)) => "".cmp(b.as_str()),
        (Computed::Text(a), Computed::Empty) => a.as_str().cmp(""),
        (Computed::Empty, Computed::Number(b)) => 0f64.total_cmp(b),
        (Computed::Number(a), Computed::Empty) => a.total_cmp(&0.0),
        _ => rank(left).cmp(&rank(right)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::google::document::Document;
    use crate::google::grid::Entered;

    fn check(formula: &str, locale: &str, expect: &Computed) {
        let mut document = Document::empty("id", "t", locale, "Etc/GMT");
        document.sheets[0].cell_mut(0, 1).enter(Entered::Number(4.0));
        document.sheets[0].cell_mut(1, 1).enter(Entered::text("x"));
        document.sheets[0].cell_mut(5, 5).enter(Entered::Formula(formula.to_owned()));
        assert_eq!(value_of(&document, 0, 5, 5), *expect, "{formula}");
    }

    #[test]
    fn formulas_are_computed() {
        check("=4/2", "en_US", &Computed::Number(2.0));
        check("= 1 / 1024", "en_US", &Computed::Number(1.0 / 1024.0));
        check("=1+2*3^2-(4)", "en_US", &Computed::Number(15.0));
        check("=SUM(B1:B3)+$B$1", "en_US", &Computed::Number(8.0));
        check("=Sheet1!B2&\"!\"", "en_US", &Computed::Text("x!".into()));
        check("=IF('Sheet1'!B1>3;\"ya\";\"tidak\")", "in_ID", &Computed::Text("ya".into()));
        check("=SUM(1,5;2)", "in_ID", &Computed::Number(3.5));
        check("=1/0", "en_US", &Computed::Error("#DIV/0!"));
        check("=IMPORTXML(\"http://x\",\"//a\")", "en_US", &Computed::Error("#REF!"));
        check("=nosuch(1)", "en_US", &Computed::Error("#NAME?"));
        check("=1 +", "en_US", &Computed::Error("#ERROR!"));
        check("=F6", "en_US", &Computed::Error("#REF!"));
        check("=HYPERLINK(\"http://x\",\"here\")", "en_US", &Computed::Text("here".into()));
        check("=Missing!A1", "en_US", &Computed::Error("#REF!"));
    }
}
