use linli_base::At;

/// How often a schedule comes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Every so many minutes, counted from 1970: every 10 is at :00, :10, :20.
    Every {
        /// At least 1.
        minutes: i64,
    },
    /// Once a day at this time in Shanghai.
    Daily {
        /// 0–23.
        hour: i64,
        /// 0–59.
        minute: i64,
    },
}

impl When {
    /// When it last came due, up to and including `now`.
    pub fn last(self, now: At) -> At {
        match self {
            When::Every { minutes } => {
                let step = minutes.max(1).saturating_mul(60_000);
                At(now.0.div_euclid(step).saturating_mul(step))
            }
            When::Daily { hour, minute } => {
                let time = (hour * 60 + minute) * 60_000;
                let day = if now.ms_of_day() < time { now.day().plus(-1) } else { now.day() };
                day.start().plus_ms(time)
            }
        }
    }
}
