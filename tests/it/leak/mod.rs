//! What must not come out: who complained, by whatever way it is asked for; and that there is anything at all in a place
//! that is not one's own.

mod crawl;
mod foreign;
mod probe;
