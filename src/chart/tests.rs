//! Pictures as they are drawn: their SVG, their pixels, and what hostile texts come to.

use super::*;

#[test]
fn paints() {
    let mut database = resvg::usvg::fontdb::Database::new();
    database.load_system_fonts();
    let fonts = Fonts::new(database);
    std::fs::create_dir_all("/tmp/pictures").unwrap();
    for language in crate::i18n::Language::ALL {
        for (name, picture) in samples::samples(language) {
            let png = png(&picture, &fonts).unwrap();
            std::fs::write(format!("/tmp/pictures/{}-{name}.svg", language.tag()), svg(&picture)).unwrap();
            std::fs::write(format!("/tmp/pictures/{}-{name}.png", language.tag()), png.bytes).unwrap();
        }
    }
}
