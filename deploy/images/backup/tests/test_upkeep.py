"""Retention and checks, with a real restic."""

import json

from conftest import Site


def snapshots(site, tag):
    return json.loads(site.restic("snapshots", "--json", "--tag", tag))


def test_retention_keeps_two_weeks_of_days_and_their_manifests(site):
    for day in [*range(13, 29), 2, 3]:
        site.restic("backup", "--quiet", "--host", "mail", "--tag", "mail", "--time", f"2026-03-{day:02d} 02:15:00", str(site.mail))
    for day in (27, 28):
        site.restic("backup", "--quiet", "--host", "mail", "--tag", f"manifest,{day:064d}", "--time", f"2026-03-{day:02d} 02:20:00", str(site.mail))
    site.restic("backup", "--quiet", "--host", "mail", "--tag", "mail", "--time", "2026-03-28 12:00:00", str(site.mail))     # by hand, the same day
    for hour in (1, 2):
        site.restic("backup", "--quiet", "--host", "webmail", "--tag", "webmail", "--time", f"2026-03-28 0{hour}:45:00", str(site.mail))
    site.good("prune")
    assert [snapshot["time"][:16] for snapshot in snapshots(site, "webmail")] == ["2026-03-28T02:45"]
    days = [snapshot["time"][:16] for snapshot in snapshots(site, "mail")]
    # 14 days, and the newer of two on one day; before them the last of the week that has no day among those
    assert len([day for day in days if day >= "2026-03-15"]) == 14
    assert "2026-03-28T12:00" in days and "2026-03-28T02:15" not in days
    assert [day[:10] for day in days if day < "2026-03-15"] == ["2026-03-03"]
    assert len(snapshots(site, "manifest")) == 2
    assert site.report("prune")["status"] == 0


def test_a_healthy_repository_passes_and_a_damaged_one_does_not(site):
    site.good("run")
    site.good("check")
    assert site.report("check")["subset"].endswith("/7")
    packs = sorted(path for path in (site.folder / "repo/data").rglob("*") if path.is_file())
    packs[0].unlink()
    answer = site.run("check")
    report = site.report("check")
    assert answer.returncode != 0 and report["status"] == answer.returncode
    assert report["last_success"] is not None           # of the time before


def test_a_wrong_password_is_told_and_nothing_is_pruned(site):
    site.good("run")
    (site.folder / "other").mkdir()
    other = Site(site.folder / "other", repository=str(site.folder / "repo"))
    other.environment["RESTIC_PASSWORD"] = "another"
    assert other.run("prune").returncode != 0
    assert "wrong password" in other.report("prune")["error"]
    assert len(snapshots(site, "mail")) == 1
