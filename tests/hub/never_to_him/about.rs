//! Notes about her in rows of his, on random worlds.

use super::{Draw, MARK, Marked, Scene, told};
use crate::stories::{alert, note_about, share_with};
use crate::world::{Answer, Player, World};
use serde_json::{Value, json};
use std::cell::RefCell;

fn is_kept_out(answer: &Answer) -> bool {
    [403, 404, 422].contains(&answer.status.as_u16())
}

/// What is about her in rows of his: it repeats nothing of hers, in whatever field of whatever is written, and neither it
/// nor she is there for whoever is not shown her on the case.
pub(super) async fn she_is_not_there(world: &World, scene: &Scene<'_>, draw: &RefCell<Draw>) {
    let word = || draw.borrow_mut().word();
    let her = scene.her.to_string();
    let said: Vec<String> = (0..12).map(|nth| if nth % 2 == 0 { word() } else { "and".to_owned() }).collect();
    let said = format!("{} {MARK}{}", said.join(" "), word());
    world.cast(&scene.worker).writes(scene.case, note_about(&her, "protected-account", &said)).await;
    let case = format!("/api/v1/cases/{}", scene.case.id);
    let mut marked = Marked::default();
    for who in &scene.his {
        let player = world.cast(who);
        for category in ["attendance", "risk-plan", "risk-assessment", "order-conditions", "supervision-status"] {
            let mut quoting = note_about(&her, category, "He may come.");
            let field = *draw.borrow_mut().pick(&["text", "opinion", "sources", "summary"]);
            match field {
                "sources" => quoting["sources"] = json!([said]),
                "summary" => {
                    quoting["category"] = json!("risk-plan");
                    quoting["summary"] = json!({ "risk-plan": { "version": "4", "contingency": [said] } });
                }
                field => quoting[field] = json!(said),
            }
            let answer = player.post(&format!("{case}/notes"), quoting).await;
            assert!(is_kept_out(&answer), "{who} wrote her words in {field}: {answer}");
            let plain = player.post(&format!("{case}/notes"), note_about(&her, category, "He may come.")).await;
            marked.notes.extend((plain.status == 201).then(|| plain.id()));
        }
        for about in [Value::Null, json!(her)] {
            let decision = json!({
                "decision": "disclose", "to": "A landlord", "basis": "public-interest", "reason": said,
                "decided_by": "Inspector", "told_person": "yes", "about": about,
            });
            let decided = player.post(&format!("{case}/disclosures"), decision).await;
            assert!(is_kept_out(&decided), "{who} decided in her words: {decided}");
            let warned =
                player.post(&format!("{case}/alerts"), alert("other", about.as_str().map(Into::into), &said)).await;
            assert!(is_kept_out(&warned), "{who} warned in her words: {warned}");
        }
        for note in &marked.notes {
            let mut share = share_with(json!({ "role": "justice.case-manager" }), "victim-safety");
            share["basis"] = json!({ "type": "vital-interests", "reason": said });
            let shared = player.post(&format!("/api/v1/notes/{note}/shares"), share).await;
            assert!(is_kept_out(&shared), "{who} shared in her words: {shared}");
        }
    }
    assert!(!marked.notes.is_empty(), "somebody who may know of her writes about her");
    for key in scene.his.iter().chain(&scene.strangers) {
        let page = world.cast(key).get(&case).await;
        let oversees = world.worker(key).role.to_string() == "governance.officer";
        if page.text.contains(&her) || oversees {
            continue;
        }
        let alone = Scene { his: vec![key.clone()], strangers: Vec::new(), worker: scene.worker.clone(), ..*scene };
        for (label, answer) in told(world, &alone, &marked).await {
            assert!(!answer.text.contains(&her), "{label}: {answer}");
            assert!(marked.notes.iter().all(|note| !answer.text.contains(note)), "{label}: {answer}");
            answer.holds_no(MARK);
        }
    }
}

/// Her worker records how she is reached, in marked words, and asks to reach her: the first time a version, then askings alone.
pub(super) async fn reach(worker: &Player, about: &str, text: &str) {
    let path = format!("/api/v1/protected/{about}/safe-contact");
    let window = json!({ "days": ["mon"], "from": "10:00", "until": "12:00" });
    let route = json!({ "by": "in-person", "to": text, "say": text, "note": text, "windows": [window] });
    let card = json!({ "replaces": 0, "language": "en", "interpreter": "not-needed", "routes": [route] });
    let written = worker.post(&path, card).await;
    assert!(matches!(written.status.as_u16(), 201 | 409), "{written}");
    worker.post(&format!("{path}/asks"), json!({ "reason": "safety-planning" })).await.is(201);
}
