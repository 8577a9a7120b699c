//! On what a share stands: a basis is looked at before anything is shared, and never before something is taken back.
//!
//! Promises: a gateway is taken only where `policies/gateways.csv` says that it fits the man's MAPPA category, both
//! agencies, the regime and the purpose; whoever names one that does not fit is told which would. What each basis carries is
//! for `policies/bases.csv` to say. What goes outside the arrangements is a disclosure and no share.
//! Must never know: who may share.

use super::goes::Said;
use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::{Regime, Seat};
use crate::model::id::{AgencyId, ConsentId, ShareId};
use crate::model::mappa::MappaStatus;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::{Basis, BasisWords, Purpose, is_gateway_code, is_order_reference};
use crate::model::text::{Line, Prose};
use crate::model::time::Day;
use crate::policy::Flow;
use crate::policy::bases::{Ground, Whose};
use crate::policy::permit::Action;
use crate::store::consents::StoredConsent;
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use crate::store::shares::{BasisWordsOf, NewBasis, StoredBasis, basis_place};
use crate::vault::Disclosure;
use serde::Deserialize;
use std::collections::BTreeSet;

/// On what a share stands.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ShareBasis {
    /// The subject's recorded consent.
    Consent {
        /// Any event of the chain.
        consent: ConsentId,
    },
    /// A statutory gateway.
    StatutoryDuty {
        /// Its code, such as `2005-s10`.
        gateway: String,
    },
    /// Somebody's life.
    VitalInterests {
        /// Why.
        reason: Prose<1000>,
    },
    /// A court's order.
    CourtOrder {
        /// Its reference: letters, digits, `/` and `-`, and nobody's name.
        reference: String,
        /// Which court made it.
        court: Line<120>,
        /// On which day.
        made: Day,
        /// The last day on which it holds.
        #[serde(default)]
        expires: Option<Day>,
    },
    /// The public interest: for disclosure outside the arrangements, never for a share.
    PublicInterest {},
}

impl ShareBasis {
    /// Returns what kind of basis it is.
    const fn ground(&self) -> Ground {
        match self {
            Self::Consent { .. } => Ground::Consent,
            Self::StatutoryDuty { .. } => Ground::StatutoryDuty,
            Self::VitalInterests { .. } => Ground::VitalInterests,
            Self::CourtOrder { .. } => Ground::CourtOrder,
            Self::PublicInterest {} => Ground::PublicInterest,
        }
    }

    /// Returns what was written about it, with its field: whoever reads the note may read it.
    pub(super) fn said(&self) -> Option<Said<'_>> {
        match self {
            Self::VitalInterests { reason } => Some(("basis.reason", reason.reveal())),
            Self::CourtOrder { court, .. } => Some(("basis.court", court.reveal())),
            Self::Consent { .. } | Self::StatutoryDuty { .. } | Self::PublicInterest {} => None,
        }
    }
}

/// What a share stands on, as it is shown.
#[derive(Debug)]
pub struct OpenBasis {
    /// What stands in clear.
    pub basis: StoredBasis,
    /// The law behind a gateway.
    pub law: Option<String>,
    /// What was written about it, with its audit number.
    pub words: Option<Disclosure<Vec<BasisWords>>>,
    /// Where the look stands in the log, if there were no words to open.
    pub recorded: Option<Recorded>,
}

impl Desk {
    /// Checks that a share stands on something, and names it.
    pub(super) async fn basis(
        &self,
        actor: &Actor,
        note: &StoredNote,
        recipients: &[Seat],
        purpose: Purpose,
        basis: &ShareBasis,
    ) -> Result<Basis, Error> {
        if matches!(basis, ShareBasis::StatutoryDuty { .. } | ShareBasis::VitalInterests { .. }) {
            self.heed_her_no(actor, note, recipients).await?;
        }
        self.carries(actor, note, purpose, basis.ground()).await?;
        match basis {
            ShareBasis::Consent { consent } => self.consented(note, recipients, purpose, *consent).await,
            ShareBasis::StatutoryDuty { gateway } => self.gateway(actor, note, recipients, purpose, gateway).await,
            ShareBasis::VitalInterests { .. } => Ok(Basis::VitalInterests),
            ShareBasis::CourtOrder { reference, made, expires, .. } => self.ordered(reference, *made, *expires),
            // No share stands on it, whatever a policy says: it is what a decision about disclosure stands on.
            ShareBasis::PublicInterest {} => Err(Error::field("basis.type", "carries no share: name another basis")),
        }
    }

    /// Checks that this kind of basis carries whose data it is, for this purpose and under the agency's own regime.
    async fn carries(&self, actor: &Actor, note: &StoredNote, purpose: Purpose, ground: Ground) -> Result<(), Error> {
        let hers = note.head.about.is_some() || note.head.category.is_protected();
        let whose = if hers { Whose::Hers } else { Whose::His };
        let Some(carries) = self.gate.policy.bases().of(ground, whose) else { return Err(Error::Conflict) };
        let regime = if carries.asks_for_regime() { Some(self.regime(actor).await?) } else { None };
        match carries.refusal(purpose, regime) {
            Some(say) => Err(Error::field("basis.type", say)),
            None => Ok(()),
        }
    }

    /// Refuses what she told her own service, or where she is, to an agency that she does not want told: one worker does not
    /// decide that alone.
    async fn heed_her_no(&self, actor: &Actor, note: &StoredNote, recipients: &[Seat]) -> Result<(), Error> {
        let Some(her) = note.head.about.filter(|_| note.head.category.is_protected()) else { return Ok(()) };
        let agencies: BTreeSet<&AgencyId> =
            recipients.iter().map(|seat| &seat.agency).filter(|agency| *agency != actor.agency()).collect();
        for agency in agencies {
            if self.gate.store.said_no(note.case, her, self.now(), agency, note.head.category).await? {
                let say = "is not enough, because she has said no to this: it takes a second person. Ask for an override of \
                           the note; with life-at-risk it opens at once. If somebody is in danger now, ring 999";
                return Err(Error::field("basis.type", say));
            }
        }
        Ok(())
    }

    /// Seals what was written about a basis, if anything was.
    pub(super) async fn sealed_basis(
        &self,
        share: ShareId,
        note: &StoredNote,
        basis: &ShareBasis,
    ) -> Result<Option<Box<NewBasis>>, Error> {
        let again = "it was taken once";
        let (words, made, until) = match basis {
            ShareBasis::VitalInterests { reason } => {
                let reason = Some(Prose::new(reason.reveal()).expect(again));
                (BasisWords { reason, court: None }, None, None)
            }
            ShareBasis::CourtOrder { court, made, expires, .. } => {
                let court = Some(Line::new(court.reveal()).expect(again));
                (BasisWords { reason: None, court }, Some(*made), expires.map(Day::end))
            }
            _ => return Ok(None),
        };
        let words = self.seal(basis_place(share, note.case), &words).await?;
        Ok(Some(Box::new(NewBasis { made, until, words: BasisWordsOf::Written(words) })))
    }

    /// Carries a share's basis over to the share of a corrected note: its days, and where its words stand.
    pub(super) async fn same_basis(&self, old: ShareId) -> Result<Option<NewBasis>, Error> {
        let stored = self.gate.store.basis_of(old).await?.filter(|stored| stored.words.is_some());
        let Some(stored) = stored else { return Ok(None) };
        let made = stored.made.as_deref().map(str::parse).transpose().map_err(|_| Error::Conflict)?;
        Ok(Some(NewBasis { made, until: stored.until, words: BasisWordsOf::First(stored.first) }))
    }

    /// Checks that a live consent to sharing covers each recipient: nothing stands on how she wants to be reached, or on his
    /// statements.
    async fn consented(
        &self,
        note: &StoredNote,
        recipients: &[Seat],
        purpose: Purpose,
        id: ConsentId,
    ) -> Result<Basis, Error> {
        let found = self.gate.store.consent(id).await?.filter(|consent| consent.head.case == note.case);
        let covers = |consent: &StoredConsent| {
            let hers = note.head.about.is_none() || consent.head.about() == note.head.about;
            let scoped = |seat: &Seat| consent.scope.contains(&(seat.agency.clone(), note.head.category, purpose));
            let carries = consent.head.kind.carries_sharing();
            carries && consent.head.holds_at(self.now()) && hers && recipients.iter().all(scoped)
        };
        match found.filter(covers) {
            Some(consent) => Ok(Basis::Consent(consent.head.chain)),
            None => {
                let say =
                    "is not a live consent to sharing of this case that covers this recipient, category and purpose";
                Err(Error::field("basis.consent", say))
            }
        }
    }

    /// Checks that a gateway fits the man, both agencies, the regime and the purpose.
    async fn gateway(
        &self,
        actor: &Actor,
        note: &StoredNote,
        recipients: &[Seat],
        purpose: Purpose,
        gateway: &str,
    ) -> Result<Basis, Error> {
        let case = self.gate.store.case(note.case).await?.ok_or(Error::NotFound)?;
        let (status, regime) = (MappaStatus::of(case.mappa.as_deref()), self.regime(actor).await?);
        let from = actor.kind();
        let flows: Vec<Flow> =
            recipients.iter().map(|seat| Flow { from, regime, to: seat.kind, status, purpose }).collect();
        let gateways = self.gate.policy.gateways();
        let fits = is_gateway_code(gateway) && flows.iter().all(|flow| gateways.fits(gateway, flow));
        if fits {
            return Ok(Basis::StatutoryDuty(gateway.to_owned()));
        }
        let would = gateways.fitting(&flows);
        let next = if would.is_empty() {
            "none does: share with each agency apart, for another purpose, or on another basis".to_owned()
        } else {
            format!("these do: {}", would.join(", "))
        };
        let say = format!("is not a gateway that fits his MAPPA category, the agencies and the purpose; {next}");
        Err(Error::field("basis.gateway", &say))
    }

    /// Checks what is said of a court's order.
    fn ordered(&self, reference: &str, made: Day, expires: Option<Day>) -> Result<Basis, Error> {
        let now = self.now();
        if !is_order_reference(reference) {
            let say = "is not a reference: write 2 to 40 letters, digits, slashes and hyphens, and nobody's name";
            return Err(Error::field("basis.reference", say));
        }
        if made > self.today() {
            return Err(Error::field("basis.made", "is a day to come: give the day on which the court made the order"));
        }
        if expires.is_some_and(|day| day.end() <= now) {
            return Err(Error::field("basis.expires", "is in the past: an order that has run out carries nothing"));
        }
        Ok(Basis::CourtOrder(reference.to_owned()))
    }

    async fn regime(&self, actor: &Actor) -> Result<Regime, Error> {
        Ok(self.gate.store.agency(actor.agency()).await?.ok_or(Error::NotFound)?.regime)
    }

    /// Shows what a share stands on, to whoever may read the note without it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn share_basis(&self, actor: &Actor, id: ShareId, purpose: Option<Purpose>) -> Result<OpenBasis, Error> {
        let share = self.gate.store.share(id).await?;
        let note = match &share {
            Some(share) => self.gate.store.note(share.note).await?,
            None => None,
        };
        let basis = self.gate.store.basis_of(id).await?;
        let question = Question {
            action: Action::Read,
            record: Record::Share(id),
            case: note.as_ref().map(|note| note.case),
            about: None,
            category: note.as_ref().map_or(Category::Identity, |note| note.head.category),
            purpose: self.purpose(actor, purpose),
        };
        let ask = question.by(actor);
        let Some((note, basis)) = note.zip(basis) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let law = basis.reference.as_deref().and_then(|code| self.gate.policy.gateways().law(code)).map(str::to_owned);
        if let Some(sealed) = basis.words.clone() {
            // The words may stand with the share of the note that this one corrected: the entry names that too.
            let shown = Effect::Disclose(vec![Record::Share(basis.first)]).into();
            let receipt = self.gate.pass(&ask, Some(note.item()), shown).await?;
            let words = Some(self.gate.open_many(&ask, vec![sealed], receipt).await?);
            return Ok(OpenBasis { basis, law, words, recorded: None });
        }
        let receipt = self.gate.pass(&ask, Some(note.item()), Effect::Disclose(Vec::new()).into()).await?;
        Ok(OpenBasis { basis, law, words: None, recorded: Some(Recorded::from(&receipt)) })
    }
}
