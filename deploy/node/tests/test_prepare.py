"""Once is enough, twice changes nothing, a dry run changes nothing at all."""

import os

import pytest

ARGUMENTS = ["--node", "mail-node", "--admin", "192.0.2.0/24", "--admin", "2001:db8::/64"]
BANS = {*(f"etc/fail2ban/{place}/mailconsole.conf" for place in ("jail.d", "filter.d", "fail2ban.d")), "usr/local/lib/mailconsole/follow-logins",
        "etc/systemd/system/mailconsole-logins.service", "etc/systemd/system/fail2ban.service.d/mailconsole.conf"}
root = pytest.mark.skipif(os.getuid() != 0, reason="prepare wants root")


def test_a_dry_run_tells_and_changes_nothing(machine):
    answer = machine.prepare(*ARGUMENTS, "--dry-run")
    assert answer.returncode == 2, answer.stderr
    assert "+vm.overcommit_memory = 1" in answer.stdout and "would run: kubectl label node mail-node mailconsole/mail=true" in answer.stdout
    assert machine.files() == {} and machine.known()["mail-node"]["labels"] == []


@root
def test_the_second_time_there_is_nothing_to_do(machine):
    first = machine.prepare(*ARGUMENTS, "--taint")
    assert first.returncode == 0, first.stderr
    files, known = machine.files(), machine.known()
    assert set(files) == {"etc/sysctl.d/90-mailconsole.conf", "etc/rancher/k3s/config.yaml", "etc/nftables.d/mailconsole.nft", "etc/nftables.conf"} | BANS
    assert known["mail-node"] == {"labels": ["mailconsole/mail=true"], "taints": ["mailconsole/mail"]}
    assert sorted(path.name for path in (machine.root / "srv/mail").iterdir()) == ["spool", "state", "vmail"]
    again = machine.prepare(*ARGUMENTS, "--taint")
    assert (again.returncode, again.stdout) == (0, "prepare: nothing to do\n")
    assert (machine.files(), machine.known()) == (files, known)
    assert machine.prepare(*ARGUMENTS, "--taint", "--dry-run").returncode == 0


@root
def test_a_file_that_was_changed_by_hand_is_put_back(machine):
    machine.prepare(*ARGUMENTS)
    path = machine.root / "etc/nftables.d/mailconsole.nft"
    text = path.read_text()
    path.write_text(text.replace("policy drop", "policy accept"))
    assert machine.prepare(*ARGUMENTS, "--dry-run").returncode == 2
    machine.prepare(*ARGUMENTS)
    assert path.read_text() == text


@root
def test_a_foreign_nftables_conf_keeps_what_it_says(machine):
    (machine.root / "etc").mkdir()
    (machine.root / "etc/nftables.conf").write_text("flush ruleset\n")
    machine.prepare(*ARGUMENTS)
    assert machine.files()["etc/nftables.conf"] == 'flush ruleset\ninclude "/etc/nftables.d/*.nft"\n'


def test_a_second_labelled_node_is_refused(machine):
    machine.nodes(**{"mail-node": {"labels": [], "taints": []}, "other": {"labels": ["mailconsole/mail=true"], "taints": []}})
    answer = machine.prepare(*ARGUMENTS, "--dry-run")
    assert answer.returncode == 1 and "exactly one node" in answer.stderr and "node/other" in answer.stderr


def test_before_the_cluster_knows_the_node_the_rest_is_done(machine):
    machine.nodes()
    answer = machine.prepare(*ARGUMENTS, "--dry-run")
    assert answer.returncode == 2 and "does not know mail-node yet" in answer.stdout


def test_rules_that_nft_refuses_change_nothing(machine):
    if os.getuid() != 0:
        pytest.skip("only root can ask nft")
    machine.program("nft", "#!/bin/sh\nexit 1\n")
    answer = machine.prepare(*ARGUMENTS)
    assert answer.returncode == 1 and "refuses" in answer.stderr
    assert "etc/nftables.d/mailconsole.nft" not in machine.files()


@root
def test_a_jail_that_fail2ban_refuses_changes_nothing_of_it(machine):
    machine.program("fail2ban-client", "#!/bin/sh\necho no such filter\nexit 255\n")
    answer = machine.prepare(*ARGUMENTS)
    assert answer.returncode == 1 and "no such filter" in answer.stderr and "refuses the jail" in answer.stderr
    assert not any("fail2ban" in name for name in machine.files())


@root
def test_fail2ban_and_its_helper_start_anew_with_what_changed(machine):
    machine.prepare(*ARGUMENTS)
    assert machine.calls.read_text().splitlines()[-4:] == ["systemctl daemon-reload", "systemctl enable mailconsole-logins",
                                                          "systemctl restart fail2ban", "systemctl restart mailconsole-logins"]


@pytest.mark.parametrize("words", [
    [], ["--node", "mail-node"], ["--node", "Mail_Node", "--admin", "192.0.2.1"], ["--node", "a; reboot", "--admin", "192.0.2.1"],
    ["--node", "mail-node", "--admin", "192.0.2.1; drop"], ["--node", "mail-node", "--admin", "any"], ["--what"], ["--node"],
])
def test_words_that_are_refused(machine, words):
    answer = machine.prepare(*words, "--dry-run")
    assert answer.returncode in (1, 64) and answer.stderr and machine.files() == {}
