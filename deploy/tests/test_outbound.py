"""Mail of the site's people to the world: what its receivers say of it, and who does not get any."""

import re

import pytest

from outside import cluster, lab, people, providers, smtp
from outside.message import Mail
from outside.wait import until


def submit(mail, client, port=465, user="alice"):
    code, text = smtp.submit(mail, people.address(user), people.password(user), port=port, source=client)
    assert code == 250, text


@pytest.mark.smoke
@pytest.mark.parametrize("provider", ["northmail.test", "southmail.test"])
@pytest.mark.parametrize("port", [465, 587])
def test_provider_finds_spf_dkim_and_dmarc_passed_and_aligned(provider, port, client):
    recipient = f"anna@{provider}"
    mail = Mail("alice@gaudy.test", recipient)
    submit(mail, client, port)
    verdicts = providers.verdicts(providers.arrives(recipient, mail.token), provider)
    assert {method: verdicts[method].result for method in ("spf", "dkim", "dmarc")} == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
    aligned = {name.name: name.value for method in ("spf", "dkim", "dmarc") for name in verdicts[method].properties}
    assert aligned["from"] == lab.DOMAIN and aligned["mailfrom"].rpartition("@")[2] == lab.DOMAIN and aligned["d"] == lab.DOMAIN, aligned


@pytest.mark.parametrize("provider", ["northmail.test", "southmail.test"])
def test_connection_to_a_provider_is_encrypted_and_its_certificate_believed(provider, client):
    recipient = f"anna@{provider}"
    mail = Mail("alice@gaudy.test", recipient)
    submit(mail, client)
    received = str(providers.arrives(recipient, mail.token).get_all("Received")[0])
    assert "ESMTPS" in received and re.search(r"TLSv1\.[23]", received), received
    established = cluster.logged(f" TLS connection established to mx.{provider}")
    assert established and all(re.search("(Trusted|Verified) TLS", line) for line in established), established


def test_nothing_tells_from_where_and_with_what_somebody_wrote(client):
    mail = Mail("alice@gaudy.test", "anna@northmail.test", headers=[("User-Agent", "Pocket Mail 1.0"), ("X-Originating-IP", client)])
    submit(mail, client)
    text = providers.arrives("anna@northmail.test", mail.token).as_string()
    assert client not in text and "Pocket Mail" not in text and "laptop" not in text


def test_message_without_date_and_id_gets_them(client):
    mail = Mail("alice@gaudy.test", "anna@northmail.test")
    del mail.message["Date"], mail.message["Message-ID"]
    submit(mail, client)
    message = providers.arrives("anna@northmail.test", mail.token)
    assert message["Date"] and message["Message-ID"].endswith(f"{lab.HOST}>")


@pytest.mark.parametrize("domain", ["dane.test", "sts.test"])
def test_receiver_that_promises_tls_is_verified_and_gets_its_mail(domain, client):
    recipient = f"ben@{domain}"
    mail = Mail("alice@gaudy.test", recipient)
    submit(mail, client)
    providers.arrives(recipient, mail.token, 90)
    established = cluster.logged(f" TLS connection established to mx.{domain}")
    assert established and all("Verified TLS" in line for line in established), established


@pytest.mark.parametrize("domain", ["dane-broken.test", "sts-broken.test", "sts-foreign.test"])
def test_receiver_that_breaks_its_promise_gets_nothing(domain, client):
    recipient = f"ben@{domain}"
    mail = Mail("alice@gaudy.test", recipient)
    submit(mail, client)
    reason = cluster.deferred(mail.token)
    assert re.search("not (verified|trusted)|untrusted|TLSA|does not match|no matching|policy", reason, re.IGNORECASE), reason
    cluster.execute("postfix", "postqueue", "-f")
    until(lambda: sum("status=deferred" in line for line in cluster.trace(mail.token)) > 1, 60, "the second attempt fails too")
    assert not providers.messages(recipient)


@pytest.mark.parametrize("sender", ["bob@gaudy.test", "postmaster@gaudy.test", "anna@partner.test", "nobody.here@gaudy.test"])
def test_nobody_sends_under_the_name_of_another(sender, client):
    mail = Mail(sender, "anna@northmail.test")
    code, text = smtp.submit(mail, people.address("alice"), people.password("alice"), source=client)
    assert code == 553 and "5.7.1" in text, (code, text)
    assert not cluster.trace(mail.token)


def test_malware_does_not_leave_either(client):
    from test_inbound import EICAR
    mail = Mail("alice@gaudy.test", "anna@northmail.test", attachments=[("invoice.com", EICAR)])
    code, text = smtp.submit(mail, people.address("alice"), people.password("alice"), source=client)
    assert code >= 550, (code, text)


def test_mail_between_people_of_the_site_is_signed_and_delivered(client):
    from outside import mailboxes
    mail = Mail("alice@gaudy.test", "bob@gaudy.test")
    submit(mail, client)
    message = mailboxes.arrives("bob", mail.token)
    assert f"d={lab.DOMAIN}" in str(message["DKIM-Signature"])


def test_undeliverable_mail_comes_back_to_its_sender(client):
    from outside import mailboxes
    mail = Mail("alice@gaudy.test", "nobody.there@northmail.test")
    submit(mail, client)

    def bounced():
        with mailboxes.opened("alice") as connection:
            return [message for message in mailboxes.search(connection, "Undelivered Mail", "INBOX") if mail.token in message.as_string()]
    until(bounced, 60, "the bounce arrives")


def test_sending_without_end_is_stopped_for_the_account(client):
    """A stolen password: 200 messages at once is what an account may send, wherever they come from."""
    from outside import clients
    user, sent, refusal = "user39", 0, None
    for _ in range(12):
        with smtp.session(clients.fresh(), "laptop.vantage.test", port=465) as connection:
            connection.login(people.address(user), people.password(user))
            for _ in range(25):
                mail = Mail(people.address(user), "anyone@accept.test")
                connection.mail(mail.sender)
                connection.rcpt(mail.recipient)
                code, text = connection.data(mail.content())
                if code != 250:
                    refusal = (code, text.decode())
                    break
                sent += 1
        if refusal:
            break
    assert refusal and 450 <= refusal[0] < 460 and "rate" in refusal[1].lower(), (sent, refusal)
    assert 190 <= sent <= 215, f"stopped after {sent}"
    # Colleagues are not.
    mail = Mail("bob@gaudy.test", "anna@northmail.test")
    submit(mail, clients.fresh(), user="bob")
