"""Names and places of the lab, as `deploy/lab/lab test` hands them over."""

import os
from pathlib import Path

import dns.resolver


def value(name):
    try:
        return os.environ[name]
    except KeyError:
        raise SystemExit(f"{name} is not set: run these tests with deploy/lab/lab test") from None


DOMAIN = value("MAIL_DOMAIN")
HOST = value("MAIL_HOST")
NODE = value("NODE_ADDRESS")
NODE6 = value("NODE_ADDRESS6")
VANTAGE = value("VANTAGE")
VANTAGE6 = value("VANTAGE6")
RUN = Path(value("LAB_RUN"))
VAR = Path(value("LAB_VAR"))
HOME = Path(value("LAB_HOME"))
NODE_NETWORK = f"/run/netns/{value('NODE_NS')}"
KUBECTL = [value("KUBECTL"), "--kubeconfig", str(RUN / "kubeconfig"), "--context", "mailconsole-lab-admin", "--namespace", "mail"]
PEOPLE = RUN / "internet" / "people"
AUTHORITIES = RUN / "internet" / "public-authorities.crt"
OUTSIDE_MAIL = VAR / "outside-mail"

# Who is out there; the lab's correspondents.sh says what each of them is like.
RESOLVER = value("DNS_RESOLVER")
AUTHORITY = value("DNS_AUTHORITY")


def lookup(name, kind, server=RESOLVER):
    """The records as text, none when there are none."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.lifetime = [server], 10
    resolver.use_edns(0, dns.flags.DO, 1232)
    try:
        return [record.to_text() for record in resolver.resolve(name, kind, search=False)]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []


def address_of(domain):
    """Where mail of this domain comes from, out there. Who has no address of IPv4 has one of IPv6."""
    return (lookup(f"mx.{domain}", "A") or lookup(f"mx.{domain}", "AAAA"))[0]


def node_for(source):
    """The node's address as somebody with this address dials it."""
    return NODE6 if ":" in source else NODE
