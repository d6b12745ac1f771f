//! Who may say that a text is quoted, and what holds after whatever was said.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn prose_of(id: &str) -> Prose {
    Prose { id: id.into(), sha256: String::new() }
}

fn remark_of(id: &str) -> Remark {
    Remark { text: prose_of(id), reading: None, uncovered: false }
}

fn submitted(number: u32, origin: Origin) -> Word {
    Word::Submitted {
        feedback: FeedbackNumber(number),
        kind: FeedbackKind::Feedback,
        agreement: "acme".into(),
        service: None,
        incident: None,
        text: remark_of(&format!("fb{number}")),
        attachments: None,
        origin,
        stamp: stamped(Promise::Met),
    }
}

fn allowed(text: &str, how: Quoting) -> Option<Allowed> {
    Some(Allowed { text: text.into(), how })
}

fn comment(round: u32, text: &str) -> Word {
    Word::Commented { round: RoundNumber(round), text: remark_of(text) }
}

/// FB-1 is Ada's, FB-2 Bob's, FB-3 came by a page, FB-4 is nobody's; to SUR-1 Ada and Bob answered with a comment
/// each, and for Cyd somebody wrote one down on the telephone.
fn written(identity: Identity) -> Journal {
    let mut journal = asking(survey(identity));
    let direct = || Origin::Direct("web".to_owned());
    says(&mut journal, 1, "ada", submitted(1, direct()));
    says(&mut journal, 2, "bob", submitted(2, direct()));
    says(&mut journal, 3, "", submitted(3, Origin::Page));
    says(&mut journal, 4, "", submitted(4, direct()));
    says(&mut journal, 5, "", opened(1, "acme", 5));
    for (person, text) in [("ada", "ada0"), ("bob", "bob0")] {
        says(&mut journal, 6, person, answered(1, 4, Promise::Met));
        says(&mut journal, 7, person, comment(1, text));
    }
    let told = Word::Answered {
        round: RoundNumber(1),
        respondent: Respondent::Other("cyd".into()),
        via: Via::Telephone,
        given: vec![Given::Score(3)],
        texts: [(1, remark_of("cyd0"))].into(),
        stamp: stamped(Promise::Met),
    };
    says(&mut journal, 8, "anna", told);
    journal
}

fn places() -> Vec<(Said, &'static str, &'static str)> {
    let comment = |person: &str| Said::Comment(RoundNumber(1), person.into());
    vec![
        (Said::Feedback(FeedbackNumber(1)), "ada", "fb1"),
        (Said::Feedback(FeedbackNumber(2)), "bob", "fb2"),
        (Said::Feedback(FeedbackNumber(3)), "", "fb3"),
        (comment("ada"), "ada", "ada0"),
        (comment("bob"), "bob", "bob0"),
    ]
}

#[test]
fn nothing_may_be_quoted_that_nobody_allowed_and_each_only_by_its_writer() {
    let mut journal = written(Identity::Named);
    assert_eq!(journal.state.voice.quotable(), []);
    for (said, writer, text) in places() {
        assert!(!journal.state.voice.is_decided(&text.into()));
        for other in ["ada", "bob", "anna", ""].into_iter().filter(|other| *other != writer) {
            let word = Word::Quotable { said: said.clone(), allowed: allowed(text, Quoting::Unnamed) };
            says(&mut journal, 10, other, word);
            assert_eq!(journal.state.voice.quoting(&text.into()), None, "{text} by {other}");
        }
        let word = Word::Quotable { said: said.clone(), allowed: allowed("other", Quoting::Unnamed) };
        says(&mut journal, 11, writer, word);
        assert_eq!(journal.state.voice.quoting(&"other".into()), None, "of another text");
        let word = Word::Quotable { said: said.clone(), allowed: allowed(text, Quoting::Unnamed) };
        says(&mut journal, 12, writer, word);
        assert_eq!(journal.state.voice.quoting(&text.into()), Some(Quoting::Unnamed), "{text}");
        for other in ["ada", "bob", "anna", ""].into_iter().filter(|other| *other != writer) {
            says(&mut journal, 13, other, Word::Quotable { said: said.clone(), allowed: None });
            assert!(journal.state.voice.quoting(&text.into()).is_some(), "{text} taken back by {other}");
        }
    }
    // A page has no name to give; what nobody is known to have written, or somebody else wrote down, is not quoted.
    for (said, by, text) in [
        (Said::Feedback(FeedbackNumber(3)), "", "fb3"),
        (Said::Feedback(FeedbackNumber(4)), "", "fb4"),
        (Said::Comment(RoundNumber(1), "cyd".into()), "cyd", "cyd0"),
    ] {
        says(&mut journal, 14, by, Word::Quotable { said, allowed: allowed(text, Quoting::Named) });
        assert_ne!(journal.state.voice.quoting(&text.into()), Some(Quoting::Named), "{text}");
    }
    assert_eq!(journal.state.voice.quotable().len(), 5);
}

#[test]
fn confidential_and_anonymous_comments_may_never_be_quoted() {
    for identity in [Identity::Confidential, Identity::Anonymous] {
        let mut journal = written(identity);
        let said = Said::Comment(RoundNumber(1), "ada".into());
        for how in [Quoting::Named, Quoting::Unnamed] {
            let word = Word::Quotable { said: said.clone(), allowed: allowed("ada0", how) };
            says(&mut journal, 10, "ada", word);
        }
        let voice = &journal.state.voice;
        assert_eq!((voice.own(&said), voice.is_writer(&said, &"ada".into())), (None, false));
        assert!(!voice.is_decided(&"ada0".into()) && voice.quotable().is_empty());
        assert_eq!(voice.written_by(&"ada".into()).len(), 1, "her feedback alone");
    }
}

#[test]
fn a_permission_is_for_one_text_and_a_refusal_for_all_that_stood_there() {
    let mut journal = written(Identity::Named);
    let said = || Said::Comment(RoundNumber(1), "ada".into());
    let quotable = |allowed| Word::Quotable { said: said(), allowed };
    says(&mut journal, 10, "ada", quotable(allowed("ada0", Quoting::Named)));
    says(&mut journal, 11, "ada", comment(1, "ada1"));
    let voice = &journal.state.voice;
    assert_eq!(voice.quotable(), [], "what was allowed stands there no more");
    assert!(!voice.is_decided(&"ada1".into()), "the new one may be asked about");
    assert_eq!(voice.quoting(&"ada0".into()), Some(Quoting::Named), "where it was quoted before");
    assert!(voice.is_new(&said(), None) && !voice.is_new(&said(), allowed("ada0", Quoting::Named).as_ref()));
    says(&mut journal, 12, "ada", quotable(None));
    let voice = &journal.state.voice;
    for text in ["ada0", "ada1"] {
        assert_eq!((voice.quoting(&text.into()), voice.is_decided(&text.into())), (None, true), "{text}");
    }
    assert!(!voice.is_new(&said(), None), "it is refused already");
}

#[test]
fn whoever_turns_out_to_be_the_writer_can_take_it_back() {
    let mut journal = written(Identity::Named);
    let said = Said::Comment(RoundNumber(1), "ada".into());
    let word = Word::Quotable { said, allowed: allowed("ada0", Quoting::Named) };
    says(&mut journal, 10, "ada", word);
    says(&mut journal, 11, "ann", Word::Linked { person: "ada".into() });
    let said = Said::Comment(RoundNumber(1), "ann".into());
    let voice = &journal.state.voice;
    assert_eq!(voice.quotable().len(), 1);
    assert!(voice.is_writer(&said, &"ann".into()) && voice.is_writer(&said, &"ada".into()));
    assert!(voice.is_writer(&Said::Feedback(FeedbackNumber(1)), &"ann".into()));
    says(&mut journal, 12, "ann", Word::Quotable { said, allowed: None });
    assert_eq!(journal.state.voice.quoting(&"ada0".into()), None);
}

#[derive(Clone, Debug)]
enum Quoted {
    /// Who, of which place, and how; which of the texts that stood there.
    Says { by: usize, place: usize, how: Option<Quoting>, text: usize },
    /// Ada or Bob write another comment.
    Writes { place: usize },
}

fn deed() -> impl Strategy<Value = Quoted> {
    let how = prop_oneof![Just(None), Just(Some(Quoting::Named)), Just(Some(Quoting::Unnamed))];
    let says = (0..3_usize, 0..5_usize, how, 0..4_usize).prop_map(|(by, place, how, text)| Quoted::Says {
        by,
        place,
        how,
        text,
    });
    prop_oneof![5 => says, 1 => (3..5_usize).prop_map(|place| Quoted::Writes { place })]
}

proptest! {
    /// Against a list of texts of each place, of which the last stands there.
    #[test]
    fn the_last_word_of_the_writer_holds(deeds in prop::collection::vec(deed(), 0..30)) {
        let mut journal = written(Identity::Named);
        let places = places();
        let mut texts: Vec<Vec<String>> = places.iter().map(|(.., text)| vec![(*text).to_owned()]).collect();
        let mut expected: BTreeMap<String, Quoting> = BTreeMap::new();
        for (minute, deed) in (20..).zip(&deeds) {
            match deed {
                Quoted::Writes { place } => {
                    let text = format!("{}{}", places[*place].1, texts[*place].len());
                    says(&mut journal, minute, places[*place].1, comment(1, &text));
                    texts[*place].push(text);
                }
                Quoted::Says { by, place, how, text } => {
                    let (by, (said, writer, _)) = (["ada", "bob", ""][*by], &places[*place]);
                    let text = texts[*place][*text % texts[*place].len()].clone();
                    let allowed = how.and_then(|how| allowed(&text, how));
                    says(&mut journal, minute, by, Word::Quotable { said: said.clone(), allowed });
                    match how {
                        None if by == *writer => expected.retain(|text, _| !texts[*place].contains(text)),
                        Some(how) if by == *writer && texts[*place].last() == Some(&text) && (!by.is_empty() || *how == Quoting::Unnamed) => {
                            expected.insert(text, *how);
                        }
                        _ => {}
                    }
                }
            }
        }
        let voice = &journal.state.voice;
        for text in texts.iter().flatten() {
            let id = text.as_str().into();
            prop_assert_eq!(voice.quoting(&id), expected.get(text).copied(), "{}", text);
        }
        let standing: BTreeSet<&String> = texts.iter().filter_map(|of| of.last()).collect();
        let quotable = voice.quotable();
        let ids: BTreeSet<&str> = quotable.iter().map(|known| known.own.remark.text.id.as_str()).collect();
        let wanted: BTreeSet<&str> =
            expected.keys().filter(|text| standing.contains(text)).map(String::as_str).collect();
        prop_assert_eq!(ids, wanted);
        prop_assert!(quotable.windows(2).all(|two| two[0].own.at >= two[1].own.at), "the newest first");
    }
}

#[test]
fn what_somebody_wrote_is_called_by_its_number() {
    let comment = Wrote::Comment(RoundNumber(7));
    let feedback = Wrote::Feedback(FeedbackNumber(12));
    for (text, wrote) in [("SUR-7", comment), ("sur-7", comment), ("FB-12", feedback), ("#12", feedback)] {
        assert_eq!(text.parse(), Ok(wrote), "{text}");
    }
    for text in ["", "SUR", "SUR-", "INC-7", "意見七", "FB-x"] {
        assert!(text.parse::<Wrote>().is_err(), "{text}");
    }
    assert_eq!((comment.to_string(), feedback.to_string()), ("SUR-7".to_owned(), "FB-12".to_owned()));
}
