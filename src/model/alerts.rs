//! The victim-safety alert: a notice plus named recipients who owe an answer.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::Prose;
use super::words::vocabulary;

vocabulary! {
    /// How fast somebody must act.
    Severity {
        /// Life may be at risk now.
        Critical = "critical",
        /// Today.
        High = "high",
        /// In the course of work.
        Normal = "normal",
    }
}

vocabulary! {
    /// How far one recipient's copy has come.
    DeliveryState {
        /// On disk, waiting in the recipient's inbox.
        Stored = "stored",
        /// Put on the recipient's open stream, or shown in a page of their inbox.
        Sent = "sent",
        /// Their client said that it has it, or asked for what comes after it.
        Delivered = "delivered",
        /// A named person opened it.
        Read = "read",
        /// A named person said that they have it.
        Acknowledged = "acknowledged",
        /// A named person said what was done.
        Acted = "acted",
        /// A named person said that she is safe, or the child or whoever else it is about.
        ConfirmedSafe = "confirmed-safe",
    }
}

vocabulary! {
    /// A kind of alert that the hub raises by itself: nobody may ask for one by name, and it stands in no catalogue of
    /// kinds that people raise. (`consent-withdrawn` and `agreement-withdrawn` are in the catalogue, and both raise them.)
    HubKind {
        /// A note was shared, and its author asked for an alert.
        NoteShared = "note-shared",
        /// A share was recalled.
        NoteRecalled = "note-recalled",
        /// A note was corrected, to everybody who had the wrong one.
        NoteCorrected = "note-corrected",
        /// What is hers went to somebody by mistake, to her worker.
        MisSent = "mis-sent",
        /// A breach row is open, to the officers who answer for it.
        BreachOpened = "breach-opened",
        /// A worker searched for somebody whom they know, to their manager.
        OwnLookup = "own-lookup",
        /// A worker said that they know somebody, to their manager.
        ConflictDeclared = "conflict-declared",
        /// An override waits for a second person.
        OverrideAsked = "override-asked",
        /// What was closed was opened in an emergency.
        EmergencyAccess = "emergency-access",
        /// Somebody wrote words into his record that are kept for her, to her worker.
        ProtectedWords = "protected-words",
        /// What was taken back had been passed on, or is not deleted, to the one who shared it.
        PassedOn = "passed-on",
        /// An override was turned down, found unjustified or corrected, to her worker.
        OverrideChanged = "override-changed",
        /// He refused his agreement or took it back, to the workers of each woman and child.
        HisAgreement = "his-agreement",
        /// An emergency access was found not justified, to the workers of those whose records it opened.
        EmergencyJudged = "emergency-not-justified",
        /// Something happened that should have alerted somebody, and nobody could be told; to the officers who answer for it.
        NobodyTold = "nobody-told",
        /// A clock of a case is late, to those whom its rule names and to the case manager.
        ClockLate = "clock-late",
        /// A risk assessment was put right, to everybody who saw the wrong one.
        AssessmentCorrected = "assessment-corrected",
        /// A batch of assessments is not to be relied on, to everybody who saw one of them.
        AssessmentDoubted = "assessment-doubted",
        /// A MAPPA referral was filed, to the co-ordinator who is to answer it.
        ReferralFiled = "referral-filed",
        /// A MAPPA referral was returned or accepted, to who filed it.
        ReferralAnswered = "referral-answered",
        /// Details for a programme were sent to a women's service, to those who say that they arrived.
        DetailsSent = "programme-details",
        /// What was asked about a proposed address is not answered by its time, to those who owe the answer and to those who
        /// wait for it.
        AnswerWanting = "answer-wanting",
        /// A way of reaching her was said to be unsafe, or an attempt went wrong, to those who work with her and answer for them.
        ContactUnsafe = "contact-unsafe",
        /// A manager went beyond a refusal to reach her, to those who work with her.
        ContactBeyond = "contact-beyond",
        /// Nobody acknowledged an alert up to the last rung of its ladder, to the one who sent it and to the officers.
        AlertUnanswered = "alert-unanswered",
        /// A drill: about nobody, to whoever is on duty.
        Drill = "drill",
        /// Nobody acknowledged a drill up to the last rung of its ladder.
        DrillUnanswered = "drill-unanswered",
        /// An agency's alerts came all at once, and what women may be told of them is held back; to those who answer for it.
        StormBegun = "storm-begun",
        /// They were right, or a mistake; to those in women's and children's services whom they had told.
        StormEnded = "storm-ended",
        /// A case was locked, to those who work on it and to the officers who look at it.
        CaseLocked = "case-locked",
        /// It is open again, to the same.
        CaseUnlocked = "case-unlocked",
        /// Somebody said that a signing key is lost or stolen, to the officers who may vouch for the next one.
        SigningKeyReported = "signing-key-reported",
        /// What should have told somebody outside the hub that something waits did not get through, to the officers.
        Undelivered = "undelivered",
        /// What was kept while the hub could not work was not done in the end, to the one who sent it.
        NotSent = "not-sent",
        /// A frame of the spool cannot be read, to the officers who answer for the hub.
        SpoolDamaged = "spool-damaged",
    }
}

impl HubKind {
    /// Says whether an alert of this kind climbs a ladder while nobody acknowledges it. What stands at the end of one does not:
    /// it would ring for ever, and whoever sent the first is telephoning.
    #[must_use]
    pub const fn climbs(self) -> bool {
        !matches!(self, Self::AlertUnanswered | Self::DrillUnanswered)
    }

    /// Says whether it is of a drill: marked as one wherever it is shown, and counted nowhere.
    #[must_use]
    pub const fn is_drill(self) -> bool {
        matches!(self, Self::Drill | Self::DrillUnanswered)
    }

    /// Returns it as an alert carries it.
    #[must_use]
    pub fn word(self) -> String {
        self.as_str().to_owned()
    }
}

/// The words of an alert, sealed.
#[derive(Debug)]
pub struct AlertText {
    /// What happened.
    pub text: Prose<2000>,
    /// What the worker may tell her, approved by the one who raised it.
    pub may_tell_her: Option<Prose<1000>>,
}

impl Content for AlertText {
    const TABLE: &'static str = "alert";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.text.reveal()));
        out.put(self.may_tell_her.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            text: Prose::new(input.take()?).ok()?,
            may_tell_her: input.optional()?.map(Prose::new).transpose().ok()?,
        })
    }
}

/// What a recipient did about an alert, sealed; the sender may read it.
#[derive(Debug)]
pub struct ActionText(
    /// What was done.
    pub Prose<1000>,
);

impl Content for ActionText {
    const TABLE: &'static str = "alert_action";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}
