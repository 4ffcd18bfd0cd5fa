"""The mailboxes of the receivers out there."""

import email
import email.policy
import mailbox

from . import lab
from .wait import until


def messages(address):
    user, _, domain = address.rpartition("@")
    place = lab.OUTSIDE_MAIL / domain / user
    if not place.is_dir():
        return []
    box = mailbox.Maildir(place, factory=lambda file: email.message_from_binary_file(file, policy=email.policy.default))
    return list(box)


def find(address, token):
    return next((message for message in messages(address) if token in str(message["Subject"])), None)


def arrives(address, token, seconds=60):
    return until(lambda: find(address, token), seconds, f"a message {token} at {address}")


def verdicts(message, authority):
    """method -> result, of all Authentication-Results of that authority."""
    import authres
    found = {}
    for text in message.get_all("Authentication-Results", []):
        header = authres.AuthenticationResultsHeader.parse("Authentication-Results: " + " ".join(str(text).split()))
        if header.authserv_id == authority:
            found |= {result.method: result for result in header.results}
    return found
