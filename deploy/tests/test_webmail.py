"""The webmail from outside: the page in a real browser, calendars and contacts by their protocols, phones, and what nobody may reach."""

import secrets
import socket
import ssl

import pytest
import requests

from outside import activesync, cluster, lab, mailboxes, people, smtp, webmail
from outside.dav import DAY, ask, book, card, event, events, principal, put_card
from outside.message import Mail
from outside.wait import until

USER = "erin"
# Whoever of them is guessed at cannot log in for a quarter of an hour.
USERS = [f"user{number}" for number in range(20, 40)]


@pytest.fixture(scope="module", autouse=True)
def deployed():
    """By "lab web": an administrator's work, done before."""
    parts = {item["metadata"]["name"]: item["status"] for item in cluster.get("deployments", "--namespace", "mail-web")["items"]}
    assert parts.get("webmail", {}).get("readyReplicas") == 1, "the webmail is not ready: deploy/lab/lab web"


def dav(method, path, user=USER, password=None, **options):
    return ask(method, path, user, password, **options)


def anonymous(method, path, **options):
    return requests.request(method, f"{webmail.URL}{path}", timeout=60, verify=str(lab.AUTHORITIES), allow_redirects=False, **options)


def test_page_logs_in_sends_and_receives():
    coming = Mail("anna@partner.test", people.address(USER)).sign()
    code, text = smtp.send(coming)
    assert code == 250, text
    mailboxes.arrives(USER, coming.token)
    going = secrets.token_hex(8)
    with webmail.opened() as page:
        page.login(USER, people.password(USER))
        page.inbox()
        cookies = {cookie["name"]: cookie for cookie in page.driver.get_cookies()}
        assert cookies["0xHIGHFLYxSOGo"]["secure"] and cookies["0xHIGHFLYxSOGo"]["httpOnly"], cookies.keys()
        assert coming.token in page.read(coming.token)
        page.send(people.address("bob"), f"from the page {going}", f"Typed by hand. {going}")
    message = mailboxes.arrives("bob", going)
    assert message["From"].addresses[0].addr_spec == people.address(USER)
    assert f"d={lab.DOMAIN}" in message["DKIM-Signature"] and going in message.get_body(("plain", "html")).get_content()
    assert [folder for folder, _ in mailboxes.find(USER, going)] == ["Sent"]


def test_page_refuses_a_wrong_password():
    with webmail.opened() as page:
        page.login(USER, "wrong")
        page.visible("//*[contains(text(), 'Wrong username or password')]")
        assert "0xHIGHFLYxSOGo" not in {cookie["name"] for cookie in page.driver.get_cookies()}


def test_login_is_dovecots_for_dav_too():
    assert dav("PROPFIND", "/SOGo/dav/", headers={"Depth": "0"}).status_code == 207
    assert dav("PROPFIND", "/SOGo/dav/", password="wrong", headers={"Depth": "0"}).status_code == 401
    assert dav("PROPFIND", "/SOGo/dav/", user="ghost@gaudy.test", password="wrong", headers={"Depth": "0"}).status_code == 401


def test_calendar_over_caldav():
    assert anonymous("GET", "/.well-known/caldav").headers["Location"] == "/SOGo/dav/"
    calendar = principal(USER).make_calendar(name=f"lab {secrets.token_hex(4)}")
    try:
        uid = secrets.token_hex(8)
        calendar.save_event(event(uid))
        assert events(calendar) == [(uid, "Exercise")]
        assert events(calendar, DAY.replace(day=3)) == []
        calendar.event_by_uid(uid).delete()
        assert calendar.events() == []
    finally:
        calendar.delete()


def test_contact_over_carddav():
    name = secrets.token_hex(8)
    created = put_card(USER, name)
    assert created.status_code == 201, created.status_code
    path = f"{book(USER)}{name}.vcf"
    try:
        query = ('<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/><c:address-data/></d:prop>'
                 f"<d:href>{path}</d:href></c:addressbook-multiget>")
        answer = dav("REPORT", book(USER), data=query, headers={"Content-Type": "application/xml", "Depth": "1"})
        assert answer.status_code == 207 and f"{name}.vcf" in answer.text and "Tessa Tester" in answer.text
        assert card(USER, name) == ("Tessa Tester", "tessa@partner.test")
        assert dav("GET", path, user="bob").status_code in (401, 403, 404)
    finally:
        assert dav("DELETE", path).status_code == 204
    assert card(USER, name) is None


def test_activesync_says_what_it_can_and_hands_out_the_folders():
    options = activesync.ask("OPTIONS", USER)
    assert options.status_code == 200 and "14.1" in options.headers["MS-ASProtocolVersions"].split(",")
    assert "FolderSync" in options.headers["MS-ASProtocolCommands"].split(",")
    answer = activesync.ask("POST", USER, command="FolderSync", body=activesync.folder_sync("0"))
    assert answer.status_code == 200, answer.status_code
    elements = activesync.read(answer.content)
    assert ("Status", "1") in elements, elements
    # Types of MS-ASCMD: 2 inbox, 3 drafts, 4 deleted, 5 sent, 8 calendar, 9 contacts.
    assert {"2", "3", "4", "5", "8", "9"} <= {text for name, text in elements if name == "Type"}, elements


def test_activesync_refuses_a_wrong_password():
    assert activesync.ask("POST", USER, password="wrong", command="FolderSync", body=activesync.folder_sync("0")).status_code == 401


@pytest.mark.parametrize("path", ["/SOGo/so/erin@gaudy.test/Administration/view", "/SOGo/so/erin@gaudy.test/administration", "/server-status",
                                  "/stub_status", "/healthz", "/etc/sogo/sogo.conf", "/SOGo/WebServerResources/../../../../etc/passwd"])
def test_administration_is_not_there(path):
    answer = dav("GET", path)
    assert answer.status_code in (400, 403, 404), (path, answer.status_code)


def test_nobody_says_who_they_are_by_a_header():
    answer = anonymous("PROPFIND", "/SOGo/dav/erin@gaudy.test/", headers={"Depth": "0", "x-webobjects-remote-user": "erin@gaudy.test",
                                                                         "X-WebObjects-Auth-Type": "Basic"})
    assert answer.status_code == 401


def test_every_answer_carries_the_headers_of_a_browser_that_is_to_be_careful():
    for path in ("/", "/SOGo/", "/nothing-here"):
        headers = anonymous("GET", path).headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000", path
        assert headers["X-Frame-Options"] == "SAMEORIGIN" and headers["X-Content-Type-Options"] == "nosniff", path
        assert not any(character.isdigit() for character in headers.get("Server", "")), headers["Server"]


def handshake(version, name=f"webmail.{lab.DOMAIN}"):
    """Old versions are asked for on purpose."""
    context = ssl.create_default_context(cafile=lab.AUTHORITIES)
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with socket.create_connection((lab.NODE, 443), 20) as plain, context.wrap_socket(plain, server_hostname=name) as secured:
        return secured.version()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_tls_of_443_is_new_enough_and_for_the_sites_names_alone():
    assert handshake(ssl.TLSVersion.TLSv1_3) == "TLSv1.3" and handshake(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(ssl.TLSVersion.TLSv1_1)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(ssl.TLSVersion.TLSv1_3, "elsewhere.test")


def test_database_and_memory_are_on_loopback_of_their_pod_alone():
    address = cluster.get("pods", "--namespace", "mail-web", "--selector", "app.kubernetes.io/name=webmail")["items"][0]["status"]["podIP"]
    # From the node, which reaches every pod: better placed than any neighbour in the cluster.
    for port in (5432, 11211, 20000, 3890):
        probe = cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "bash", "-c", f"exec 3<>/dev/tcp/{address}/{port}"], check=False)
        assert probe.returncode != 0 and "refused" in probe.stderr, (port, probe.stderr)
    assert cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "bash", "-c", f"exec 3<>/dev/tcp/{address}/8080"], check=False).returncode == 0


def test_guessing_at_the_page_is_stopped():
    """Some tries of one user (three in the lab), and then not even the right password for a quarter of an hour; others go on."""
    def attempt(user, password):
        # Slower than nginx's count by address, so that what refuses here is SOGo's count by user.
        return until(lambda: code if (code := anonymous("POST", "/SOGo/connect", json={"userName": people.address(user), "password": password}).status_code) != 429
                     else None, 60, "nginx lets another login through", every=2)
    # Somebody whom an earlier run has not closed.
    user = next(one for one in USERS if attempt(one, people.password(one)) == 200)
    assert {attempt(user, f"guess{number}") for number in range(4)} == {403}
    assert attempt(user, people.password(user)) == 403
    assert attempt("bob", people.password("bob")) == 200
