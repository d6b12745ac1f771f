//! The binary is killed at least a hundred times, at any moment, under load and with platforms that fail: what
//! it promised is kept, and nothing is said twice where that can be avoided.

mod load;
mod proof;
mod trouble;
mod wreck;

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use self::load::{Crowd, SERVICES, STEADY};
use self::trouble::Trouble;
use self::wreck::Wreck;
use crate::city::{City, PATIENCE};
use crate::dice::Dice;
use crate::program::Files;

/// Fewer would be no proof.
const KILLS: usize = 100;

/// Where the kills hit.
#[derive(Debug, Default)]
struct Hits {
    kills: usize,
    /// Before it answered to anybody.
    starting: usize,
    /// With deliveries that were answered 202 and not yet in the journal.
    between_202_and_journal: usize,
    /// With messages claimed to be sent.
    sending: usize,
    /// With messages that the platform had taken, and no word of it in the database.
    between_send_and_settle: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_promised_is_kept_through_a_hundred_kills() {
    let mut dice = Dice::seeded("UPHELD_CRASH_SEED");
    let began = Instant::now();
    let mut city = City::prepare(files()).await;
    let crowd = Crowd::new(&city);
    city.program.run().await;
    let cookie = city.program.manager("Maria").await.into_cookie();
    let steady = crowd.disturb().await;
    city.program.visitor(cookie.clone()).until("operators", &format!("INC-{STEADY}")).await;
    city.discord.until_connected().await;

    let trouble = Trouble::new(Arc::clone(&city.discord), Arc::clone(&city.telegram));
    let making = tokio::spawn(Arc::clone(&trouble).make(dice.fork()));
    let mut busy = people(&city, &crowd, &mut dice, cookie);
    let hits = kill_again_and_again(&mut city, &crowd, &trouble, &mut dice).await;
    println!("{:.1} s: {hits:?}", began.elapsed().as_secs_f64());

    city.program.run().await;
    trouble.end();
    making.await.unwrap();
    crowd.stop();
    while let Some(ended) = busy.join_next().await {
        ended.unwrap();
    }
    city.telegram.until_all_confirmed(PATIENCE).await;
    crowd.resolve(steady).await;
    city.settled().await;
    assert!(city.program.stop().await.success(), "{}", city.program.log());
    println!("{:.1} s: settled", began.elapsed().as_secs_f64());

    let made = trouble.made.load(SeqCst);
    println!("{made} faults of the platforms; {}", proof::of(&city, &crowd.promises).await);
    assert!(hits.kills >= KILLS, "{hits:?}");
    for hit in [hits.starting, hits.between_202_and_journal, hits.sending, hits.between_send_and_settle] {
        assert!(hit > 0, "some moment was never hit: {hits:?}");
    }
    println!("{:.1} s in all", began.elapsed().as_secs_f64());
}

fn files() -> Files {
    let mut files = Files::quick().with_services(SERVICES, "1s", "5s");
    files.upheld = files.upheld.replace("[pace]", "[telegram]\npoll = \"1s\"\n\n[pace]\ndigest_above = 12");
    files
}

/// Monitors, visitors and operators, who all go on while the program is dead.
fn people(city: &City, crowd: &Arc<Crowd>, dice: &mut Dice, cookie: String) -> JoinSet<()> {
    let mut busy = JoinSet::new();
    for _ in 0..4 {
        busy.spawn(Arc::clone(crowd).monitor(dice.fork()));
    }
    busy.spawn(Arc::clone(crowd).visitor(cookie, dice.fork()));
    let (on_discord, on_telegram) =
        (city.people.clone().map(|p| p.discord), city.people.clone().map(|p| p.telegram));
    let (discord, telegram) = (Arc::clone(&city.discord), Arc::clone(&city.telegram));
    let (channel, chat) = (city.operators.discord.clone(), city.operators.telegram);
    busy.spawn(Arc::clone(crowd).discord(discord, channel, on_discord, dice.fork()));
    busy.spawn(Arc::clone(crowd).telegram(telegram, chat, on_telegram, dice.fork()));
    busy
}

async fn kill_again_and_again(city: &mut City, crowd: &Crowd, trouble: &Trouble, dice: &mut Dice) -> Hits {
    let kills = std::env::var("UPHELD_CRASH_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let mut hits = Hits::default();
    // The first is killed as it runs already.
    tokio::time::sleep(dice.time(20, 300)).await;
    for next in 0..kills {
        let held = city.discord.lock().held + city.telegram.look().held;
        city.program.kill();
        let wreck = Wreck::look(&city.program, &crowd.promises).await;
        hits.kills += 1;
        hits.between_202_and_journal += usize::from(wreck.unjournalled > 0);
        hits.sending += usize::from(wreck.claimed > 0);
        hits.between_send_and_settle += usize::from(held > 0 || wreck.taken > 0);
        if next + 1 == kills {
            break;
        }
        if dice.below(10) == 0 {
            city.program.launch();
            tokio::time::sleep(dice.time(0, 20)).await;
            hits.starting += usize::from(!city.program.is_healthy().await);
            continue;
        }
        city.program.run().await;
        moment(city, crowd, trouble, dice).await;
    }
    hits
}

/// Waits until the next kill: mostly any time, sometimes until a promise was just made, or until the platforms
/// have taken what they do not tell.
async fn moment(city: &City, crowd: &Crowd, trouble: &Trouble, dice: &mut Dice) {
    let most = Duration::from_secs(3);
    match dice.below(8) {
        0 => {
            let mut answers = crowd.promises.answers.subscribe();
            drop(tokio::time::timeout(most, answers.changed()).await);
        }
        1 => {
            trouble.hold();
            let held = async {
                tokio::select! {
                    () = city.discord.until("held answer", |state| (state.held > 0).then_some(())) => {}
                    () = city.telegram.until("held answer", |state| (state.held > 0).then_some(())) => {}
                }
            };
            drop(tokio::time::timeout(most, held).await);
        }
        2 => tokio::time::sleep(dice.time(300, 1_500)).await,
        _ => tokio::time::sleep(dice.time(5, 300)).await,
    }
}
