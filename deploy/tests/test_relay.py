"""Nobody who has not logged in sends anything to anywhere else through this host."""

import pytest

from outside import clients, cluster, lab, people, providers, smtp
from outside.message import Mail

FOREIGN = "anna@northmail.test"
# What has opened relays before: the address in other clothes.
DISGUISES = [FOREIGN, "anna%northmail.test@gaudy.test", "anna%northmail.test@mail.gaudy.test", "@gaudy.test:anna@northmail.test",
             '"anna@northmail.test"@gaudy.test', "northmail.test!anna@gaudy.test", '"anna@northmail.test"', "anna@northmail.test@gaudy.test",
             "anna@[198.51.100.80]", f"anna%northmail.test@[{lab.NODE}]", "anna@[IPv6:2001:db8:100::88]", f"anna%northmail.test@[IPv6:{lab.NODE6}]",
             "anna@localhost", "root@localhost"]
SENDERS = ["anna@partner.test", "alice@gaudy.test", "", "postmaster@mail.gaudy.test"]


def refused(sender, recipient, source, port=25):
    with smtp.session(source, "mx.partner.test", port=port) as connection:
        connection.mail(sender)
        code, text = connection.rcpt(recipient)
        return code >= 500, (code, text)


FAMILIES = pytest.mark.parametrize("source", [lab.VANTAGE, lab.VANTAGE6], ids=["IPv4", "IPv6"])


@FAMILIES
@pytest.mark.parametrize("recipient", DISGUISES)
def test_outside_client_is_no_relay_customer(recipient, source):
    with smtp.session(source, "mx.partner.test") as connection:
        connection.mail("anna@partner.test")
        code, text = connection.rcpt(recipient)
    assert code >= 500, (code, text)


@FAMILIES
@pytest.mark.parametrize("sender", SENDERS)
def test_no_sender_opens_the_relay(sender, source):
    done, answer = refused(sender, FOREIGN, source)
    assert done, answer


@pytest.mark.parametrize("port", [465, 587])
@pytest.mark.parametrize("stranger", [clients.fresh, clients.fresh6], ids=["IPv4", "IPv6"])
def test_submission_without_a_login_is_refused(port, stranger):
    done, answer = refused("alice@gaudy.test", FOREIGN, stranger(), port)
    assert done, answer


# A dialogue that needs nothing but bash, for places where nothing else is.
DIALOGUE = r"""
exec 3<>/dev/tcp/$1/25 || exit 9
answer() { while IFS= read -r -t 40 line <&3; do printf '%s\n' "$line"; case $line in ???-*) ;; *) break ;; esac; done; }
answer; for command in "EHLO inside.test" "MAIL FROM:<$2>" "RCPT TO:<$3>" QUIT; do printf '%s\r\n' "$command" >&3; answer; done
"""


def recipient_code(output):
    codes = [line[:3] for line in output.splitlines() if line[:3].isdigit() and line[3:4] == " "]
    assert len(codes) >= 4, output
    return int(codes[3])


@pytest.mark.parametrize("target", ["127.0.0.1", "::1", lab.NODE, lab.NODE6])
@pytest.mark.parametrize("sender", ["anna@partner.test", "alice@gaudy.test"])
def test_loopback_is_no_relay_customer(target, sender):
    """Every pod on the host network has the same loopback."""
    output = cluster.execute("postfix", "bash", "-c", DIALOGUE, "dialogue", target, sender, FOREIGN)
    assert recipient_code(output) >= 500, output


def test_pod_network_is_no_relay_customer():
    name = "relay-probe"
    cluster.kubectl("delete", "pod", name, "--ignore-not-found", "--wait=true", timeout=120)
    overrides = '{"spec": {"terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false}}'
    try:
        output = cluster.kubectl(
            "run", name, "--image=localhost/mailconsole/postfix:lab", "--image-pull-policy=Never", "--restart=Never", "--attach", "--quiet",
            f"--overrides={overrides}", "--pod-running-timeout=90s",
            "--command", "--", "bash", "-c", DIALOGUE, "dialogue", lab.NODE, "alice@gaudy.test", FOREIGN, timeout=180)
        assert recipient_code(output) >= 500, output
    finally:
        cluster.kubectl("delete", "pod", name, "--ignore-not-found", "--wait=true", timeout=120)


def test_listener_for_mail_made_on_the_host_takes_no_foreign_sender():
    output = cluster.execute("postfix", "bash", "-c", DIALOGUE.replace("/25", "/10026"), "dialogue", "127.0.0.1", "anna@partner.test", FOREIGN)
    assert recipient_code(output) >= 500, output


def test_login_opens_the_relay(client):
    mail = Mail("alice@gaudy.test", FOREIGN)
    code, text = smtp.submit(mail, people.address("alice"), people.password("alice"), source=client)
    assert code == 250, text
    providers.arrives(FOREIGN, mail.token)
