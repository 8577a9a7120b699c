//! Single bits of the database file, flipped anywhere: found, or every row is as it was.

use super::{Copy, stopped};
use crate::process::{Records, verify};

/// How many bits are flipped, unless `LIPPEN_TAMPER_FLIPS` says otherwise.
const FLIPS: usize = 12;

#[test]
fn a_flipped_bit_is_found_or_changes_nothing() {
    let flips = std::env::var("LIPPEN_TAMPER_FLIPS").map_or(FLIPS, |text| text.parse().expect("a number"));
    let file = std::fs::read(stopped().place.file()).expect("the database");
    let whole = rows(&stopped().place.url()).expect("it opens");
    let copy = Copy::new();
    let (mut found, mut harmless) = (0, 0);
    for _ in 0..flips {
        let mut bytes = [0; 8];
        aws_lc_rs::rand::fill(&mut bytes).expect("random bytes");
        let bit = usize::try_from(u64::from_le_bytes(bytes)).expect("64 bits") % (file.len() * 8);
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(copy.0.file(), &flipped).expect("a copy");
        let (code, said) = verify(&copy.0);
        if code != 0 {
            found += 1;
            continue;
        }
        assert_eq!(said, stopped().sound);
        assert_eq!(rows(&copy.0.url()).as_ref(), Some(&whole), "bit {bit} changed a row and was not found");
        harmless += 1;
    }
    eprintln!("{flips} bits flipped: {found} found, {harmless} without any effect on a row");
}

/// Reads every row that matters, past the indexes; nothing if the file cannot be read.
fn rows(url: &str) -> Option<Vec<String>> {
    let url = url.to_owned();
    let read = std::panic::catch_unwind(|| {
        let mut records = Records::open(&url);
        let columns = "SELECT m.name || ' ' || group_concat('quote(' || c.name || ')', '||')
                         FROM sqlite_master m JOIN pragma_table_info(m.name) c
                        WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
                          AND m.name NOT IN ('hub_stamp', 'fact_version', 'audit_queue')
                        GROUP BY m.name ORDER BY m.name";
        let tables = records.texts(columns);
        let read = |one: &String| {
            let (table, columns) = one.split_once(' ').expect("two words");
            records.texts(&format!("SELECT {columns} FROM {table} NOT INDEXED ORDER BY 1"))
        };
        tables.iter().flat_map(read).collect::<Vec<_>>()
    });
    read.ok()
}
