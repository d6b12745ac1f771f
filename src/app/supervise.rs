//! Watches the tasks without which Upheld cannot do its work: shows how they stand, and tells when one has ended.

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::chat::Health;
use crate::web::health::{PartState, Parts};

/// An essential task that ended although nobody had asked it to. What is on the disk is whole; a fresh start is
/// better than going on without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {0} ended unexpectedly, which is a fault of Upheld; what was accepted is on the disk and is taken up at \
     the next start. The lines above say more; please report them"
)]
pub struct Broken(pub &'static str);

/// Why a part is down that ended by itself.
const ENDED: &str = "it ended unexpectedly";

/// How a task says how it stands: `None` when well, else what keeps it from its work. The task holds the sender,
/// so that its end shows however it ends.
pub(super) type Pulse = watch::Receiver<Option<String>>;

/// Follows the essential tasks of one program.
#[derive(Clone, Debug)]
pub(super) struct Supervisor {
    parts: Parts,
    /// Cancelled when the program is to end; then tasks may end.
    ending: CancellationToken,
    broken: mpsc::Sender<Broken>,
}

impl Supervisor {
    /// The receiver hears of every task that ended by itself.
    pub fn new(parts: Parts, ending: CancellationToken) -> (Self, mpsc::Receiver<Broken>) {
        let (broken, heard) = mpsc::channel(4);
        (Self { parts, ending, broken }, heard)
    }

    /// Shows a task's pulse as a needed part, and watches over its life.
    pub fn follow(&self, name: &'static str, pulse: Pulse) -> JoinHandle<()> {
        let part = self.parts.needed(name);
        part.set(Health::Up);
        tokio::spawn(self.clone().watch(name, Some(part), pulse))
    }

    /// Watches over the life of a task that shows itself otherwise.
    pub fn guard(&self, name: &'static str, pulse: Pulse) -> JoinHandle<()> {
        tokio::spawn(self.clone().watch(name, None, pulse))
    }

    /// Runs what the rest can do without, and shows how it stands. When it ends by itself, that is said in the log
    /// and stays to be seen; its end is no reason to end what still works.
    pub fn beside(
        &self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> JoinHandle<()> {
        let (part, ending) = (self.parts.optional(name), self.ending.clone());
        part.set(Health::Up);
        let running = tokio::spawn(task);
        tokio::spawn(async move {
            let ended = running.await;
            if !ending.is_cancelled() {
                part.set(Health::Down(ENDED.to_owned()));
                let error = ended.err().map(|error| error.to_string()).unwrap_or_default();
                tracing::error!(part = name, error, "{ENDED}, which is a fault of Upheld; the rest goes on");
            }
        })
    }

    async fn watch(self, name: &'static str, part: Option<PartState>, mut pulse: Pulse) {
        loop {
            let trouble = pulse.borrow_and_update().clone();
            if let Some(part) = &part {
                part.set(trouble.map_or(Health::Up, Health::Down));
            }
            tokio::select! {
                () = self.ending.cancelled() => return,
                changed = pulse.changed() => {
                    if changed.is_err() {
                        break;
                    }
                }
            }
        }
        if self.ending.is_cancelled() {
            return;
        }
        if let Some(part) = &part {
            part.set(Health::Down(ENDED.to_owned()));
        }
        let broken = Broken(name);
        tracing::error!("{broken}");
        let _nobody_hears_when_the_program_ends_already = self.broken.send(broken).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_shows_its_trouble_and_its_end() {
        let parts = Parts::default();
        let (supervisor, mut broken) = Supervisor::new(parts.clone(), CancellationToken::new());
        let (beat, pulse) = watch::channel(None);
        let follower = supervisor.follow("journal", pulse);
        assert!(parts.ready());
        beat.send_replace(Some("no room left".to_owned()));
        let down = Health::Down("no room left".to_owned());
        while parts.states()["journal"] != down {
            tokio::task::yield_now().await;
        }
        assert!(!parts.ready());
        beat.send_replace(None);
        while !parts.ready() {
            tokio::task::yield_now().await;
        }
        drop(beat);
        assert_eq!(broken.recv().await, Some(Broken("journal")));
        follower.await.unwrap();
        assert!(!parts.ready());
    }

    #[tokio::test]
    async fn the_end_of_what_is_beside_is_shown_and_ends_nothing() {
        let (parts, ending) = (Parts::default(), CancellationToken::new());
        let (supervisor, mut broken) = Supervisor::new(parts.clone(), ending.clone());
        supervisor.beside("reviews", async { panic!("a fault") }).await.unwrap();
        assert_eq!(parts.states()["reviews"], Health::Down(ENDED.to_owned()));
        assert!(parts.ready());
        ending.cancel();
        supervisor.beside("surveys", async {}).await.unwrap();
        assert_eq!(parts.states()["surveys"], Health::Up);
        drop(supervisor);
        assert_eq!(broken.recv().await, None);
    }

    #[tokio::test]
    async fn whoever_was_told_to_end_may_end() {
        let ending = CancellationToken::new();
        let (supervisor, mut broken) = Supervisor::new(Parts::default(), ending.clone());
        let (beat, pulse) = watch::channel(None);
        let guard = supervisor.guard("server", pulse);
        ending.cancel();
        drop(beat);
        guard.await.unwrap();
        drop(supervisor);
        assert_eq!(broken.recv().await, None);
    }
}
