//! Formulas: enough of them that a cell which is a formula behaves as one.
//! Carried out: arithmetic, comparison, references, and the functions listed in `eval`. Anything that would reach out
//! to the net (`IMPORTXML`, `IMPORTRANGE`, …) is an error, as it is in the editor until access is granted.

pub(crate) mod eval;
pub(crate) mod lex;
pub(crate) mod parse;
pub(crate) mod rewrite;
