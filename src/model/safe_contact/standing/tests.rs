//! P-8: whatever happens in whatever order, nobody is let through but by a way that is verified, within its hours.

use super::*;
use crate::model::calendar::Calendar;
use crate::model::safe_contact::windows::Weekday;
use proptest::prelude::*;

const HOUR: i64 = 3_600_000_000;
/// A Sunday evening before clocks are put back: 24 October 2026, 20:00 UTC.
const START: i64 = 1_792_872_000_000_000;
const HOLDS: i64 = 90 * 24 * HOUR;

/// What may happen.
#[derive(Clone, Debug)]
enum Step {
    /// So many minutes pass.
    Wait(i64),
    /// Somebody asked her about a way so many minutes ago, and records it.
    Ask(usize, i64),
    /// Something is recorded that happened so many minutes ago, or will.
    Happens(i64),
    /// A call on a way puts it, or all, in doubt.
    CallDoubts(usize, bool),
    /// A worker says that a way is unsafe.
    Unsafe(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1i64..3000).prop_map(Step::Wait),
        1 => (1i64..200_000).prop_map(Step::Wait),
        4 => (0usize..3, 0i64..5000).prop_map(|(route, ago)| Step::Ask(route, ago)),
        2 => (-3000i64..5000).prop_map(Step::Happens),
        1 => (0usize..3, any::<bool>()).prop_map(|(route, all)| Step::CallDoubts(route, all)),
        1 => (0usize..3).prop_map(Step::Unsafe),
    ];
    prop::collection::vec(step, 1..25)
}

/// A machine that keeps what [`Known`] reckons: for each way, the askings that nothing has put in doubt yet.
#[derive(Default)]
struct Machine {
    stands: [Vec<i64>; 3],
    is_unsafe: [bool; 3],
    /// Known already, not there yet.
    coming: Vec<i64>,
}

impl Machine {
    fn doubt(&mut self, route: Option<usize>) {
        for nth in (0..3).filter(|nth| route.is_none_or(|route| route == *nth)) {
            self.stands[nth].clear();
        }
    }

    /// What was to happen has.
    fn until(&mut self, now: i64) {
        let (due, coming): (Vec<i64>, Vec<i64>) = self.coming.iter().partition(|at| **at <= now);
        self.coming = coming;
        for at in due {
            self.stands.iter_mut().for_each(|asked| asked.retain(|one| *one >= at));
        }
    }

    fn verified(&self, route: usize, now: i64) -> bool {
        !self.is_unsafe[route] && self.stands[route].iter().any(|asked| asked + HOLDS > now)
    }
}

fn window(days: &[Weekday], from: &str, until: &str) -> Window {
    Window { days: days.to_vec(), from: from.parse().unwrap(), until: until.parse().unwrap() }
}

/// Says by the minute whether a way's hours are open, with the offset written down: back to winter time at 01:00 UTC.
fn is_open(windows: &[Window], now: i64, clock_back: i64) -> bool {
    let shown = (now + if now < clock_back { HOUR } else { 0 }) / 60_000_000;
    // 1 January 1970 was a Thursday.
    let day = Weekday::ALL[usize::try_from((shown.div_euclid(1440) + 3).rem_euclid(7)).unwrap()];
    let minute = shown.rem_euclid(1440);
    let text = format!("{:02}:{:02}", minute / 60, minute % 60);
    windows.iter().any(|one| one.days.contains(&day) && one.from.to_string() <= text && text < one.until.to_string())
}

impl Step {
    /// Records it as the hub would, and tells the machine.
    fn take(&self, place: i64, now: &mut i64, ids: &[SafeRouteId; 3], (known, machine): (&mut Known, &mut Machine)) {
        match *self {
            // Nobody winds past the spring, so one change of clocks is all there is.
            Self::Wait(minutes) => *now = (*now + minutes * 60_000_000).min(START + 150 * 24 * HOUR),
            Self::Ask(nth, ago) => {
                let asked = *now - ago * 60_000_000;
                let in_doubt = known.doubts.iter().any(|one| {
                    let meant = one.route.is_none_or(|route| route == ids[nth]);
                    let came = one.happened.micros() > asked && one.happened.micros() <= *now;
                    meant && (one.recorded.micros() > asked || came)
                });
                let (asked_at, until) = (Moment::from_micros(asked), Moment::from_micros(asked + HOLDS));
                known.verified.push(Verified { route: ids[nth], asked: asked_at, until, index: Some(place) });
                if !in_doubt {
                    machine.stands[nth].push(asked);
                }
            }
            Self::Happens(ago) => {
                let happened = *now - ago * 60_000_000;
                let (recorded, happened_at) = (Moment::from_micros(*now), Moment::from_micros(happened));
                let why = "He is released.".to_owned();
                known.doubts.push(Doubt { route: None, why, recorded, happened: happened_at, index: place });
                machine.doubt(None);
                machine.coming.push(happened);
            }
            Self::CallDoubts(nth, all) => {
                let route = (!all).then_some(ids[nth]);
                let at = Moment::from_micros(*now);
                let why = "Somebody else answered.".to_owned();
                known.doubts.push(Doubt { route, why, recorded: at, happened: at, index: place });
                machine.doubt((!all).then_some(nth));
            }
            Self::Unsafe(nth) => {
                known.ended.push(Ended { route: ids[nth], why: "A worker said so.".to_owned() });
                machine.is_unsafe[nth] = true;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn ten_thousand_walks_let_nobody_through_but_by_a_verified_way_within_its_hours(walk in steps()) {
        let calendar = Calendar::new("GMT0BST,M3.5.0/1,M10.5.0", []).unwrap();
        let local = calendar.of(None);
        let ids: [SafeRouteId; 3] = std::array::from_fn(|nth| SafeRouteId::from_bits(nth as u128 + 1));
        let hours = [
            vec![window(&[Weekday::Sunday, Weekday::Wednesday], "00:30", "01:30")],
            vec![window(Weekday::ALL, "10:00", "12:00"), window(&[Weekday::Friday], "18:00", "24:00")],
            vec![window(&[Weekday::Monday, Weekday::Saturday], "00:00", "24:00")],
        ];
        let routes: Vec<(SafeRouteId, &[Window])> = ids.iter().copied().zip(hours.iter().map(Vec::as_slice)).collect();
        let clock_back = START + 5 * HOUR;
        let (mut known, mut machine, mut now) = (Known::default(), Machine::default(), START);
        for (place, step) in walk.iter().enumerate() {
            let place = i64::try_from(place).unwrap();
            step.take(place, &mut now, &ids, (&mut known, &mut machine));
            machine.until(now);
            let at = Moment::from_micros(now);
            let answer = choose(&routes, &known, &local, at);
            for (nth, id) in ids.iter().enumerate() {
                let verified = known.standing(*id, at).state == State::Verified;
                prop_assert_eq!(verified, machine.verified(nth, now), "way {} after step {}", nth, place);
            }
            let first = (0..3).find(|nth| machine.verified(*nth, now) && is_open(&hours[*nth], now, clock_back));
            prop_assert_eq!(answer.now.map(|(id, _)| id), first.map(|nth| ids[nth]), "after step {}", place);
            prop_assert_eq!(answer.verdict == Verdict::Now, first.is_some());
            if let Some((id, until)) = answer.now {
                let nth = ids.iter().position(|one| *one == id).unwrap();
                prop_assert!(is_open(&hours[nth], until.micros() - 1, clock_back) && until > at);
            }
        }
    }
}

#[test]
fn what_has_no_number_in_the_log_yet_counts_against_and_not_for() {
    let (route, at) = (SafeRouteId::random(), Moment::from_micros);
    let asked = |index| Verified { route, asked: at(10), until: at(100), index };
    let state = |verified: Vec<Verified>, doubts: Vec<Doubt>| {
        Known { verified, doubts, ended: Vec::new() }.standing(route, at(20)).state
    };
    let doubt = |recorded, index| Doubt {
        route: None,
        why: "He is released.".to_owned(),
        recorded: at(recorded),
        happened: at(5),
        index,
    };
    assert_eq!(state(vec![asked(Some(7))], Vec::new()), State::Verified);
    assert_eq!(state(vec![asked(None)], Vec::new()), State::Unverified);
    assert_eq!(state(vec![asked(Some(7))], vec![doubt(5, 6)]), State::Verified, "known when she was asked");
    assert_eq!(
        state(vec![asked(Some(7))], vec![doubt(5, 8)]),
        State::Unverified,
        "committed after it, though begun before"
    );
    assert_eq!(state(vec![asked(Some(7))], vec![doubt(5, i64::MAX)]), State::Unverified, "no number yet");
    assert_eq!(
        state(vec![asked(Some(7))], vec![doubt(11, 6)]),
        State::Unverified,
        "recorded between asking and saying so"
    );
}

#[test]
fn each_state_says_why() {
    let (route, at) = (SafeRouteId::random(), Moment::from_micros);
    let verified = vec![Verified { route, asked: at(10), until: at(100), index: Some(1) }];
    let known = Known { verified, ..Known::default() };
    assert_eq!(known.standing(SafeRouteId::random(), at(20)).why, [NEVER_ASKED]);
    assert_eq!(known.standing(route, at(99)).state, State::Verified);
    let late = known.standing(route, at(100));
    assert_eq!((late.state, late.why), (State::Expired, vec![TOO_LONG_AGO.to_owned()]));
    let ended = Known { ended: vec![Ended { route, why: "A worker said so.".to_owned() }], ..known };
    assert_eq!(ended.standing(route, at(20)).state, State::Unsafe);
}
