"""What the probe is told: the site's values and where things are, all from the environment."""

import os
from dataclasses import dataclass, field


@dataclass
class Settings:
    mail_host: str
    addresses: list
    resolver: str
    resolver_port: int = 53
    listen: tuple = ("127.0.0.1", 9199)
    interval: float = 60
    logs: list = field(default_factory=list)
    clamd: str = "/run/mail/clamd.sock"
    redis: str = "/run/mail/redis.sock"
    unbound: str = "/run/mail/unbound.sock"
    rspamd: str = "http://127.0.0.1:11334"
    certificates: list = field(default_factory=list)        # PEM files of the Secrets
    volumes: dict = field(default_factory=dict)             # name -> path
    backup_status: str = ""                                 # folder of the backup jobs' reports
    webmail_status: str = ""                                # the same for the webmail's, which only a site with one has
    reports: str = ""                                       # what the job mail-reports has counted
    expected_dns: str = ""                                  # what `dns/render --format json` printed
    blocklists: list = field(default_factory=list)
    ports_tcp: frozenset = frozenset()
    ports_udp: frozenset = frozenset()
    ports: dict = field(default_factory=dict)               # port -> how TLS begins there


def from_environment():
    def words(name, default=""):
        return os.environ.get(name, default).split()

    host, _, port = os.environ.get("PROBE_LISTEN", "127.0.0.1:9199").rpartition(":")
    return Settings(
        mail_host=os.environ["mail_host"],
        addresses=[os.environ[name] for name in ("address", "address6") if os.environ.get(name)],
        resolver=os.environ.get("PROBE_RESOLVER", "127.0.53.53"),
        listen=(host.strip("[]"), int(port)),
        interval=float(os.environ.get("PROBE_INTERVAL", "60")),
        logs=words("PROBE_LOGS", "/var/log/mail/postfix.log"),
        clamd=os.environ.get("PROBE_CLAMD", Settings.clamd),
        redis=os.environ.get("PROBE_REDIS", Settings.redis),
        unbound=os.environ.get("PROBE_UNBOUND", Settings.unbound),
        rspamd=os.environ.get("PROBE_RSPAMD", Settings.rspamd),
        certificates=words("PROBE_CERTIFICATES", "/etc/tls/rsa/tls.crt /etc/tls/ecdsa/tls.crt"),
        volumes=dict(word.split("=", 1) for word in words("PROBE_VOLUMES")),
        backup_status=os.environ.get("PROBE_BACKUP_STATUS", ""),
        webmail_status=os.environ.get("PROBE_WEBMAIL_STATUS", ""),
        reports=os.environ.get("PROBE_REPORTS", ""),
        expected_dns=os.environ.get("PROBE_EXPECTED_DNS", ""),
        blocklists=words("PROBE_BLOCKLISTS", "zen.spamhaus.org"),
        # What may be open to the network on the mail node. SSH and the API server are firewalled, not unbound.
        ports_tcp=frozenset(map(int, words("PROBE_PORTS_TCP", "22 25 80 443 465 587 993 6443 10250"))),
        ports_udp=frozenset(map(int, words("PROBE_PORTS_UDP", "8472"))),
        ports={25: "smtp", 465: "tls", 587: "smtp", 993: "tls"},
    )
