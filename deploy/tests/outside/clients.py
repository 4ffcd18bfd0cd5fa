"""Machines out there that have not been seen before. Limits and memories count by address: a test that
wants to be counted alone takes a new one, out of the 32,768 of the lab's "crowd" (lib/network.sh)."""

import ipaddress
import random

_CROWD = ipaddress.ip_network("198.19.0.0/17")
_CROWD6 = ipaddress.ip_network("2001:db8:8000::/33")


def fresh():
    return str(_CROWD[random.randrange(1, _CROWD.num_addresses - 1)])


def fresh6():
    """In a /48 that nobody else has: in IPv6 limits and memories count networks, of /48 at the widest."""
    return str(_CROWD6[random.randrange(1 << 15) << 80 | random.randrange(1, 1 << 80)])


def neighbour(address):
    """Another address of the same /64: whoever has one has them all."""
    network = ipaddress.ip_network(f"{address}/64", strict=False)
    return str(network[random.randrange(1, 1 << 64)])
