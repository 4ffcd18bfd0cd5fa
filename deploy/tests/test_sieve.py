"""What people let happen to their mail on its way into the mailbox."""

import secrets

import pytest

from outside import cluster, lab, mailboxes, people, providers, smtp
from outside.message import Mail
from outside.wait import never, until


@pytest.fixture
def script():
    """Puts a script in charge of somebody's mail; afterwards it is gone."""
    owners = []

    def activate(user, text):
        owners.append(user)
        cluster.execute("dovecot", "doveadm", "sieve", "put", "-u", people.address(user), "-a", "test", text=text)
    yield activate
    for user in owners:
        # One that was refused is not there.
        cluster.execute("dovecot", "doveadm", "sieve", "deactivate", "-u", people.address(user), check=False)
        cluster.execute("dovecot", "doveadm", "sieve", "delete", "-u", people.address(user), "test", check=False)


def incoming(user, **options):
    mail = Mail("anna@southmail.test", people.address(user), **options).sign()
    code, text = smtp.send(mail)
    assert code == 250, text
    return mail


def test_fileinto_sorts_mail(script):
    script("carol", 'require ["fileinto", "mailbox"]; if header :contains "subject" "invoice" { fileinto :create "Invoices"; }')
    mail = incoming("carol", subject="invoice")
    mailboxes.arrives("carol", mail.token, folder="Invoices")
    other = incoming("carol", subject="letter")
    mailboxes.arrives("carol", other.token)


def test_vacation_answers_once_and_its_answer_passes_every_check(script):
    # Each run is a vacation of its own: who was answered is remembered by its handle.
    handle = secrets.token_hex(8)
    script("carol", f'require ["vacation"]; vacation :days 1 :handle "{handle}" :subject "I am away" "Back on Monday.";')
    mail = incoming("carol", subject="question")
    mailboxes.arrives("carol", mail.token)

    def answers():
        return [message for message in providers.messages("anna@southmail.test")
                if "I am away" in str(message["Subject"]) and mail.token in str(message["References"]) + str(message["In-Reply-To"])]
    answer = until(answers, 60, "the vacation notice arrives")[0]
    assert providers.verdicts(answer, "southmail.test")["dmarc"].result == "pass"
    assert answer["Auto-Submitted"].startswith("auto-replied")
    before = len(providers.messages("anna@southmail.test"))
    second = incoming("carol", subject="another question")
    mailboxes.arrives("carol", second.token)
    never(lambda: len(providers.messages("anna@southmail.test")) > before, 5, "a second vacation notice")


def test_vacation_does_not_answer_mailing_lists(script):
    script("erin", 'require ["vacation"]; vacation :subject "Out of office" "Back on Monday.";')
    mail = incoming("erin", headers=[("List-Id", "<announce.southmail.test>"), ("Precedence", "list")])
    mailboxes.arrives("erin", mail.token)
    never(lambda: [message for message in providers.messages("anna@southmail.test") if "Out of office" in str(message["Subject"])], 5, "a vacation notice to a list")


def test_redirect_leaves_with_an_envelope_of_the_site_and_the_sender_s_signature(script):
    script("carol", 'redirect "ben@northmail.test";')
    mail = incoming("carol")
    message = providers.arrives("ben@northmail.test", mail.token, 90)
    assert str(message["Return-Path"]).strip("<>").endswith(f"@{lab.DOMAIN}")
    verdicts = providers.verdicts(message, "northmail.test")
    assert (verdicts["spf"].result, verdicts["dkim"].result, verdicts["dmarc"].result) == ("pass", "pass", "pass")


def test_script_with_a_fault_keeps_the_mail(script):
    with pytest.raises(AssertionError, match="error|Error"):
        script("erin", 'require ["nosuchextension"]; keep;')
    mail = incoming("erin")
    mailboxes.arrives("erin", mail.token)


def test_spam_is_filed_before_the_owner_s_script_has_a_say(script):
    script("bob", 'redirect "ben@northmail.test";')
    mail = Mail("info@quarantine.test", people.address("bob"))
    assert smtp.send_again(mail, source=lab.address_of("stranger.test"), helo="mx.stranger.test")[0] == 250
    mailboxes.arrives("bob", mail.token, folder="Junk")
    never(lambda: providers.find("ben@northmail.test", mail.token), 3, "spam was forwarded")
