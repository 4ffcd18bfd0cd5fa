"""The triage scenario: three causes at once in one queue. Only what the messages are; no input or output."""

from dataclasses import dataclass

DOMAIN = "gaudy.test"
DEAD = "dead.test"
STORM = ["defer.test", "defer-west.test", "defer-east.test", "defer-mail.test", "defer-office.test"]
MAJORS = ["bigmail.test", "outlook-like.test", "yippee.test", "cloudmail.test", "postbox.test", "freemail.test"]
COMPROMISED = "alice"
COLLEAGUES = [f"user{number:02d}" for number in range(1, 41)]

# What Postfix says about each cause; a message counts only when its reason is the right one.
REASONS = {
    "dead": "Connection refused",
    "storm": "451 4.7.1 Too many messages",
    "compromised": "450 4.7.28 Unusual rate",
}


@dataclass(frozen=True)
class Message:
    login: str
    client: str         # the address the login came from
    recipient: str
    subject: str

    @property
    def sender(self):
        return f"{self.login}@{DOMAIN}"


def counts(size):
    """How many messages of each cause; 5000 give 1200, 800 and 3000."""
    dead = round(size * 0.24)
    storm = round(size * 0.16)
    return {"dead": dead, "storm": storm, "compromised": size - dead - storm}


def messages(size):
    """All of them, each login's together: a login is one session for the injector."""
    wanted = counts(size)
    result = []
    for number in range(wanted["dead"]):
        result.append(ordinary(number, f"partner{number % 97}@{DEAD}", "Order confirmation"))
    for number in range(wanted["storm"]):
        result.append(ordinary(number, f"contact{number % 211}@{STORM[number % len(STORM)]}", "Minutes of the meeting"))
    for number in range(wanted["compromised"]):
        result.append(Message(COMPROMISED, f"198.51.100.{201 + number % 3}",
                              f"person{number}@{MAJORS[number % len(MAJORS)]}", "Your invoice is overdue"))
    return result


def ordinary(number, recipient, subject):
    index = number % len(COLLEAGUES)
    return Message(COLLEAGUES[index], f"198.51.100.{210 + index}", recipient, f"{subject} {number}")


def cause(entry):
    """Which cause a line of "postqueue -j" belongs to, or None when it is not as the scenario wants it."""
    if entry["queue_name"] != "deferred" or len(entry["recipients"]) != 1:
        return None
    recipient = entry["recipients"][0]
    domain = recipient["address"].rpartition("@")[2]
    reason = recipient.get("delay_reason", "")
    if entry["sender"] == f"{COMPROMISED}@{DOMAIN}":
        name = "compromised" if domain in MAJORS else None
    elif domain == DEAD:
        name = "dead"
    else:
        name = "storm" if domain in STORM else None
    return name if name and REASONS[name] in reason else None


def summary(found):
    return {
        "dead": {"domain": DEAD, "count": found["dead"]},
        "storm": {"domains": STORM, "count": found["storm"]},
        "compromised": {"sender": f"{COMPROMISED}@{DOMAIN}", "login": COMPROMISED,
                        "domains": MAJORS, "count": found["compromised"]},
    }
