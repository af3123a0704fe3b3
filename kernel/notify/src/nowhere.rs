use crate::{Channel, Message, Sending};
use linli_base::Problem;

/// A city that has no way to send yet: every message is refused with `no_sms`.
#[derive(Debug)]
pub struct Nowhere;

impl Channel for Nowhere {
    fn send<'a>(&'a self, _: &'a Message) -> Sending<'a> {
        Box::pin(async { Err(Problem::refused("no_sms")) })
    }
}
