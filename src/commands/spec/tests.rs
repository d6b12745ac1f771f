//! Lines as people type them, and values as platforms bring them.

use super::*;

fn line(text: &str) -> Result<Command, Misread> {
    read(&split(text)?)
}

#[test]
fn lines_are_read_as_people_type_them() {
    assert_eq!(line("/ack INC-42"), Ok(Command::Ack { incident: Some(IncidentNumber(42)) }));
    assert_eq!(line("ACK #42"), Ok(Command::Ack { incident: Some(IncidentNumber(42)) }));
    let Ok(Command::Note { text, .. }) = line("/note 42 it can't be the disk") else { panic!() };
    assert_eq!(text.join(" "), "it can't be the disk");
    let Ok(Command::Priority { priority, .. }) = line("/priority 42 p1 all users") else { panic!() };
    assert_eq!(priority, Some(Priority::P1));
}

#[test]
fn a_misread_line_says_what_was_meant() {
    assert_eq!(
        line("/stauts"),
        Err(Misread::Unknown { typed: "stauts".to_owned(), near: Some("status".to_owned()) })
    );
    assert!(matches!(line("/priority 42 P9 x"), Err(Misread::Value { takes, .. }) if takes.len() == 5));
    assert!(matches!(line("/ack twelve"), Err(Misread::Value { .. })));
    assert!(matches!(line("/whoami --loud"), Err(Misread::Extra { .. })));
    assert_eq!(line("  /  "), Err(Misread::Empty));
}

#[test]
fn values_from_a_platform_cannot_become_flags() {
    let spec = specs(ToOwned::to_owned).into_iter().find(|spec| spec.name == "note").unwrap();
    let values =
        [("incident", "42"), ("text", "--draft=x")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let Ok(Command::Note { text, filled, incident }) = read(&spec.words(&values)) else { panic!() };
    assert_eq!((text, filled), (Vec::new(), Some("--draft=x".to_owned())));
    assert_eq!(incident, Some(IncidentNumber(42)));
}

#[test]
fn a_field_left_empty_moves_no_other() {
    let menu = specs(ToOwned::to_owned);
    let given = |name: &str, values: &[(&str, &str)]| {
        let spec = menu.iter().find(|spec| spec.name == name).unwrap();
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        read(&spec.words(&values))
    };
    let Ok(Command::Note { incident, filled, .. }) = given("note", &[("text", "7 disks are full")]) else {
        panic!()
    };
    assert_eq!((incident, filled.as_deref()), (None, Some("7 disks are full")));
    let Ok(Command::Report { service, filled, .. }) = given("report", &[("text", "it hangs")]) else {
        panic!()
    };
    assert_eq!((service, filled.as_deref()), (None, Some("it hangs")));
    let Ok(Command::Pause { incident, filled, customer, .. }) =
        given("pause", &[("reason", "-- waiting"), ("customer", "acme"), ("incident", "INC-42")])
    else {
        panic!()
    };
    assert_eq!(incident, Some(IncidentNumber(42)));
    assert_eq!((filled.as_deref(), customer.as_deref()), (Some("-- waiting"), Some("acme")));
    let Ok(Command::Notify { kind, how }) = given("notify", &[("how", "wake")]) else { panic!() };
    assert_eq!((kind, how), (None, Some(NotifyHow::Wake)));
}

#[test]
fn what_stands_beside_the_object_says_the_same_again() {
    for (typed, again) in [
        ("open checkout --down --priority=P1", "open --priority=P1 --down checkout"),
        ("pause 1 --customer=acme", "pause --customer=acme 1"),
        ("cause 1 software --public=x", "cause --category=software --public=x 1"),
        ("priority 1 P2 all are hit", "priority --priority=P2 --text='all are hit' 1"),
    ] {
        let command = line(typed).unwrap();
        let rebuilt = line(again).unwrap();
        assert_eq!(command.besides(), rebuilt.besides(), "{typed}");
        assert!(!command.besides().is_empty());
    }
}

#[test]
fn names_fit_every_platform() {
    for spec in specs(ToOwned::to_owned) {
        assert!(spec.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        assert!(spec.name.len() <= 32 && spec.options.len() <= 25, "{spec:?}");
        let first_flag = spec.options.iter().position(|option| !option.positional).unwrap_or(usize::MAX);
        assert!(first_flag > 0 || spec.options.iter().all(|option| !option.positional), "{spec:?}");
    }
}
