// SPDX-License-Identifier: Apache-2.0
//
// usage: chown_rust FILE [panic]
// Gives the file to nobody, some functions deep; with `panic` in the drop of a value while a panic unwinds.
use std::os::unix::fs::chown;

struct Gives(String);

impl Drop for Gives {
    #[inline(never)]
    fn drop(&mut self) {
        give(&self.0, 3);
    }
}

#[inline(never)]
fn give(name: &str, depth: u32) -> u32 {
    if depth > 0 {
        return give(name, depth - 1) + std::hint::black_box(depth);
    }
    chown(name, Some(65534), Some(65534)).expect("chown");
    0
}

#[inline(never)]
fn each<F: FnMut(&String)>(names: &[String], mut visit: F) {
    names.iter().for_each(|name| visit(name));
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.len() > 1 {
        std::panic::set_hook(Box::new(|_| {}));
        let outcome = std::panic::catch_unwind(|| {
            let _gives = Gives(arguments[0].clone());
            panic!("on purpose");
        });
        assert!(outcome.is_err());
    } else {
        each(&arguments[..1], |name| {
            std::hint::black_box(give(name, 3));
        });
    }
}
