//! The command line.

fn main() {
    println!("liufang {}", env!("CARGO_PKG_VERSION"));
}
