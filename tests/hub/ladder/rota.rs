//! The rota: who is away is stood in for at once, and it is set by whoever may.

use super::*;

#[test]
fn whoever_is_away_or_has_left_is_stood_in_for_at_once() {
    in_each(async |house| {
        with_everybody(&house).await;
        let mut look = Lookout::default();
        let until = Second::of(house.desk.now().plus_seconds(86_400));
        let leave = sets(&house, isla(), json!({ "what": "leave", "until": until, "cover": seat(HER_MANAGER) })).await;
        let first = raises(&house, morag(), "missed-session", "normal", Some(house.woman())).await;
        assert_eq!(climbs(&house, &mut look).await, 1, "without a minute's wait");
        assert_eq!(holders(&house, first).await, set(&[isla(), seat(HER_MANAGER)]));
        assert_eq!(rungs(&house, first).await, [(0, "away".to_owned(), 1)]);
        assert_eq!(climbs(&house, &mut Lookout::default()).await, 0, "once, however often a hub starts");

        // Back before her time: she is asked herself again.
        let by = house.admits(isla()).await;
        house.desk.end_turn(&by, leave, None).await.unwrap();
        let second = raises(&house, morag(), "missed-session", "normal", Some(house.woman())).await;
        assert_eq!(climbs(&house, &mut look).await, 0);
        // Away while an alert waits, without anybody named: whoever is on duty.
        sets(&house, isla(), json!({ "what": "leave", "from": Second::of(house.desk.now().plus_seconds(600)) })).await;
        assert_eq!(climbs(&house, &mut look).await, 0, "she is here still");
        house.wind(600);
        assert_eq!(climbs(&house, &mut look).await, 1, "the one for which nobody stands in yet");
        assert_eq!(holders(&house, second).await, set(&[isla(), seat(HER_DUTY)]));
        drop(by);

        // Two who stand in for each other are both away: the manager is told, and not nobody.
        sets(&house, seat(HER_MANAGER), json!({ "worker": seat(HER_DUTY), "what": "leave", "cover": isla() })).await;
        climbs(&house, &mut look).await;
        assert!(holders(&house, second).await.contains(&seat(HER_MANAGER)));

        let third = raises(&house, isla(), "threat", "normal", Some(house.woman())).await;
        climbs(&house, &mut look).await;
        house.desk.end_seat(&importer(), seat(OFFICER)).await.unwrap();
        assert_eq!(climbs(&house, &mut look).await, 1, "who has left owes it to somebody else at once");
        assert!(holders(&house, third).await.contains(&seat(ON_CALL)));
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn the_rota_is_set_by_whoever_may_and_nobody_else() {
    in_each(async |house| {
        with_everybody(&house).await;
        let sets = async |by: WorkerId, what: Value| {
            let actor = admits(&house, by).await;
            house.desk.set_rota(&actor, from(what), None).await
        };
        assert!(sets(isla(), json!({ "worker": seat(OTHER), "what": "duty" })).await.is_err(), "a colleague's");
        assert!(sets(seat(ADMIN), json!({ "worker": isla(), "what": "duty" })).await.is_err(), "another agency's");
        assert!(sets(seat(ADMIN), json!({ "worker": seat(99), "what": "duty" })).await.is_err(), "nobody's");
        assert!(sets(seat(SENIOR), json!({ "what": "senior" })).await.is_err(), "one's own rank");
        for cover in [isla(), morag(), seat(GOVERNS), seat(99)] {
            assert!(sets(isla(), json!({ "what": "leave", "cover": cover })).await.is_err(), "{cover}");
        }
        let over = Second::of(house.desk.now().plus_seconds(-60));
        assert!(sets(isla(), json!({ "what": "leave", "until": over })).await.is_err());
        assert!(sets(isla(), json!({ "what": "leave", "cover": seat(OTHER) })).await.is_ok());
        let rota = house.desk.rota(&admits(&house, seat(HER_DUTY)).await, None, 100).await.unwrap();
        assert_eq!(rota.turns.len(), 2, "her leave, and the duty");
        let rota = house.desk.rota(&admits(&house, seat(ADMIN)).await, None, 100).await.unwrap();
        assert!(rota.turns.iter().all(|turn| turn.worker != isla()), "each agency sees its own");
        house.stop().await;
    });
}
