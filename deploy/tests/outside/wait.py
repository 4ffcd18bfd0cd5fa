"""Waiting with an end: a probe is asked again until it says yes or the time is over."""

import time


def until(probe, seconds, what, every=0.25):
    """What the probe says once it says anything but nothing; fails with the reason after the given time."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what}: not within {seconds} s (last: {found!r})")
        time.sleep(every)


def never(probe, seconds, what, every=0.5):
    """The probe stays silent for the whole time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = probe()
        assert not found, f"{what}: {found!r}"
        time.sleep(every)
