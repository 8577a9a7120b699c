//! Summaries: for each category that has them, the few fields that stand for the whole.
//!
//! A summary is a value of its own, sealed beside the item and never cut from it: whoever may see the summary opens
//! nothing else. Its fields are closed: dates, words of short lists, one-line texts. There is no room in them for what
//! somebody said, and none for where anybody is.
//! Source: docs/domain.md, roles and matrix ("S"). Who may see which is for the policy to say.

use super::fields::{Content, Depth, FieldReader, FieldWriter};
use super::notes::Category;
use super::text::Line;
use super::time::Day;
use super::words::vocabulary;
use serde::Deserialize;

vocabulary! {
    /// Whether he came.
    Attended {
        /// He was there.
        Present = "present",
        /// He was not.
        Absent = "absent",
        /// He came late.
        Late = "late",
        /// He came and was sent away.
        SentAway = "sent-away",
    }
}

vocabulary! {
    /// How an order or licence stands.
    OrderState {
        /// In force.
        Live = "live",
        /// A breach was reported.
        BreachReported = "breach-reported",
        /// He was recalled to prison.
        Recalled = "recalled",
        /// He was recalled and is not in custody.
        UnlawfullyAtLarge = "unlawfully-at-large",
        /// Suspended by a court.
        Suspended = "suspended",
        /// Over.
        Ended = "ended",
    }
}

vocabulary! {
    /// How closely he is seen. Source: docs/data/contact-levels.csv.
    ContactLevel {
        /// Once a week at least by the case manager, and others besides.
        VeryHigh = "very-high",
        /// Once a week at least.
        High = "high",
        /// Once a week, or once a fortnight when stable.
        Medium = "medium",
        /// Once a month.
        Low = "low",
    }
}

vocabulary! {
    /// How it is safe to reach somebody.
    ContactWay {
        /// A call.
        Telephone = "telephone",
        /// A text message.
        Text = "text",
        /// Face to face.
        InPerson = "in-person",
        /// Only through her worker.
        ThroughWorker = "through-worker",
    }
}

vocabulary! {
    /// What children's services do for the children.
    ChildProtection {
        /// They are on the child protection register.
        Registered = "registered",
        /// They were referred.
        Referred = "referred",
        /// Nothing is under way.
        Nothing = "none",
        /// Not known here.
        Unknown = "not-known",
    }
}

vocabulary! {
    /// What an environmental risk assessment came to.
    Suitability {
        /// Suitable.
        Suitable = "suitable",
        /// Not suitable.
        Unsuitable = "unsuitable",
        /// Not decided yet.
        BeingAssessed = "being-assessed",
    }
}

/// One field of a summary as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Not given.
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// A count.
    Number(u8),
    /// A word, a date or a line.
    Text(String),
    /// Several lines.
    List(Vec<String>),
}

/// A value that a summary may hold.
trait Part: Sized {
    fn put(&self, out: &mut FieldWriter);
    fn take(input: &mut FieldReader<'_>) -> Option<Self>;
    fn shown(&self) -> Shown;
}

macro_rules! worded {
    ($($name:ty),+) => {$(
        impl Part for $name {
            fn put(&self, out: &mut FieldWriter) {
                out.put(Some(&self.to_string()));
            }
            fn take(input: &mut FieldReader<'_>) -> Option<Self> {
                input.take()?.parse().ok()
            }
            fn shown(&self) -> Shown {
                Shown::Text(self.to_string())
            }
        }
    )+};
}

worded!(Day, Attended, OrderState, ContactLevel, ContactWay, ChildProtection, Suitability);

impl Part for bool {
    fn put(&self, out: &mut FieldWriter) {
        out.put(Some(if *self { "y" } else { "n" }));
    }
    fn take(input: &mut FieldReader<'_>) -> Option<Self> {
        match input.take()? {
            "y" => Some(true),
            "n" => Some(false),
            _ => None,
        }
    }
    fn shown(&self) -> Shown {
        Shown::Flag(*self)
    }
}

impl Part for u8 {
    fn put(&self, out: &mut FieldWriter) {
        out.put(Some(&self.to_string()));
    }
    fn take(input: &mut FieldReader<'_>) -> Option<Self> {
        input.take()?.parse().ok()
    }
    fn shown(&self) -> Shown {
        Shown::Number(*self)
    }
}

impl<const MAX: usize> Part for Line<MAX> {
    fn put(&self, out: &mut FieldWriter) {
        out.put(Some(self.reveal()));
    }
    fn take(input: &mut FieldReader<'_>) -> Option<Self> {
        Self::new(input.take()?).ok()
    }
    fn shown(&self) -> Shown {
        Shown::Text(self.reveal().to_owned())
    }
}

impl<const MAX: usize> Part for Vec<Line<MAX>> {
    fn put(&self, out: &mut FieldWriter) {
        out.put_list(self.iter().map(Line::reveal));
    }
    fn take(input: &mut FieldReader<'_>) -> Option<Self> {
        input.list()?.into_iter().map(Line::new).collect::<Result<_, _>>().ok()
    }
    fn shown(&self) -> Shown {
        Shown::List(self.iter().map(|line| line.reveal().to_owned()).collect())
    }
}

impl<T: Part> Part for Option<T> {
    fn put(&self, out: &mut FieldWriter) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn take(input: &mut FieldReader<'_>) -> Option<Self> {
        if bool::take(input)? { T::take(input).map(Some) } else { Some(None) }
    }
    fn shown(&self) -> Shown {
        self.as_ref().map_or(Shown::Nothing, Part::shown)
    }
}

macro_rules! summaries {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$fdoc:meta])+ $field:ident: $type:ty),+ $(,)? })+) => {
        $($(#[$doc])+
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])+ pub $field: $type),+ })+

        /// A summary of an item, by its category.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Summary { $($(#[$doc])+ $name($name)),+ }

        impl Summary {
            /// The categories of which there are summaries beside the man's identity, which has its own.
            pub const CATEGORIES: &'static [Category] = &[$(Category::$name),+];

            /// Returns the category that it is a summary of.
            #[must_use]
            pub const fn category(&self) -> Category {
                match self { $(Self::$name(_) => Category::$name),+ }
            }

            /// Returns its fields as they are shown, in order.
            #[must_use]
            pub fn shown(&self) -> Vec<(&'static str, Shown)> {
                match self { $(Self::$name(it) => vec![$((stringify!($field), it.$field.shown())),+]),+ }
            }
        }

        impl Content for Summary {
            const TABLE: &'static str = "note-summary";
            const DEPTH: Depth = Depth::Summary;

            fn write(&self, out: &mut FieldWriter) {
                out.put(Some(self.category().as_str()));
                match self { $(Self::$name(it) => { $(it.$field.put(out);)+ }),+ }
            }

            fn read(input: &mut FieldReader<'_>) -> Option<Self> {
                match input.take()?.parse::<Category>().ok()? {
                    $(Category::$name => Some(Self::$name($name { $($field: Part::take(input)?),+ })),)+
                    _ => None,
                }
            }
        }
    };
}

summaries! {
    /// The supervision status card.
    SupervisionStatus {
        /// What he is supervised under, such as `community payback order`.
        order: Line<80>,
        /// How it stands.
        state: OrderState,
        /// How closely he is seen.
        contact_level: Option<ContactLevel>,
        /// When it ends.
        ends: Option<Day>,
    }
    /// Which kinds of condition an order or licence has; never whom or where they name.
    OrderConditions {
        /// He must not contact somebody.
        no_contact: bool,
        /// He must be at home at certain hours.
        curfew: bool,
        /// Which hours, such as `19:00 to 07:00`.
        curfew_hours: Option<Line<200>>,
        /// There are places where he must not go.
        exclusion: bool,
        /// He must attend a programme.
        programme: bool,
        /// When they end.
        ends: Option<Day>,
    }
    /// Whether he came, without a reason.
    Attendance {
        /// The day.
        on: Day,
        /// Whether he came.
        attended: Attended,
        /// Which session of the programme.
        session: Option<u8>,
        /// An absence was accepted, on evidence.
        excused: Option<bool>,
    }
    /// What an assessment came to, in its source's own words. Nothing here is computed.
    RiskAssessment {
        /// The tool, such as `SARA`.
        tool: Line<60>,
        /// Its version.
        version: Line<20>,
        /// The level, as the source states it.
        level: Line<40>,
        /// The score, as the source states it.
        score: Option<Line<20>>,
        /// When it was made.
        on: Day,
        /// When it is to be made again.
        due: Option<Day>,
    }
    /// What a risk management plan asks of whoever meets him.
    RiskPlan {
        /// The plan's version.
        version: Line<20>,
        /// What to do if a warning sign shows, at most five lines.
        contingency: Vec<Line<200>>,
        /// When it is reviewed.
        review: Option<Day>,
    }
    /// How to reach somebody safely: the way and the hours, never a number or an address.
    SafeContact {
        /// The way.
        way: ContactWay,
        /// The hours, such as `weekdays 10 to 14`.
        hours: Line<80>,
        /// Whether a message may be left.
        message: bool,
    }
    /// That there are children, and who looks after their safety.
    Child {
        /// How many.
        children: u8,
        /// What children's services do.
        protection: ChildProtection,
    }
    /// What a housing or environmental risk assessment came to.
    Housing {
        /// The outcome.
        suitability: Suitability,
        /// When.
        on: Day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(json: &str) -> Result<Summary, serde_json::Error> {
        serde_json::from_str(json)
    }

    const GOOD: [&str; 8] = [
        r#"{"supervision-status": {"order": "community payback order", "state": "live", "contact_level": "high"}}"#,
        r#"{"order-conditions": {"no_contact": true, "curfew": false, "exclusion": true, "programme": true}}"#,
        r#"{"attendance": {"on": "2026-11-20", "attended": "absent", "session": 9}}"#,
        r#"{"risk-assessment": {"tool": "SARA", "version": "3", "level": "high", "score": "27", "on": "2026-10-01"}}"#,
        r#"{"risk-plan": {"version": "4", "contingency": ["ring the case manager", "do not warn him"]}}"#,
        r#"{"safe-contact": {"way": "telephone", "hours": "weekdays 10 to 14", "message": false}}"#,
        r#"{"child": {"children": 2, "protection": "referred"}}"#,
        r#"{"housing": {"suitability": "being-assessed", "on": "2026-11-02"}}"#,
    ];

    #[test]
    fn every_summary_comes_back_from_its_bytes() {
        for (json, category) in GOOD.iter().zip(Summary::CATEGORIES) {
            let written = summary(json).unwrap();
            assert_eq!(written.category(), *category);
            let back: Summary = FieldReader::content(&FieldWriter::bytes_of(&written)).unwrap();
            assert_eq!(back.shown(), written.shown(), "{json}");
        }
        let shown = summary(GOOD[2]).unwrap().shown();
        assert_eq!(shown[1], ("attended", Shown::Text("absent".to_owned())));
        assert_eq!(shown[3], ("excused", Shown::Nothing));
    }

    #[test]
    fn what_a_summary_does_not_hold_is_refused() {
        for bad in [
            r#"{"attendance": {"on": "2026-11-20", "attended": "absent", "why": "he said that he was ill"}}"#,
            r#"{"protected-account": {"text": "she said"}}"#,
            r#"{"risk-assessment": {"tool": "SARA", "version": "3", "level": 3, "on": "2026-10-01"}}"#,
            r#"{"attendance": {"on": "2026-11-20"}}"#,
            r#"{"child": {"children": -1, "protection": "none"}}"#,
        ] {
            assert!(summary(bad).is_err(), "{bad}");
        }
    }
}
