//! Ordinary sentences of his record: how many of them a worker would be asked to look at again.

use super::rules;
use std::collections::HashSet;

/// The share of ordinary sentences that may be asked about: three in a hundred.
const ASKED_MAX_PERCENT: usize = 3;

/// Sentences of the sort that stand in the man's record. None holds a protected person's whereabouts.
const SENTENCES: &[&str] = &[
    "He did not come to his appointment on Monday at 10:00 and did not ring.",
    "He rang the next morning and said that the bus had not come.",
    "The yearly LS/CMI was reviewed; the score for leisure and companions went down by 2.",
    "He is moving to a flat at the end of the month and has told us before he moves.",
    "The court varied the order on 3 March 2026: he must tell us of a change of address.",
    "I went through the plan with the case manager. Actions 12 days old were closed.",
    "He was at session 9 from 19:05 and stayed to the end.",
    "He had done the task from the week before and read it out.",
    "In session 14 he spoke about a quarrel over money and what he could have done instead.",
    "In the break he said that he had seen a car he knew and thought about following it.",
    "He did 7 hours on the path-clearing squad and got on well with the others.",
    "He came 20 minutes late on Tuesday and rang beforehand to say so.",
    "Conditions of the order were read to him and he signed for them.",
    "The next MAPPA level 2 meeting is on 14 May at 2 pm.",
    "4 actions are open; two are late and their owners were asked.",
    "An unannounced visit was made on Thursday at 18:30. He was in.",
    "The visit plan was reviewed with police: one visit in 14 days, never at the same hour.",
    "He keeps his appointments at the clinic. The next review is in 6 weeks.",
    "He has been drinking less since he started work in January.",
    "He works at a garage and his hours are 8 to 5.",
    "He works at Kirkdoolan Garden Centre on Saturdays and likes it there.",
    "He said that he was tired of being told what to do.",
    "He was warned formally under the order; this is the second warning.",
    "A breach report was sent to Kirkdoolan Sheriff Court on 20 November.",
    "He pleaded guilty and the report is due in three weeks.",
    "The curfew runs from 7 pm to 7 am for 4 months.",
    "The tag company reported an absence of 12 minutes on Friday night.",
    "He explained that he had missed the last bus from the football.",
    "Attendance so far: 11 of 13 sessions, two excused with evidence.",
    "He was sent away from the group for coming after drink.",
    "He apologised to the group workers the week after.",
    "His mood was low; he agreed to see his doctor about sleep.",
    "No change to the risk level. Contact stays fortnightly.",
    "He spoke of his father with less anger than before.",
    "He has paid 40 of the 120 pounds of compensation.",
    "He lost his phone and will give us a new number when he has one.",
    "He asked for his sessions to be moved to Wednesdays because of shifts.",
    "I told him that the order ends on 1 August if nothing else happens.",
    "Police attended on 2 May after a neighbour rang about shouting; nobody was hurt.",
    "He was arrested on Saturday and released on an undertaking.",
    "His bail conditions: not to approach or contact the complainer.",
    "Curfew address was checked by the police and found suitable.",
    "Housing say that his tenancy is safe as long as rent is paid.",
    "There is no play area in sight of the windows, says the housing officer.",
    "He says that he is seeing somebody new; he would not give a name.",
    "A new relationship was raised with the offender management unit the same day.",
    "He asked when he may see the children. I said that this is for the family court.",
    "Handover is at a contact centre every second Sunday.",
    "He came with a letter from his solicitor about the Hearing.",
    "He was calm, on time and sober.",
    "He has started an anger course in his own time.",
    "Session 21 was about jealousy. He found it hard and said so.",
    "He left the room twice and came back both times.",
    "He called a group member names and was asked to stop.",
    "The video of the session was watched in supervision.",
    "Supervision: 1 hour with the team manager about this case.",
    "The Caledonian assessment was done over 4 meetings in June and July.",
    "SARA v3: 6 factors present, 2 of them recent.",
    "Risk of serious harm: high; likelihood: medium.",
    "Contingency: if he misses two appointments, police and women's service are told the same day.",
    "The plan names who rings whom in the evening.",
    "Licence condition 6: live where you are told to live.",
    "He will be released on 9 January and will be met at the gate.",
    "Home leave was refused until the risk assessment is done.",
    "The prison reports no adjudications in the last 6 months.",
    "He works in the prison kitchen and has passed his hygiene certificate.",
    "Integrated case conference held; minutes to follow within 5 days.",
    "He wants to go back to his trade as a joiner.",
    "His brother will collect him and he can stay there for two weeks.",
    "He showed me his diary for the week and it is full.",
    "Bus fares were paid for the month: 18 pounds.",
    "He does not want his mother to be told of the order.",
    "I rang twice and left a message. He rang back at 16:20.",
    "He texted at 08:55 to say that he was on the train.",
    "The appointment was moved from room 4 to room 7.",
    "He was seen by the nurse for a cut on his hand.",
    "Two of the men left at the break; he stayed.",
    "He accepted that what he did was his own choice.",
    "He denied the offence for the first time since March.",
    "He said that the police had it in for him.",
    "He read the statement of agreement and asked what withdrawal means.",
    "He agreed that we may speak to his employer about shifts.",
    "He withdrew his agreement to video; the sessions go on.",
    "The group has 8 men and two workers.",
    "A third worker joined for sessions 5 to 10.",
    "The register was corrected on 12 June: he had been there.",
    "Unpaid work: 84 of 150 hours done; 66 are left.",
    "He was late 3 times in a row and was spoken to.",
    "He dug the beds at the community garden with two others.",
    "He handed in a fit note that covers 2 to 9 September.",
    "His urine test was clear of everything but caffeine.",
    "He has an interview on Thursday at half past nine.",
    "His solicitor wrote to ask for the report of 1 April.",
    "The sheriff continued the review to 30 October.",
    "He paid the fine and showed the receipt.",
    "He spoke about the night of the offence without being asked.",
    "He cried when he spoke of the children.",
    "He now counts to ten and leaves the room, he says.",
    "He gave the example of a quarrel with his landlord.",
    "Neighbours have said nothing since the new year.",
    "His GP has been written to with his consent.",
    "The screening for alcohol gave 14 points.",
    "Met him in the office together with the support worker.",
    "The joint visit with police took 35 minutes.",
    "He keeps a dog, which was friendly.",
    "He drives a van for work and has no points on his licence.",
    "The M8 was shut and three men came late.",
    "We agreed: 2 sessions in one week after the holidays.",
    "He wrote 3 pages about control and what it cost.",
    "I asked about weekends; he fishes with his uncle.",
    "He gets 5 out of 10 for sleep and 7 for mood.",
    "Order made on 17 February 2026 under section 22A of the 1995 Act.",
    "Reference SW-2024-00417, order CPO-118, 2 years with supervision.",
    "He thanked the workers at the end of the last session.",
    "There is reason to believe that he may approach a protected person this week.",
    "He was told in writing that the review is on Monday at 11.",
    "The victim notification scheme has nothing for this case.",
    "He is on the waiting list for housing with 3 offers to come.",
    "He had words with a man on the road home and walked away.",
    "I read the plan to him line by line and he agreed to each.",
];

#[test]
fn ordinary_sentences_are_seldom_asked_about() {
    let rules = rules();
    let asked: Vec<_> = SENTENCES.iter().map(|text| (rules.forms(text), text)).filter(|(f, _)| !f.is_empty()).collect();
    eprintln!("asked about {} of {} ordinary sentences: {asked:?}", asked.len(), SENTENCES.len());
    assert!(SENTENCES.len() > 100);
    assert!(asked.len() * 100 <= SENTENCES.len() * ASKED_MAX_PERCENT, "{asked:?}");
}

#[test]
fn no_ordinary_sentence_quotes_another() {
    let rules = rules();
    let all: Vec<_> = SENTENCES.iter().map(|text| rules.grams(text)).collect();
    for (nth, one) in all.iter().enumerate() {
        let others = all.iter().enumerate().filter(|(other, _)| *other != nth).flat_map(|(_, grams)| grams.iter());
        let others: HashSet<&str> = others.map(|gram| gram.text).collect();
        let own: Vec<&str> = one.iter().map(|gram| gram.text).collect();
        let overlap = rules.overlap(one, |at| others.contains(own[at]));
        assert!(!rules.is_quote(overlap), "{:?}: {overlap:?}", SENTENCES[nth]);
    }
}
