//! Tests of personal data and its end.
