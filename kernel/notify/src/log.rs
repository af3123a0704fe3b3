use crate::{Address, Channel, Message, Sending};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How many messages are kept.
const KEPT: usize = 100;

/// For the demo and for tests: sends nothing, writes each message to the log (target `notify`) and keeps the last
/// 100 to be shown. One-time codes stand there in full, so never give this to a real city.
#[derive(Debug, Default)]
pub struct Log(Mutex<VecDeque<Message>>);

impl Log {
    /// The messages kept, newest first.
    pub fn recent(&self) -> Vec<Message> {
        self.kept().iter().rev().cloned().collect()
    }

    /// The newest message kept for the address.
    pub fn last_to(&self, to: &Address) -> Option<Message> {
        self.kept().iter().rev().find(|message| message.to == *to).cloned()
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Message>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Channel for Log {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(async move {
            tracing::info!(target: "notify", to = ?message.to, kind = ?message.kind, "{}", message.text);
            let mut kept = self.kept();
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(message.clone());
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Nowhere};
    use linli_base::{Phone, Problem};
    use std::sync::Arc;

    fn code(phone: &str, text: String) -> Message {
        Message { to: Address::Phone(Phone::parse("phone", phone).unwrap()), kind: Kind::Code, text }
    }

    #[tokio::test]
    async fn the_demo_shows_the_last_hundred() {
        let log = Arc::new(Log::default());
        let channel: Arc<dyn Channel> = log.clone();
        let (wang, li) = ("13800005678", "13900001234");
        channel.send(&code(li, "old".into())).await.unwrap();
        channel.send(&code(li, "first".into())).await.unwrap();
        for n in 1..=99 {
            channel.send(&code(wang, format!("code {n}"))).await.unwrap();
        }
        assert_eq!(log.recent().len(), 100);
        assert_eq!(log.recent().first().unwrap().text, "code 99");
        assert_eq!(log.recent().last().unwrap().text, "first");
        assert_eq!(log.last_to(&code(li, String::new()).to).unwrap().text, "first");
        assert!(!format!("{:?}", log.recent()).contains(wang), "phones are masked");
    }

    #[tokio::test]
    async fn a_city_without_sms_says_so() {
        let problem = Nowhere.send(&code("13800005678", "1".into())).await.unwrap_err();
        assert!(matches!(problem, Problem::Refused(refusal) if refusal.code == "no_sms"));
    }
}
