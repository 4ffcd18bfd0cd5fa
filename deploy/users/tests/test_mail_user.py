"""The commands, and what they leave in the files."""

import json
import os

import argon2
import pytest
from conftest import PASSWORD


def opens(site, entry, password=PASSWORD.strip()):
    """Whether a password opens an entry: the hash is asked, as Dovecot asks it."""
    try:
        return argon2.PasswordHasher().verify(site.passwd().parts(entry)[1].removeprefix("{ARGON2ID}"), password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def lines(site, name):
    return (site.folder / name).read_text().splitlines()


def test_add_makes_login_mailbox_and_sender(site):
    assert opens(site, "kim@gaudy.test")
    assert "kim@gaudy.test -" in lines(site, "mailboxes") and "kim@gaudy.test kim@gaudy.test" in lines(site, "sender_login")
    assert lines(site, "mailboxes")[0].startswith("# one line a mailbox")           # comments stay
    assert os.stat(site.folder / "users").st_mode & 0o077 == 0
    assert site.passwd().parts("kim@gaudy.test")[2:] == ["", "", "", "", "", ""]


def test_quota(site):
    site.good("quota", "kim@gaudy.test", "2G")
    assert site.passwd().fields("kim@gaudy.test") == {"userdb_quota_rule": "*:storage=2G"}
    site.good("quota", "kim@gaudy.test", "default")
    assert site.passwd().fields("kim@gaudy.test") == {}
    site.good("add", "lee@gaudy.test", "--quota", "500M", text=PASSWORD)
    assert json.loads(site.good("list").stdout)[1]["quota"] == "500M"


def test_suspend_closes_everything_and_resume_opens_it_again(site):
    site.good("app-password-add", "kim@gaudy.test", "phone", text="of the telephone\n")
    site.good("quota", "kim@gaudy.test", "2G")
    before = site.files()
    site.good("suspend", "kim@gaudy.test")
    assert not opens(site, "kim@gaudy.test") and not opens(site, "kim@gaudy.test-phone", "of the telephone")
    assert "kim@gaudy.test -" in lines(site, "mailboxes")                           # mail goes on arriving
    site.refused("suspended", "password", "kim@gaudy.test", text="another long one\n")
    site.refused("suspended", "app-password-add", "kim@gaudy.test", "pad", text="another long one\n")
    site.refused("already", "suspend", "kim@gaudy.test")
    site.good("resume", "kim@gaudy.test")
    assert site.files() == before


def test_an_app_password_is_the_same_person_and_goes_alone(site):
    answer = site.good("app-password-add", "kim@gaudy.test", "phone", "--generate")
    made = answer.stdout.strip()
    assert opens(site, "kim@gaudy.test-phone", made) and made not in site.files()["users"]
    assert site.passwd().fields("kim@gaudy.test-phone") == {"user": "kim@gaudy.test"}
    assert json.loads(site.good("list").stdout)[0]["app_passwords"] == ["phone"]
    site.refused("already", "app-password-add", "kim@gaudy.test", "phone", text=PASSWORD)
    site.good("app-password-remove", "kim@gaudy.test", "phone")
    assert site.passwd().names() == ["kim@gaudy.test"] and opens(site, "kim@gaudy.test")


def test_a_new_password_replaces_the_old_one(site):
    site.good("password", "kim@gaudy.test", text="quite another one\n")
    assert not opens(site, "kim@gaudy.test") and opens(site, "kim@gaudy.test", "quite another one")


def test_aliases_with_the_right_to_send(site):
    site.good("add", "lee@gaudy.test", text=PASSWORD)
    site.good("alias-add", "desk@gaudy.test", "kim@gaudy.test")
    site.good("alias-add", "desk@gaudy.test", "lee@gaudy.test")
    assert "desk@gaudy.test kim@gaudy.test, lee@gaudy.test" in lines(site, "aliases")
    assert "desk@gaudy.test kim@gaudy.test, lee@gaudy.test" in lines(site, "sender_login")
    site.refused("already", "alias-add", "desk@gaudy.test", "lee@gaudy.test")
    site.refused("is a user", "alias-add", "lee@gaudy.test", "kim@gaudy.test")
    site.refused("is an alias", "add", "desk@gaudy.test", text=PASSWORD)
    site.good("alias-remove", "desk@gaudy.test", "kim@gaudy.test")
    assert "desk@gaudy.test lee@gaudy.test" in lines(site, "aliases")
    site.refused("only target", "remove", "lee@gaudy.test")


def test_remove_leaves_no_trace_in_the_lists(site, tmp_path):
    before = site.files()
    site.good("add", "lee@gaudy.test", text=PASSWORD)
    site.good("app-password-add", "lee@gaudy.test", "phone", text=PASSWORD)
    site.good("alias-add", "desk@gaudy.test", "kim@gaudy.test")
    shared = site.files()["aliases"]
    site.good("alias-add", "desk@gaudy.test", "lee@gaudy.test")
    site.good("remove", "lee@gaudy.test")
    after = site.files()
    assert (after["users"], after["mailboxes"], after["aliases"]) == (before["users"], before["mailboxes"], shared)
    assert "lee@" not in after["sender_login"]


def test_a_template_s_own_entries_are_known(site):
    """The shipped maps write @domain@; such an alias must be seen, or it would stand there twice."""
    site.good("alias-add", "abuse@gaudy.test", "kim@gaudy.test")
    assert [line for line in lines(site, "aliases") if line.startswith("abuse@")] == ["abuse@gaudy.test postmaster@gaudy.test, kim@gaudy.test"]


@pytest.mark.parametrize("words,text,word", [
    (["add", "kim@gaudy.test"], PASSWORD, "already"),
    (["add", "lee@gaudy.test"], "short\n", "shorter"),
    (["add", "lee@gaudy.test"], "", "shorter"),
    (["add", "lee@other.test"], PASSWORD, "domain of this site"),
    (["add", "lee:x@gaudy.test"], PASSWORD, "no address"),
    (["add", "lee@gaudy.test\nroot:x"], PASSWORD, "no address"),
    (["add", "@gaudy.test"], PASSWORD, "no address"),
    (["add", "lee@gaudy.test", "--quota", "5G userdb_home=/"], PASSWORD, "no size"),
    (["quota", "kim@gaudy.test", "0M"], None, "no size"),
    (["app-password-add", "kim@gaudy.test", "my phone"], PASSWORD, "no name"),
    (["app-password-remove", "kim@gaudy.test", "phone"], None, "not in the list"),
    (["suspend", "nobody@gaudy.test"], None, "not in the list"),
    (["resume", "kim@gaudy.test"], None, "not suspended"),
    (["remove", "kim@gaudy.test-phone"], None, "no address"),
    (["alias-remove", "desk@gaudy.test", "kim@gaudy.test"], None, "does not lead"),
])
def test_what_is_refused_changes_nothing(site, words, text, word):
    site.refused(word, *words, text=text)
