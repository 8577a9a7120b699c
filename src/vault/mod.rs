//! The only cryptography on content: seals what is kept, opens what was recorded.
//!
//! Promises: [`Vault::open`] consumes the receipt of a durable audit entry, opens only
//! what that entry names, and gives plaintext only as a [`Disclosure`]. Data keys are
//! random, wrapped with age to each recipient, signed, and in memory for five minutes.
//! Everything here is synchronous, so no lock is ever held across an await.
//! Must never know: SQL, people, HTTP.

mod age_file;
mod challenge;
mod context;
mod disclosure;
mod error;
mod keys;
mod matching;
mod open;
mod recipients;
mod record;
mod release;
mod settings;
mod share_key;
mod signing;
mod spool;
mod wrap;

pub use challenge::Answered;
pub use disclosure::Disclosure;
pub use error::{Error, NotOpened, Unopened};
pub use open::{Both, BothOpen, OpenedBoth};
pub use settings::Settings;
pub use signing::SignerName;
pub use spool::{Kept, Spool, SpoolError, SpoolStats, Spooled};

use crate::model::fields::{Content, FieldWriter};
use crate::model::id::CaseId;
use crate::model::sealed::{Drawer, Place, Sealed, Wrap};
use crate::model::time::Clock;
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use challenge::ChallengeKey;
use context::Binding;
use keys::{DataKey, KeyCache};
use matching::MatchingKey;
pub use matching::Printer;
use signing::SigningRoot;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wrap::{Addressee, HUB};

/// The hub's identity, its signing key, and the data keys that are unwrapped now.
pub struct Vault {
    hub_id: String,
    identity: Identity,
    signer: Ed25519KeyPair,
    matching: MatchingKey,
    signing: SigningRoot,
    challenges: ChallengeKey,
    keys: Mutex<KeyCache>,
    clock: Arc<dyn Clock>,
    rng: SystemRandom,
}

impl Vault {
    /// Builds a vault; no data key is in it yet.
    ///
    /// # Errors
    /// [`Error::HubName`], [`Error::Identity`] or [`Error::SigningKey`].
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        settings::check_name(&settings.hub_id)?;
        let identity: Identity = settings.identity.expose_secret().trim().parse().map_err(|_| Error::Identity)?;
        let signer = Ed25519KeyPair::from_pkcs8(&settings.signing_key).map_err(|_| Error::SigningKey)?;
        let (matching, signing) = (MatchingKey::of(&identity), SigningRoot::of(&identity));
        let (keys, rng) = (Mutex::default(), SystemRandom::new());
        let challenges = ChallengeKey::of(&identity);
        Ok(Self { hub_id: settings.hub_id, identity, signer, matching, signing, challenges, keys, clock, rng })
    }

    /// Returns settings with new secrets, for `init` and the demonstration.
    ///
    /// # Errors
    /// [`Error::HubName`] or [`Error::NoRandomness`].
    pub fn generate(hub_id: &str) -> Result<Settings, Error> {
        Settings::generate(hub_id)
    }

    /// Returns the hub's age recipient (`age1…`).
    #[must_use]
    pub fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    /// Returns the Ed25519 public key with which an agency checks the hub's wraps.
    #[must_use]
    pub fn verifying_key(&self) -> &[u8] {
        self.signer.public_key().as_ref()
    }

    /// Says whether the drawer's key is at hand now. It may have gone a moment later.
    #[must_use]
    pub fn has_key(&self, drawer: &Drawer) -> bool {
        self.key(drawer).is_some()
    }

    /// Unwraps the hub's own among `wraps`, of one drawer or several, and keeps the keys for five minutes.
    ///
    /// # Errors
    /// [`Error::NoWrap`] if none is the hub's; otherwise that of the first wrap which failed
    /// one of its three checks. The keys before it are kept.
    pub fn unlock(&self, wraps: &[Wrap]) -> Result<(), Error> {
        let mut mine = wraps.iter().filter(|wrap| wrap.recipient == HUB).peekable();
        if mine.peek().is_none() {
            return Err(Error::NoWrap);
        }
        mine.try_for_each(|wrap| {
            let key = wrap::unwrap(wrap, &self.identity, self.verifying_key())?;
            self.cache().put(wrap.drawer, key, self.clock.now());
            Ok(())
        })
    }

    /// Makes a new drawer's key, wraps it to the hub and to each (name, age recipient), and keeps it for five minutes.
    ///
    /// The wraps must be committed with the first value that is sealed under the key: a
    /// key whose wraps are lost is lost. If the commit fails, call [`Vault::discard`].
    ///
    /// # Errors
    /// [`Error::DrawerHasKey`] if a key of this drawer is at hand; [`Error::Recipient`]. No key was made.
    pub fn new_drawer(&self, drawer: Drawer, recipients: &[(String, String)]) -> Result<Vec<Wrap>, Error> {
        let addressees = recipients::parse(recipients)?;
        let now = self.clock.now();
        let key = DataKey::random(&self.rng)?;
        let hub = (HUB, self.identity.to_public());
        let wraps = std::iter::once(&hub)
            .chain(&addressees)
            .map(|(name, recipient)| wrap::wrap(&key, drawer, Addressee { name, recipient }, now, &self.signer))
            .collect::<Result<_, _>>()?;
        // Looked up and kept under one lock: of two makers at once, the second is refused.
        let mut cache = self.cache();
        if cache.get(&drawer, now).is_some() {
            return Err(Error::DrawerHasKey);
        }
        cache.put(drawer, key, now);
        Ok(wraps)
    }

    /// Seals `content` into its place.
    ///
    /// # Errors
    /// [`Error::Locked`] if the drawer's key is not at hand; [`Error::WrongCompartment`]; [`Error::TooLarge`].
    pub fn seal<C: Content>(&self, place: Place, content: &C) -> Result<Sealed<C>, Error> {
        release::belongs(&place)?;
        let key = self.key(&place.drawer).ok_or(Error::Locked { drawer: place.drawer })?;
        let plaintext = FieldWriter::bytes_of(content);
        let bytes = record::seal_bytes(&key, &self.binding::<C>(&place), &plaintext, &self.rng)?;
        Ok(Sealed::found(place, bytes))
    }

    /// Drops one drawer's key, because its wraps were not committed.
    pub fn discard(&self, drawer: &Drawer) {
        self.cache().discard(drawer);
    }

    /// Drops every key of a case.
    pub fn forget(&self, case: CaseId) {
        self.cache().forget(case);
    }

    /// Drops every key: the vault is shut.
    pub fn forget_all(&self) {
        self.cache().forget_all();
    }

    /// Drops the keys whose five minutes are up. To be called now and then, for a hub in which nobody works.
    pub fn sweep(&self) {
        self.cache().sweep(self.clock.now());
    }

    /// Returns a keyed fingerprint of `text` under `label`, for matching in memory.
    ///
    /// Never store it: equal texts have equal fingerprints, which tells a reader of the database who is who.
    #[must_use]
    pub fn fingerprint(&self, label: &str, text: &str) -> [u8; 32] {
        self.matching.fingerprint(label, text)
    }

    /// Returns what makes short keyed fingerprints under `label`, for matching in memory. As little to be stored as those
    /// of [`Vault::fingerprint`].
    #[must_use]
    pub fn printer(&self, label: &str) -> Printer {
        self.matching.printer(label)
    }

    /// Returns the hub's short name.
    #[must_use]
    pub fn hub(&self) -> &str {
        &self.hub_id
    }

    /// Returns the public key with which a signer's records of consent are checked.
    ///
    /// # Errors
    /// [`Error::SigningKey`].
    pub fn signer_public(&self, name: &SignerName) -> Result<[u8; 32], Error> {
        self.signing.public(&self.hub_id, name)
    }

    /// Signs a record of consent as this signer, whose key the hub holds.
    ///
    /// # Errors
    /// [`Error::SigningKey`].
    pub fn sign_as(&self, name: &SignerName, bytes: &[u8]) -> Result<[u8; 64], Error> {
        self.signing.sign(&self.hub_id, name, bytes)
    }

    /// Draws 32 random bytes that bind a text to a signed record.
    ///
    /// # Errors
    /// [`Error::NoRandomness`].
    pub fn salt(&self) -> Result<[u8; 32], Error> {
        let mut salt = [0; 32];
        aws_lc_rs::rand::SecureRandom::fill(&self.rng, &mut salt).map_err(|_| Error::NoRandomness)?;
        Ok(salt)
    }

    fn binding<'a, C: Content>(&'a self, place: &'a Place) -> Binding<'a> {
        Binding { hub: &self.hub_id, table: C::TABLE, place }
    }

    fn key(&self, drawer: &Drawer) -> Option<Arc<DataKey>> {
        self.cache().get(drawer, self.clock.now())
    }

    /// A panic while the lock was held costs the keys: they can be unwrapped again.
    fn cache(&self) -> MutexGuard<'_, KeyCache> {
        self.keys.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut cache = poisoned.into_inner();
            cache.forget_all();
            self.keys.clear_poison();
            cache
        })
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.hub_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::agencies::WorkerName;
    use crate::model::id::{NoteId, WorkerId};
    use crate::model::sealed::{Compartment, Record};
    use crate::model::text::Line;
    use crate::model::time::{HandWound, Moment};

    fn vault() -> (Vault, Arc<HandWound>) {
        let clock = Arc::new(HandWound::at(Moment::from_micros(1_800_000_000_000_000)));
        (Vault::new(Vault::generate("ayrshire").unwrap(), clock.clone()).unwrap(), clock)
    }

    fn agency(name: &str) -> (String, String) {
        (name.to_owned(), Identity::generate().to_public().to_string())
    }

    fn place() -> Place {
        Place { drawer: Drawer::directory(), record: Record::Worker(WorkerId::from_bits(1)) }
    }

    fn name() -> WorkerName {
        WorkerName(Line::new("Morag Reid").unwrap())
    }

    #[test]
    fn a_new_drawer_takes_content_until_its_key_is_gone_and_again_when_unlocked() {
        let (vault, clock) = vault();
        let locked = Error::Locked { drawer: place().drawer };
        assert_eq!(vault.seal(place(), &name()).unwrap_err(), locked);
        let wraps = vault.new_drawer(place().drawer, &[agency("police"), agency("prison")]).unwrap();
        let names: Vec<&str> = wraps.iter().map(|wrap| wrap.recipient.as_str()).collect();
        assert_eq!(names, ["hub", "police", "prison"]);
        assert!(vault.seal(place(), &name()).is_ok());
        clock.wind(keys::KEPT_SECONDS);
        assert!(!vault.has_key(&place().drawer));
        assert_eq!(vault.seal(place(), &name()).unwrap_err(), locked);
        assert_eq!(vault.unlock(&wraps[1..]), Err(Error::NoWrap));
        vault.unlock(&wraps).unwrap();
        assert!(vault.seal(place(), &name()).is_ok());
    }

    #[test]
    fn a_drawer_has_one_key() {
        let (vault, _) = vault();
        let drawer = Drawer::of(CaseId::from_bits(1), Compartment::Core);
        vault.new_drawer(drawer, &[]).unwrap();
        assert_eq!(vault.new_drawer(drawer, &[]), Err(Error::DrawerHasKey));
        vault.discard(&drawer);
        assert!(vault.new_drawer(drawer, &[]).is_ok());
        vault.forget(CaseId::from_bits(1));
        assert!(!vault.has_key(&drawer));
    }

    #[test]
    fn another_hubs_wrap_unlocks_nothing() {
        let ((vault, _), (other, _)) = (vault(), vault());
        let wraps = other.new_drawer(place().drawer, &[]).unwrap();
        assert_eq!(vault.unlock(&wraps), Err(Error::WrapSignature));
        assert!(!vault.has_key(&place().drawer));
    }

    #[test]
    fn what_does_not_belong_in_a_compartment_is_not_sealed_there() {
        let (vault, _) = vault();
        let drawer = Drawer::of(CaseId::random(), Compartment::Location);
        let place = Place { drawer, record: Record::Note(NoteId::random()) };
        assert_eq!(vault.seal(place, &name()).unwrap_err(), Error::WrongCompartment);
    }

    #[test]
    fn settings_are_checked_and_not_printed() {
        let clock = || Arc::new(HandWound::at(Moment::from_micros(0)));
        let good = || Vault::generate("ayrshire").unwrap();
        assert_eq!(format!("{:?}", good()), "Settings(ayrshire)");
        let refused = |settings| Vault::new(settings, clock()).unwrap_err();
        assert_eq!(refused(Settings { hub_id: "Ayr shire".to_owned(), ..good() }), Error::HubName);
        assert_eq!(refused(Settings { identity: "AGE-SECRET-KEY-1".into(), ..good() }), Error::Identity);
        assert_eq!(refused(Settings { signing_key: Vec::new().into(), ..good() }), Error::SigningKey);
    }
}
