//! What people read of the year's reviews, in both languages, as plain words: kept, so that no change passes unseen.

use upheld::core::notice::review::whole;
use upheld::i18n::{Facts, KnownPerson, Language, Locale, speak_in_full};

use super::{YEAR, monthly};
use crate::golden_year::customers::manager;

/// One reads English, the other Chinese; what the one reads the other could read as well.
const READERS: [(&str, Language); 4] = [
    ("acme", Language::English),
    ("acme", Language::TraditionalChinese),
    ("morningstar", Language::English),
    ("morningstar", Language::TraditionalChinese),
];

#[test]
fn what_people_read_of_the_year_is_kept_in_both_languages() {
    let manager = KnownPerson { name: "Maria Conti".to_owned(), accounts: Vec::new() };
    let facts = Facts { people: [(self::manager(), manager)].into(), prose: YEAR.texts.clone() };
    let reviews = monthly(&YEAR);
    for (customer, language) in READERS {
        let documents = &reviews[&upheld::core::event::AgreementId::from(customer)];
        for (month, document) in (1..).zip(documents) {
            let locale = Locale { language, zone: document.zone };
            let text = speak_in_full(&whole(document), locale, &facts).plain_text();
            insta::assert_snapshot!(format!("golden_{customer}_{month:02}_{}", language.tag()), text);
        }
    }
}
