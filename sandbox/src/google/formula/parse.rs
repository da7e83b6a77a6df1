//! Builds the tree of a formula.

use crate::google::a1;
use crate::google::formula::lex::{Kind, Token, tokens};
use crate::google::locale::Locale;

/// How deep parentheses and calls may nest.
const DEPTH_MAX: usize = 64;

/// A formula's tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// A block of cells, in another tab if one is named.
    Block(Option<String>, a1::Block),
    /// A named range.
    Name(String),
    /// A function, in upper case, with its arguments.
    Call(String, Vec<Expr>),
    /// Minus.
    Negative(Box<Expr>),
    /// Hundredth.
    Percent(Box<Expr>),
    /// Two sides and what is between them.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// An argument left out.
    Missing,
}

/// The tree of a formula, or `None` if it does not parse (`#ERROR!`).
pub(crate) fn parse(formula: &str, locale: &Locale) -> Option<Expr> {
    let tokens = tokens(formula, locale)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let expr = parser.binary(0)?;
    (parser.at == tokens.len()).then_some(expr)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

/// Operators by how loosely they bind.
const LEVELS: [&[&str]; 5] = [&["=", "<>", "<", ">", "<=", ">="], &["&"], &["+", "-"], &["*", "/"], &["^"]];

impl Parser<'_> {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|t| &t.kind)
    }

    fn sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Sign(s)) if *s == wanted);
        self.at += usize::from(found);
        found
    }

    fn binary(&mut self, level: usize) -> Option<Expr> {
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(Kind::Sign(sign)) = self.peek() {
            let sign: &'static str = sign;
            if !signs.contains(&sign) {
                break;
            }
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = Expr::Binary(sign, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let expr = if self.sign("-") {
            Expr::Negative(Box::new(self.unary()?))
        } else if self.sign("+") {
            self.unary()?
        } else {
            let mut expr = self.atom()?;
            while self.sign("%") {
                expr = Expr::Percent(Box::new(expr));
            }
            expr
        };
        self.depth -= 1;
        Some(expr)
    }

    fn atom(&mut self) -> Option<Expr> {
        let kind = self.peek()?.clone();
        self.at += 1;
        Some(match kind {
            Kind::Number(value) => Expr::Number(value),
            Kind::Text(text) => Expr::Text(text),
            Kind::Reference(sheet, block) => Expr::Block(sheet, block),
            Kind::Sign("(") => {
                let inner = self.binary(0)?;
                return self.sign(")").then_some(inner);
            }
            Kind::Word(word) if self.sign("(") => Expr::Call(word.to_uppercase(), self.arguments()?),
            Kind::Word(word) if word.eq_ignore_ascii_case("true") => Expr::Bool(true),
            Kind::Word(word) if word.eq_ignore_ascii_case("false") => Expr::Bool(false),
            Kind::Word(word) => Expr::Name(word),
            Kind::Sign(_) | Kind::Separator => return None,
        })
    }

    fn arguments(&mut self) -> Option<Vec<Expr>> {
        let mut list = Vec::new();
        if self.sign(")") {
            return Some(list);
        }
        loop {
            if matches!(self.peek(), Some(Kind::Separator | Kind::Sign(")"))) {
                list.push(Expr::Missing);
            } else {
                list.push(self.binary(0)?);
            }
            if self.sign(")") {
                return Some(list);
            }
            if !matches!(self.peek(), Some(Kind::Separator)) {
                return None;
            }
            self.at += 1;
        }
    }
}
