//! The program's own settings: defaults, secrets, platforms, and what would not be safe.

use std::time::Duration;

use super::*;
use crate::chat::Platform;

fn with(head: &str, variables: &[(&str, &str)]) -> Loaded {
    let mut surroundings = surroundings();
    surroundings.variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    read(&files(&format!("{head}\n{UPHELD}"), SERVICES, ACME, &[]), &surroundings, Problems::default())
}

fn settings(head: &str, variables: &[(&str, &str)]) -> Settings {
    let loaded = with(head, variables);
    assert_eq!(told(&loaded), Vec::<String>::new());
    loaded.config.unwrap().settings
}

#[test]
fn defaults_are_those_of_the_reference() {
    let settings = settings("", &[]);
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.server.public_url, "http://localhost:8080");
    assert_eq!(settings.server.body_limit, 8 << 20);
    assert_eq!(settings.store_url.reveal(), Some("sqlite:config/upheld.db"));
    assert_eq!(settings.timeouts.send, Duration::from_secs(15));
    assert_eq!(settings.pace.digest_above, 20);
    assert_eq!(settings.pace.telegram_group.every(), Duration::from_secs(3));
    assert!(settings.platforms.is_on(Platform::Web));
    assert!(!settings.platforms.is_on(Platform::Discord) && !settings.platforms.is_on(Platform::Telegram));
    assert_eq!(settings.heartbeat, None);
}

#[test]
fn a_token_of_the_environment_switches_a_platform_on() {
    let variables =
        [("DISCORD_TOKEN", "abc"), ("DISCORD_API_URL", "http://127.0.0.1:9/"), ("TELEGRAM_TOKEN", " ")];
    let on = settings("", &variables).platforms;
    let discord = on.discord.unwrap();
    assert_eq!(discord.token.reveal(), Some("abc"));
    assert_eq!(discord.api_url.as_deref(), Some("http://127.0.0.1:9"));
    assert!(on.telegram.is_none(), "a blank variable is none");
    let off = settings("[discord]\nenabled = false", &variables).platforms;
    assert!(off.discord.is_none());
    let guild = settings("[discord]\nguild_id = 1234567890123456789", &variables).platforms;
    assert_eq!(guild.discord.unwrap().guild, Some(1_234_567_890_123_456_789));
}

#[test]
fn what_is_not_safe_or_not_there_is_refused() {
    let mut text = String::new();
    for (head, variables) in [
        ("[server]\nlisten = \"0.0.0.0:80\"", &[][..]),
        ("[server]\nlisten = \"8080\"", &[]),
        ("[server]\npublic_url = \"http://sla.example.com\"", &[]),
        ("[server]\npublic_url = \"https://sla.example.com/upheld\"", &[]),
        ("[server]\npublic_url = \"https://me:secret@sla.example.com\"", &[]),
        ("[server]\ntls = { certificate = \"no.pem\" }", &[]),
        ("[server]\ntrusted_proxies = [\"10.0.0.0/40\"]", &[]),
        ("[server]\nbody_limit = \"8\"", &[]),
        ("[store]\nurl = \"mysql://x\"", &[]),
        ("[store]\nurl = \"sqlite:\"", &[]),
        ("[store]\nurl = { env = \"DATABASE_URL\" }", &[]),
        ("[discord]\nenabled = true", &[]),
        ("[discord]\ntoken = \"inline-token\"", &[]),
        ("[telegram]\ntoken = { file = \"x\", create = true }", &[]),
        ("[heartbeat]", &[]),
        ("[heartbeat]\nurl = \"ftp://x\"\ninterval = \"0s\"", &[]),
        ("[timeouts]\nsend = \"3 min\"", &[]),
        ("[pace]\nretry_longest = \"500ms\"\ntick = \"0s\"", &[]),
        ("[logging]\nformat = \"xml\"", &[]),
    ] {
        let loaded = with(head, variables);
        assert!(loaded.config.is_none(), "{head}");
        for line in told(&loaded) {
            assert!(
                !line.contains("inline-token") && !line.contains("me:secret"),
                "a secret is shown: {line}"
            );
            text.push_str(&line);
            text.push('\n');
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_listener_for_all_needs_a_proxy_or_a_certificate() {
    let open = settings(
        "[server]\nlisten = \"0.0.0.0:80\"\ntrusted_proxies = [\"10.0.0.0/8\"]\npublic_url = \"https://x.example\"",
        &[],
    );
    assert!(open.server.trusted_proxies[0].contains("10.1.2.3".parse().unwrap()));
}

#[test]
fn shorter_pace_and_timeouts_allow_shorter_promises() {
    let acme = ACME.replace("P1 = \"15m\"", "P1 = \"4s\"");
    let quick = format!("[pace]\ntick = \"100ms\"\n[timeouts]\nsend = \"500ms\"\n{UPHELD}");
    assert_eq!(told(&loaded(&files(&quick, SERVICES, &acme, &[]))), Vec::<String>::new());
    assert!(loaded(&files(UPHELD, SERVICES, &acme, &[])).config.is_none());
}

#[test]
fn a_body_that_could_never_be_received_is_refused() {
    let loaded = with("[server]\nbody_limit = \"65 MiB\"", &[]);
    assert!(told(&loaded).iter().any(|line| line.contains("in_flight_limit")), "{:?}", told(&loaded));
    settings("[server]\nbody_limit = \"65 MiB\"\nin_flight_limit = \"256 MiB\"", &[]);
}
