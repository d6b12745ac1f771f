//! The fonts pictures are written with: a value that whoever may read files makes.

use std::fmt;
use std::sync::Arc;

use resvg::usvg::fontdb::{Database, Family, Query};

/// In this order: one font that has the letters of both languages, then whatever is usual.
const LIKED: [&str; 10] = [
    "Noto Sans TC",
    "Noto Sans CJK TC",
    "Source Han Sans TC",
    "PingFang TC",
    "Microsoft JhengHei",
    "Noto Sans",
    "DejaVu Sans",
    "Liberation Sans",
    "Arial",
    "Helvetica",
];

/// Fonts in the order in which they are to be used. Cheap to share.
#[derive(Clone)]
pub struct Fonts {
    pub(super) database: Arc<Database>,
}

impl Fonts {
    pub fn new(mut database: Database) -> Self {
        let liked = LIKED.iter().map(|name| (*name).to_owned());
        let any = database.faces().flat_map(|face| face.families.iter().map(|(name, _)| name.clone()));
        let found = liked.chain(any).find(|name| {
            let families = [Family::Name(name)];
            database.query(&Query { families: &families, ..Query::default() }).is_some()
        });
        if let Some(name) = found {
            // The last resort of every font that a picture names.
            database.set_sans_serif_family(name.clone());
            database.set_serif_family(name);
        }
        Self { database: Arc::new(database) }
    }

    pub fn is_empty(&self) -> bool {
        self.database.is_empty()
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fonts").field("faces", &self.database.len()).finish()
    }
}
