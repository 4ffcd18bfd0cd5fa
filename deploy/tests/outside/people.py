"""The people of the site and their passwords, which the lab made when it came up."""

from . import lab

QUOTA_OF = {"dave": 2 * 1024 * 1024}


def address(user):
    return user if "@" in user else f"{user}@{lab.DOMAIN}"


def password(user):
    lines = (lab.RUN / "secrets/passwords").read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines if line)[address(user)]
