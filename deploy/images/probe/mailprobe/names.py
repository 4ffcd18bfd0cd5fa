"""Checks of what the world sees under our names: resolver, blocklists, reverse names, and DNS against Git."""

import ipaddress
import json
import re
import subprocess

# Answers of a list that mean "you may not ask", never "listed" (Spamhaus: typo, public resolver, too many).
ERROR_CODE = re.compile(r"127\.255\.255\.\d+\Z")
TEST_POINT = "2.0.0.127"


def dig(settings, *words):
    """The lines dig prints; the arguments are a list and never meet a shell."""
    answer = subprocess.run(["dig", f"@{settings.resolver}", "-p", str(settings.resolver_port), "+time=3", "+tries=2", *words],
                            capture_output=True, text=True, timeout=20, check=False)
    if answer.returncode != 0:
        raise ValueError(f"dig {' '.join(words)}: {(answer.stdout + answer.stderr).strip()[:200]}")
    return [line.strip() for line in answer.stdout.splitlines() if line.strip()]


def short(settings, name, kind):
    """The values of a name, empty when there are none; anything but an answer is an error."""
    lines = dig(settings, "+noall", "+comments", "+answer", name, kind)
    status = next((found.group(1) for line in lines if (found := re.search(r"status: (\w+)", line))), "none")
    if status not in ("NOERROR", "NXDOMAIN"):
        raise ValueError(f"{name} {kind}: the resolver says {status}")
    rows = [line.split(None, 4) for line in lines if not line.startswith(";")]
    return [row[4] for row in rows if len(row) == 5 and row[3] == kind]


def resolver(settings, _metrics):
    """It answers, and it validates: without the AD bit DANE is silently off."""
    lines = dig(settings, "+noall", "+comments", "+dnssec", ".", "NS")
    flags = next((line for line in lines if "flags:" in line), "")
    if not re.search(r"flags:[^;]* ad[ ;]", flags):
        raise ValueError("the resolver did not validate the root: no AD flag")


def blocklists(settings, metrics):
    """First the list's own test entry: when that is wrong, an answer about us means nothing."""
    metrics.clear("mail_blocklist_listed")
    for zone in settings.blocklists:
        probe = short(settings, f"{TEST_POINT}.{zone}", "A")
        if not probe or any(ERROR_CODE.match(value) for value in probe):
            raise ValueError(f"{zone}: its test entry answers {probe}: this resolver may not ask")
        for address in settings.addresses:
            reverse = ipaddress.ip_address(address).reverse_pointer.rsplit(".", 2)[0]
            codes = [value for value in short(settings, f"{reverse}.{zone}", "A") if not ERROR_CODE.match(value)]
            metrics.set("mail_blocklist_listed", int(bool(codes)), list=zone, address=address)


def reverse(settings, _metrics):
    """PTR = the mail host = an address of ours, for each address."""
    for address in settings.addresses:
        parsed = ipaddress.ip_address(address)
        names = [name.rstrip(".").lower() for name in short(settings, parsed.reverse_pointer, "PTR")]
        if names != [settings.mail_host.lower()]:
            raise ValueError(f"{address}: its PTR is {names or 'missing'}, not {settings.mail_host}: a ticket for the owner of the address")
        forward = short(settings, settings.mail_host, "A" if parsed.version == 4 else "AAAA")
        if parsed not in [ipaddress.ip_address(value) for value in forward]:
            raise ValueError(f"{settings.mail_host}: does not lead back to {address}")


def drift(settings, metrics):
    """What is published against what `dns/render --format json` says; nothing to do where nobody gave that file."""
    if not settings.expected_dns:
        return
    with open(settings.expected_dns, encoding="utf-8") as file:
        expected = {}
        for record in json.load(file)["records"]:
            expected.setdefault((record["name"], record["type"]), set()).add(canonical(record["type"], record["value"]))
    wrong = [f"{name} {kind}" for (name, kind), values in expected.items()
             if {canonical(kind, value) for value in short(settings, name, kind)} != values]
    metrics.set("mail_dns_records_wrong", len(wrong))
    if wrong:
        raise ValueError("published otherwise than in Git: " + ", ".join(wrong[:5]))


def canonical(kind, value):
    """One spelling for each value: TXT strings joined, addresses and hashes in their short, lower-case form."""
    if kind == "TXT":
        pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
        return re.sub(r"\\(\D)", r"\1", "".join(pieces)) if pieces else value
    if kind in ("A", "AAAA"):
        return str(ipaddress.ip_address(value))
    if kind == "TLSA":
        words = value.lower().split()
        return " ".join(words[:3]) + " " + "".join(words[3:])
    return value if kind == "CAA" else value.lower()
