//! Whoever tries to guess their way in.

use crate::{
    browser::Browser,
    town::{ROOMS, Town},
};
use axum::http::StatusCode;
use linli_authz::Role;
use linli_base::{Phone, Problem};
use linli_org::{Came, sign_in};
use linli_store::{args, statements};
use linli_testkit::{TestDb, db_test};

const MINUTE: i64 = 60_000;

statements! {
    STOP(unscoped "a test") = "UPDATE person SET active = FALSE WHERE id = $1";
    FORGET(unscoped "a test") = "UPDATE person SET password_hash = NULL WHERE id = $1";
}

#[db_test(ROOMS)]
async fn a_hundred_guesses_at_a_code_at_once_are_five(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let code = town.code_for(&zhou.phone).await;
    let wrong: Vec<String> = (0..100).map(|n| format!("{n:06}")).filter(|guess| *guess != code).collect();
    let guesses = wrong.into_iter().map(|guess| {
        let (org, phone) = (town.org.clone(), zhou.phone.clone());
        tokio::spawn(async move { sign_in::with_code(&org, &phone, &guess, Came::default()).await.is_ok() })
    });
    for guess in guesses.collect::<Vec<_>>() {
        assert!(!guess.await.unwrap());
    }
    let right = sign_in::with_code(&town.org, &zhou.phone, &code, Came::default()).await;
    assert!(matches!(right, Err(Problem::Refused(r)) if r.code == "code_wrong"), "used up");

    // a new code gives five more, and there are six codes an hour: thirty guesses at one in a million
    let mut codes = 1;
    loop {
        town.clock.advance_ms(MINUTE);
        match town.send_code(&zhou.phone, &Came::default()).await {
            Ok(()) => codes += 1,
            Err(Problem::TooMany { .. }) => break,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(codes, 6);
    let mut guesser = Browser::new(&town);
    guesser.get("/sign-in").await;
    let mut tried = 0;
    let guess = |tried: u32| [("phone", format!("1390001{tried:04}")), ("code", "123456".to_owned())];
    loop {
        let fields = guess(tried);
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        if guesser.post("/sign-in/code/check", &fields).await == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        assert_eq!(guesser.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", guesser.text);
        tried += 1;
        assert!(tried < 100, "one code tried on all phones: an address is stopped");
    }
}

#[db_test(ROOMS)]
async fn a_new_sign_in_gives_no_new_guesses_at_the_second_factor(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let mut hers = Browser::new(&town);
    hers.sign_in("13800000001").await;
    let (secret, recovery) = crate::second::enrolled(&town, &mut hers).await;
    town.clock.advance_ms(MINUTE);
    let mut guessed = 0;
    loop {
        // whoever knows her password begins anew for each guess
        let mut thief = Browser::new(&town);
        thief.sign_in("13800000001").await;
        assert!(thief.to.starts_with("/sign-in/second"), "{}", thief.to);
        thief.get("/sign-in/second").await;
        thief.post("/sign-in/second", &[("code", "000000")]).await;
        assert_eq!(thief.status, StatusCode::UNPROCESSABLE_ENTITY);
        guessed += 1;
        if thief.text.contains("分钟") {
            break;
        }
        assert!(guessed < 10);
    }
    assert_eq!(guessed, 5);
    let right = crate::second::phone_shows(&secret, town.org.world.now().0);
    for typed in [right.as_str(), recovery[0].as_str()] {
        let locked = sign_in::check_second(&town.org, zhou.person, typed).await;
        assert!(matches!(locked, Err(Problem::Refused(r)) if r.code == "second_locked"), "{typed}");
    }
    town.clock.advance_ms(30 * MINUTE);
    let answers = (0..100).map(|n| {
        let (org, person) = (town.org.clone(), zhou.person);
        tokio::spawn(async move { sign_in::check_second(&org, person, &format!("{n:06}")).await })
    });
    let mut wrong = 0;
    for answer in answers.collect::<Vec<_>>() {
        match answer.await.unwrap() {
            Err(Problem::Refused(refusal)) if refusal.code == "second_wrong" => wrong += 1,
            Err(Problem::Refused(refusal)) => assert_eq!(refusal.code, "second_locked"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(wrong, 4, "the fifth locks");
}

/// Who asks cannot tell by the time whether there is an account: the dear part of the work is done for all alike.
#[db_test(ROOMS)]
async fn an_unknown_phone_costs_as_much_work_as_a_known_one(db: TestDb) {
    let town = Town::new(db).await;
    let wu = town.staff("吴敏之", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let gone = town.staff("郑安", 2, town.fangyuan_office, &[Role::Clerk]).await;
    let codes_only = town.staff("周敏", 3, town.fangyuan_office, &[Role::Clerk]).await;
    let changed = town.org.db.write(async move |tx| {
        let scope = linli_authz::Scope::system("a test");
        Ok(tx.run(&STOP, &scope, args![gone.person]).await?
            + tx.run(&FORGET, &scope, args![codes_only.person]).await?)
    });
    assert_eq!(changed.await.unwrap(), 2);
    let nobody = Phone::parse("phone", "13900009999").unwrap();
    let mut said = Vec::new();
    for phone in [&wu.phone, &nobody, &gone.phone, &codes_only.phone] {
        let before = town.org.passwords.hashed();
        let answer = sign_in::with_password(&town.org, phone, "猜一个密码试试".to_owned(), Came::default());
        let Err(Problem::Refused(refusal)) = answer.await else { panic!("a guess") };
        said.push((refusal, town.org.passwords.hashed() - before));
    }
    assert_eq!(said[0].1, 1);
    assert!(said.iter().all(|answer| *answer == said[0]), "the same answer for the same work: {said:?}");
    let before = town.org.passwords.hashed();
    for phone in [&wu.phone, &nobody] {
        for _ in 0..4 {
            let _ =
                sign_in::with_password(&town.org, phone, "猜一个密码试试".to_owned(), Came::default()).await;
        }
        let locked =
            sign_in::with_password(&town.org, phone, "猜一个密码试试".to_owned(), Came::default()).await;
        assert!(matches!(locked, Err(Problem::Refused(r)) if r.code == "sign_in_locked"));
    }
    assert_eq!(town.org.passwords.hashed() - before, 8, "and none for either when it is locked");
}

#[db_test(ROOMS)]
async fn a_token_speaks_in_its_own_post_only(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let second = town.post(zhou.person, town.lamp_office, "兼职", &[Role::Worker]).await;
    let wu = town.staff("吴敏之", 2, town.fangyuan_office, &[Role::Leader]).await;
    let admin = town.actor(town.city_desk, None, &[Role::SystemAdmin]);
    let ends_at = town.org.world.now().plus_hours(24);
    let new = |post| sign_in::NewToken { person: zhou.person, post, name: "对接".to_owned(), ends_at };
    let (_, token) = sign_in::make_token(&town.org, &admin, new(second)).await.unwrap();
    let actor = sign_in::who_bears(&town.org, &token).await.unwrap().unwrap();
    assert!(actor.is(Role::Worker) && !actor.is(Role::Clerk), "though she wears both in the browser");
    let theirs = sign_in::make_token(&town.org, &admin, new(wu.post)).await;
    assert!(matches!(theirs, Err(Problem::Refused(r)) if r.code == "hat_gone"));
    assert!(sign_in::session_of(&town.org, &token).await.unwrap().is_none(), "no browser's session");
    let session = town.sign_in(&wu).await.token;
    assert!(sign_in::who_bears(&town.org, &session).await.unwrap().is_none(), "and no session is a token");

    let yesterday = linli_org::people::EndPost { to_day: crate::town::day().plus(-1).to_string() };
    linli_org::people::end_post(&town.org, &admin, second, &yesterday).await.unwrap();
    assert!(sign_in::who_bears(&town.org, &token).await.unwrap().is_none(), "the post has ended, so has it");
}
