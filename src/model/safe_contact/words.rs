//! The closed words of reaching somebody safely.
//!
//! Must never know: what follows from any of them.

use crate::model::words::vocabulary;

vocabulary! {
    /// By what she is reached. The hub itself reaches nobody: a person does.
    Means {
        /// A worker telephones.
        Telephone = "telephone",
        /// A worker writes a text message.
        Text = "text",
        /// A worker writes an e-mail.
        Email = "e-mail",
        /// A worker meets her at a place.
        InPerson = "in-person",
        /// A worker goes through somebody whom she trusts.
        ThirdPerson = "third-person",
    }
}

vocabulary! {
    /// In which language a worker speaks with her. Another one is written into the notes of the way.
    Language {
        /// English.
        English = "en",
        /// Scots.
        Scots = "sco",
        /// Scottish Gaelic.
        Gaelic = "gd",
        /// British Sign Language.
        SignLanguage = "bfi",
        /// Albanian.
        Albanian = "sq",
        /// Amharic.
        Amharic = "am",
        /// Arabic.
        Arabic = "ar",
        /// Bengali.
        Bengali = "bn",
        /// Bulgarian.
        Bulgarian = "bg",
        /// Cantonese.
        Cantonese = "yue",
        /// Dari.
        Dari = "prs",
        /// Farsi.
        Farsi = "fa",
        /// French.
        French = "fr",
        /// Hindi.
        Hindi = "hi",
        /// Hungarian.
        Hungarian = "hu",
        /// Kurdish, Sorani.
        Kurdish = "ckb",
        /// Latvian.
        Latvian = "lv",
        /// Lithuanian.
        Lithuanian = "lt",
        /// Mandarin.
        Mandarin = "zh",
        /// Pashto.
        Pashto = "ps",
        /// Polish.
        Polish = "pl",
        /// Portuguese.
        Portuguese = "pt",
        /// Punjabi.
        Punjabi = "pa",
        /// Romanian.
        Romanian = "ro",
        /// Russian.
        Russian = "ru",
        /// Somali.
        Somali = "so",
        /// Spanish.
        Spanish = "es",
        /// Swahili.
        Swahili = "sw",
        /// Tigrinya.
        Tigrinya = "ti",
        /// Turkish.
        Turkish = "tr",
        /// Ukrainian.
        Ukrainian = "uk",
        /// Urdu.
        Urdu = "ur",
        /// Vietnamese.
        Vietnamese = "vi",
        /// Another one.
        Other = "other",
    }
}

vocabulary! {
    /// Who interprets. Never somebody of her family or his: there is no word for that.
    Interpreter {
        /// Nobody need.
        NotNeeded = "not-needed",
        /// A professional interpreter.
        Professional = "professional",
        /// A professional interpreter who is a woman.
        ProfessionalWoman = "professional-woman",
    }
}

vocabulary! {
    /// How a worker asked her whether a way is safe.
    Asked {
        /// Face to face, alone.
        InPerson = "in-person",
        /// On a telephone that was known to be safe.
        ByTelephone = "by-telephone",
        /// Somebody whom she trusts brought her answer.
        ThirdPerson = "through-a-third-person",
        /// She wrote or rang of her own accord.
        SheSaid = "she-said-so",
    }
}

vocabulary! {
    /// Where a way stands now.
    State {
        /// She was asked, and nothing has happened since.
        Verified = "verified",
        /// She was not asked, or something has happened since.
        Unverified = "unverified",
        /// She was asked too long ago.
        Expired = "expired",
        /// It is not used any more.
        Unsafe = "unsafe",
    }
}

vocabulary! {
    /// What the hub answered to a worker who asked to reach her.
    Verdict {
        /// By the way that is shown, now.
        Now = "now",
        /// Not at this hour.
        NotNow = "not-now",
        /// By no way before she is asked again whether it is safe.
        NotVerified = "not-verified",
        /// Every way that is recorded is unsafe.
        Unsafe = "unsafe",
        /// A manager went beyond a refusal, with a reason.
        Overridden = "overridden",
    }
}

vocabulary! {
    /// What came of trying to reach her.
    Outcome {
        /// She was reached.
        Reached = "reached",
        /// Nobody answered.
        NoAnswer = "no-answer",
        /// Somebody else answered.
        SomebodyElse = "somebody-else-answered",
        /// She asked not to be reached so.
        AskedNotTo = "asked-not-to-be-rung",
        /// It was not safe, and was ended.
        NotSafe = "not-safe-ended",
        /// The worker did not try.
        NotTried = "not-tried",
    }
}

vocabulary! {
    /// Why a worker wants to reach her.
    Reason {
        /// To tell her what an alert says.
        Alert = "alert",
        /// She asked to be rung.
        SheAsked = "she-asked",
        /// To plan for her safety.
        SafetyPlanning = "safety-planning",
        /// To ask whether the ways are still safe.
        Verify = "verify",
        /// To keep an appointment or make one.
        Appointment = "appointment",
    }
}

vocabulary! {
    /// What a worker says of ways.
    Mark {
        /// She was asked, and they are safe.
        Verified = "verified",
        /// They are not to be used any more.
        Unsafe = "unsafe",
    }
}
