//! Work in order within a lane, lanes side by side: a slow answer in one chat keeps no other chat waiting.

use std::collections::{BTreeMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// A piece of work; it must not fail, and a panic in it is contained.
pub(super) type Job = BoxFuture<'static, ()>;

/// The lanes that have work, by chat.
pub(super) struct Lanes {
    queues: Mutex<BTreeMap<i64, VecDeque<Job>>>,
    places: Semaphore,
    tasks: TaskTracker,
}

impl Lanes {
    /// At most `width` lanes move at once.
    pub(super) fn new(width: usize) -> Arc<Self> {
        Arc::new(Self { queues: Mutex::default(), places: Semaphore::new(width), tasks: TaskTracker::new() })
    }

    /// Adds work at the end of a lane.
    pub(super) fn push(self: &Arc<Self>, lane: i64, job: Job) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get_mut(&lane) {
            queue.push_back(job);
            return;
        }
        queues.insert(lane, VecDeque::from([job]));
        self.tasks.spawn(Arc::clone(self).drain(lane));
    }

    /// Ends when all work is done. Nothing may be added any more.
    pub(super) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn drain(self: Arc<Self>, lane: i64) {
        while let Some(job) = self.next(lane) {
            let place = self.places.acquire().await;
            if AssertUnwindSafe(job).catch_unwind().await.is_err() {
                tracing::error!(chat = lane, "handling an update panicked; it is not tried again");
            }
            drop(place);
        }
    }

    /// The lane's next work; an empty lane is closed.
    fn next(&self, lane: i64) -> Option<Job> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let job = queues.get_mut(&lane)?.pop_front();
        if job.is_none() {
            queues.remove(&lane);
        }
        job
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{Notify, mpsc};

    use super::*;

    #[tokio::test]
    async fn a_slow_lane_blocks_itself_only() {
        let lanes = Lanes::new(4);
        let (done, mut log) = mpsc::unbounded_channel();
        let gate = Arc::new(Notify::new());
        let say = |what: &'static str| {
            let done = done.clone();
            Box::pin(async move { done.send(what).unwrap() }) as Job
        };
        let (slow, wait) = (say("slow"), Arc::clone(&gate));
        lanes.push(
            1,
            Box::pin(async move {
                wait.notified().await;
                slow.await;
            }),
        );
        lanes.push(1, say("after slow"));
        lanes.push(2, say("beside"));
        assert_eq!(log.recv().await, Some("beside"));
        gate.notify_one();
        assert_eq!((log.recv().await, log.recv().await), (Some("slow"), Some("after slow")));
        lanes.finish().await;
    }

    #[tokio::test]
    async fn a_panic_does_not_close_the_lane() {
        let lanes = Lanes::new(1);
        let (done, mut log) = mpsc::unbounded_channel();
        lanes.push(1, Box::pin(async { panic!("on purpose") }));
        lanes.push(1, Box::pin(async move { done.send(()).unwrap() }));
        assert_eq!(log.recv().await, Some(()));
    }
}
