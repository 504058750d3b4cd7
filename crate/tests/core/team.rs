//! Teams for tests, and that their size changes no bit.

use crate::oracle::{random, random_matrix};
use digitrain::augment::Amounts;
use digitrain::examples::CompressedExamples;
use digitrain::initialize::Initialization;
use digitrain::loss::Loss;
use digitrain::network::{Activation, Network};
use digitrain::optimizer::{Adam, Method, Sgd};
use digitrain::schedule::Schedule;
use digitrain::team::{Team, Worker, chunk};
use digitrain::trainer::{Augment, Trainer, TrainerOptions};
use rand::RngExt;
use std::sync::Arc;
use std::thread;

/// WebAssembly's tests have one thread; there, the TypeScript tests run the others.
pub const TEAM_SIZES: &[usize] = if cfg!(target_family = "wasm") { &[1] } else { &[1, 2, 3, 5, 8] };

/// Calls `check` with a team of each size.
pub fn for_all_teams(mut check: impl FnMut(&mut Team)) {
    for &threads in TEAM_SIZES {
        with_team(threads, &mut check);
    }
}

/// Calls `work` with a team of `threads` threads.
pub fn with_team<Result>(threads: usize, work: impl FnOnce(&mut Team) -> Result) -> Result {
    let workers: Vec<Arc<Worker>> = (1..threads).map(|_| Arc::default()).collect();
    let mut team = Team::new();
    workers.iter().for_each(|worker| team.add(Arc::clone(worker)));
    thread::scope(|scope| {
        for worker in &workers {
            scope.spawn(|| worker.run());
        }
        let _stop_on_drop = StopOnDrop(&workers);
        work(&mut team)
    })
}

/// Stops the workers, after a panic too: else the scope would wait for them for ever.
struct StopOnDrop<'a>(&'a [Arc<Worker>]);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(|worker| worker.stop());
    }
}

/// Losses, parameters and scores of a run.
fn run(sizes: &[usize], options: TrainerOptions, team: &mut Team) -> [Vec<f32>; 3] {
    let mut random = random(sizes.len() as u64);
    let (inputs, classes) = (sizes[0], sizes[sizes.len() - 1]);
    let count = 53;
    let values: Vec<f32> = random_matrix(&mut random, count, inputs, 0.3).into_iter().collect();
    let labels: Vec<u16> = (0..count).map(|_| random.random_range(0..classes as u16)).collect();
    let mut examples = CompressedExamples::new(inputs, classes, count).expect("the sizes are possible");
    examples.append_floats(&values, &labels).expect("the examples are well formed");
    let mut network =
        Network::random(sizes, Activation::Linear, 1, Initialization::He).expect("the sizes are possible");
    let mut trainer = Trainer::new(&network, options).expect("the batch is possible");
    let mut all_losses = Vec::new();
    for epoch in 0..2 {
        let mut losses = vec![0.0; count];
        trainer.begin_epoch(count, epoch, Some(7), 0);
        let steps = trainer.run(&mut network, &examples, &mut losses, team).expect("the examples fit");
        all_losses.extend_from_slice(&losses[..steps]);
    }
    let scores = network.predict(&examples, 0..count, team).expect("the examples fit");
    [all_losses, network.parameters(), scores]
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let layers: [&[usize]; 5] = [&[30, 10], &[20, 33, 3], &[50, 64, 35, 10], &[9, 1, 2], &[65, 130, 70, 40, 36]];
    let sgd = |momentum, weight_decay| Method::Sgd(Sgd { momentum, weight_decay });
    let adam = Method::Adam(Adam { weight_decay: 1e-2 });
    for sizes in layers {
        let amounts = Amounts { rotation: 15.0, elastic: 1.0, thickness: 0.7, ..Amounts::default() };
        let augment = Some(Augment { amounts, width: if sizes[0] % 5 == 0 { 5 } else { 1 } });
        for (loss, method, batch_size, dropout, augment) in [
            (Loss::MeanSquaredError, sgd(0.0, 0.0), 16, 0.0, None),
            (Loss::CrossEntropy, sgd(0.9, 1e-4), 7, 0.5, augment),
            (Loss::CrossEntropy, sgd(0.0, 1e-2), 1, 0.0, None),
            (Loss::CrossEntropy, adam, 16, 0.1, augment),
        ] {
            let schedule = Schedule::OneCycle;
            let options = TrainerOptions {
                loss,
                batch_size,
                learning_rate: 0.1,
                schedule,
                total_steps: 100,
                method,
                dropout,
                seed: 3,
                augment,
            };
            let alone = run(sizes, options, &mut Team::new());
            for_all_teams(|team| {
                let shared = run(sizes, options, team);
                assert_eq!(shared, alone, "{sizes:?} with {} threads", team.threads());
            });
        }
    }
}

/// Threads that are late at random see every call all the same, and each once.
#[cfg(not(target_family = "wasm"))]
#[test]
fn chunks_lie_side_by_side_and_the_callers_is_among_the_largest() {
    for length in 0..40 {
        for chunks in 1..9 {
            let ranges: Vec<_> = (0..chunks).map(|number| chunk(length, chunks, number)).collect();
            assert_eq!((ranges[0].start, ranges[chunks - 1].end), (0, length));
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert_eq!(ranges[0].len(), length.div_ceil(chunks));
            assert!(
                ranges.iter().all(|range| range.len() == length / chunks || range.len() == length.div_ceil(chunks))
            );
        }
    }
}

#[test]
fn no_call_is_lost() {
    use rand_xoshiro::rand_core::Rng;
    use std::sync::atomic::{AtomicU64, Ordering};
    for threads in [2, 3, 5, 8] {
        let delays: Vec<u64> = (0..4096).map(|_| random(threads as u64).next_u64()).collect();
        let counts: Vec<AtomicU64> = (0..threads).map(|_| AtomicU64::new(0)).collect();
        with_team(threads, |team| {
            for call in 0..20_000u64 {
                team.fork_join(counts.iter().enumerate(), |(thread, count)| {
                    let delay = delays[(call as usize * 31 + thread) % delays.len()];
                    match delay % 256 {
                        0 => thread::sleep(std::time::Duration::from_micros(delay % 100)),
                        1..8 => thread::yield_now(),
                        spins => (0..spins).for_each(|_| std::hint::spin_loop()),
                    }
                    assert_eq!(count.fetch_add(1, Ordering::Relaxed), call);
                });
                assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == call + 1));
            }
        });
    }
}

#[cfg(not(target_family = "wasm"))]
#[test]
fn a_thread_that_panics_is_told_of() {
    let outcome = std::panic::catch_unwind(|| {
        let worker = Arc::new(Worker::default());
        let mut team = Team::new();
        team.add(Arc::clone(&worker));
        let thread = thread::spawn({
            let worker = Arc::clone(&worker);
            move || worker.run()
        });
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            team.fork_join([false, true], |fails| assert!(!fails, "as told"));
        }));
        assert!(thread.join().is_err());
        outcome.expect_err("the thread's panic is the team's");
        assert!(worker.has_failed());
        team.fork_join([false, true], |_| ());
    });
    let panic = outcome.expect_err("a team that has lost a thread is of no more use");
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("a thread of the team has stopped"));
}
