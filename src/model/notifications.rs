//! What a worker wishes about e-mail: what they set aside, when they want the rest in one, and when nothing shall come.
//!
//! Promises: times are minutes after midnight by the clocks of the area, also on the days on which these are put forward or back;
//! what comes in quiet hours goes out when they end; wishes hold nothing back for ever.
//! Must never know: what is urgent: whoever asks leaves these wishes aside for that.

use super::calendar::Local;
use super::time::Moment;

/// How many quiet hours one time may be moved through.
const MOVES_MAX: usize = 8;

/// The wishes of one worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The kinds that they set aside.
    pub mute: Vec<String>,
    /// The times of day at which the rest comes in one; each by itself at once, if there are none.
    pub digest: Vec<u16>,
    /// From when until when nothing shall come; over midnight, if it ends before it begins.
    pub quiet: Option<(u16, u16)>,
}

impl Wishes {
    /// Says whether a kind was set aside.
    #[must_use]
    pub fn mutes(&self, kind: &str) -> bool {
        self.mute.iter().any(|one| one == kind)
    }

    /// Returns when a word about what was stored then goes out.
    #[must_use]
    pub fn when(&self, local: Local<'_>, stored: Moment) -> Moment {
        let mut at = self.digest_after(local, stored).unwrap_or(stored);
        for _ in 0..MOVES_MAX {
            match self.quiet_at(local, at) {
                Some(end) => at = end,
                None => break,
            }
        }
        at
    }

    fn digest_after(&self, local: Local<'_>, stored: Moment) -> Option<Moment> {
        let today = local.day(stored);
        let days = [today, local.days_after(today, 1), local.days_after(today, 2)];
        let times = days.into_iter().flat_map(|day| self.digest.iter().map(move |time| local.at(day, hour(*time))));
        times.filter(|at| *at >= stored).min()
    }

    /// Returns the end of the quiet hours that a moment lies in.
    fn quiet_at(&self, local: Local<'_>, at: Moment) -> Option<Moment> {
        let (from, until) = self.quiet?;
        let day = local.day(at);
        let spans = if from < until { vec![(from, until)] } else { vec![(0, until), (from, 24 * 60)] };
        let stretches = spans.into_iter().flat_map(|span| local.stretches(day, span));
        stretches.filter(|(begins, ends)| *begins <= at && at < *ends).map(|(_, ends)| ends).max()
    }
}

/// Reads a time of day such as `08:30`, in minutes after midnight.
#[must_use]
pub fn time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |part: &str, below: u16| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u16>().ok().filter(|value| digits && *value < below)
    };
    Some(number(hours, 24)? * 60 + number(minutes, 60)?)
}

/// Writes it again.
#[must_use]
pub fn written(time: u16) -> String {
    format!("{:02}:{:02}", time / 60, time % 60)
}

fn hour(time: u16) -> (u8, u8) {
    (u8::try_from(time / 60).unwrap_or(0), u8::try_from(time % 60).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Second;
    use crate::policy::Policy;

    fn moment(text: &str) -> Moment {
        text.parse::<Second>().unwrap().moment()
    }

    /// Says when a word goes out, in UTC.
    fn goes(wishes: &Wishes, stored: &str) -> String {
        let policy = Policy::embedded().unwrap();
        wishes.when(policy.clocks().calendar().of(None), moment(stored)).to_string()
    }

    #[test]
    fn a_time_of_day_has_one_spelling() {
        assert_eq!((time("00:00"), time("08:30"), time("23:59")), (Some(0), Some(510), Some(1_439)));
        for bad in ["24:00", "8:30", "08:60", "0830", "08:3", "+8:30", ""] {
            assert_eq!(time(bad), None, "{bad}");
        }
        assert_eq!(written(510), "08:30");
    }

    #[test]
    fn without_wishes_it_goes_at_once_and_quiet_hours_end_by_the_clocks_on_the_wall() {
        assert_eq!(goes(&Wishes::default(), "2026-07-01T02:00:00Z"), "2026-07-01T02:00:00Z");
        let night = Wishes { quiet: Some((22 * 60, 7 * 60)), ..Wishes::default() };
        assert_eq!(goes(&night, "2026-07-01T20:59:59Z"), "2026-07-01T20:59:59Z", "21:59 in summer");
        assert_eq!(goes(&night, "2026-07-01T21:00:00Z"), "2026-07-02T06:00:00Z");
        assert_eq!(goes(&night, "2026-12-01T21:30:00Z"), "2026-12-01T21:30:00Z", "21:30 in winter");
        assert_eq!(goes(&night, "2026-12-01T23:30:00Z"), "2026-12-02T07:00:00Z");
        // The night in which clocks are put forward is an hour shorter, that in which they are put back an hour longer.
        assert_eq!(goes(&night, "2027-03-27T22:30:00Z"), "2027-03-28T06:00:00Z");
        assert_eq!(goes(&night, "2026-10-24T21:30:00Z"), "2026-10-25T07:00:00Z");
        // Between one and two of that night the clocks show the same times twice: both are quiet.
        let twice = Wishes { quiet: Some((60, 120)), ..Wishes::default() };
        assert_eq!(goes(&twice, "2026-10-25T00:30:00Z"), "2026-10-25T02:00:00Z");
        assert_eq!(goes(&twice, "2026-10-25T01:30:00Z"), "2026-10-25T02:00:00Z");
        // In spring they never show them: nothing is quiet.
        assert_eq!(goes(&twice, "2027-03-28T01:00:00Z"), "2027-03-28T01:00:00Z");
    }

    #[test]
    fn a_digest_waits_for_its_time_and_never_through_two_days() {
        let twice = Wishes { digest: vec![9 * 60, 16 * 60], ..Wishes::default() };
        assert_eq!(goes(&twice, "2026-12-01T08:59:59Z"), "2026-12-01T09:00:00Z");
        assert_eq!(goes(&twice, "2026-12-01T09:00:00Z"), "2026-12-01T09:00:00Z");
        assert_eq!(goes(&twice, "2026-12-01T09:00:01Z"), "2026-12-01T16:00:00Z");
        assert_eq!(goes(&twice, "2026-12-01T20:00:00Z"), "2026-12-02T09:00:00Z");
        let never = Wishes { digest: vec![3 * 60], quiet: Some((22 * 60, 7 * 60)), mute: vec!["other".to_owned()] };
        assert_eq!(
            goes(&never, "2026-12-01T20:00:00Z"),
            "2026-12-02T07:00:00Z",
            "a digest in quiet hours comes after them"
        );
        assert!(never.mutes("other") && !never.mutes("threat"));
        let always = Wishes { quiet: Some((7 * 60, 7 * 60)), ..Wishes::default() };
        assert!(moment("2026-12-20T00:00:00Z").to_string() > goes(&always, "2026-12-01T20:00:00Z"), "not for ever");
    }
}
