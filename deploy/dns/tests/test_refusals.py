"""What the renderer refuses, and that it says what and where."""

import pytest
from conftest import DNS


@pytest.fixture
def site(tmp_path):
    """A site file with some values changed; None takes a line out."""
    def write(**changes):
        values = {"domain": "gaudy.test", "mail_host": "mail.gaudy.test", "address": "192.0.2.1", "address6": "", "organisation": 'Not used (here); "so fine"', **changes}
        path = tmp_path / "site.env"
        path.write_text("".join(f"{name}={value}\n" for name, value in values.items() if value is not None))
        return path
    return write


def refused(answer, *words):
    status, out, err = answer
    assert (status, out) == (1, "")
    assert err.startswith("render: ") and err.count("\n") == 1
    for word in words:
        assert word in err


def test_a_site_that_is_fine_is_not_refused(render, site):
    assert render("observe", site=site())[0] == 0


@pytest.mark.parametrize("changes,words", [
    ({"domain": "gaudy"}, ["domain"]),
    ({"domain": 'x.test"'}, ["domain"]),
    ({"mail_host": "mail.elsewhere.test"}, ["mail_host", "another zone"]),
    ({"mail_host": "-mail.gaudy.test"}, ["mail_host"]),
    ({"address": "2001:db8::1"}, ["address", "IPv4"]),
    ({"address": ""}, ["address"]),
    ({"address6": "192.0.2.1"}, ["address6", "IPv6"]),
    ({"address6": None}, ["address6", "nobody set"]),
    ({"dav_host": "a.test.\x0bsend"}, ["dav_host"]),
    ({"acme_issuer": 'ca.test"; 0 issue "evil.test'}, ["acme_issuer"]),
])
def test_hostile_and_wrong_values(render, site, changes, words):
    refused(render("observe", site=site(**changes)), *words)


def test_a_line_that_is_no_value(render, tmp_path):
    (tmp_path / "site.env").write_text("domain gaudy.test\n")
    refused(render("prepare", site=tmp_path / "site.env"), "site.env:1")


def test_missing_keys_are_named(render, keys):
    refused(render("observe", with_keys=False), "dkim_s1", "--dkim s1=")
    refused(render("observe", "--dkim", f"s1={keys}/rsa.pub", "--dkim", f"s2={keys}/rsa.pub", with_keys=False), "tlsa", "--tlsa none")


@pytest.mark.parametrize("file,word", [("weak.pub", "2048"), ("ec.pub", "RSA"), ("rsa.key", "PUBLIC KEY"), ("absent", "cannot be read")])
def test_keys_that_will_not_do(render, keys, file, word):
    refused(render("observe", "--dkim", f"s1={keys}/{file}"), file, word)


def test_stages_and_ramps_that_do_not_exist(render):
    refused(render("live"), "live", "prepare, observe")
    refused(render("observe", "--ramp", "dmarc=soft"), "soft", "quarantine")
    refused(render("observe", "--ramp", "spf=x"), "spf")


def test_a_zone_that_names_a_foreign_name(render, tmp_path):
    text = (DNS / "zone.yaml").read_text().replace('name: "{mail_host}.", type: A,', 'name: "mail.evil.test.", type: A,')
    (tmp_path / "zone.yaml").write_text(text)
    refused(render("prepare", "--zone", str(tmp_path / "zone.yaml")), "mail.evil.test.", "outside the zone")
