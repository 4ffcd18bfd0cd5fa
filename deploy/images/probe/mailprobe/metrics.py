"""Counters and gauges, and their text form for Prometheus."""

import threading

SERIES = 5000           # of one metric; a flood of invented user names must not eat the memory

HELP = {
    "mail_check_success": ("gauge", "Whether a check of the pod or of its place in the network last passed."),
    "mail_check_timestamp_seconds": ("gauge", "When a check last ran to its end."),
    "mail_log_lines_total": ("counter", "Log lines read, by program and by the pattern that knew them (none: not one)."),
    "mail_log_problems_total": ("counter", "Log lines in which a daemon says warning, error, fatal or panic."),
    "mail_accepted_total": ("counter", "Messages taken from clients, by whether the client had logged in."),
    "mail_rejects_total": ("counter", "Sessions, recipients or messages refused, by SMTP code and by who refused."),
    "mail_postscreen_total": ("counter", "Verdicts of postscreen."),
    "mail_deliveries_total": ("counter", "Delivery attempts, by transport, status, class of the enhanced code and receiver."),
    "mail_outbound_tls_total": ("counter", "Messages sent out, by whether the connection was encrypted."),
    "mail_tls_connections_total": ("counter", "TLS sessions, by direction, trust and version."),
    "mail_submissions_total": ("counter", "Messages submitted, by the user who had logged in."),
    "mail_resolver_refused_total": ("counter", "Times a blocklist said that this resolver may not ask."),
    "mail_rspamd_symbols_total": ("counter", "Messages that got a symbol, since Rspamd started."),
    "mail_clamav_signatures_timestamp_seconds": ("gauge", "When the loaded virus signatures were made."),
    "mail_redis_evicted_keys_total": ("counter", "Keys Redis pushed out for want of memory."),
    "mail_redis_memory_bytes": ("gauge", "Memory in use by Redis."),
    "mail_redis_memory_max_bytes": ("gauge", "Memory Redis may use."),
    "mail_resolver_queries_total": ("counter", "Questions the pod's resolver was asked."),
    "mail_resolver_servfail_total": ("counter", "Questions it could not answer."),
    "mail_blocklist_listed": ("gauge", "Whether an address of ours is on a blocklist."),
    "mail_certificate_not_after_timestamp_seconds": ("gauge", "End of the certificate as served."),
    "mail_certificate_is_secret": ("gauge", "Whether the certificate as served is the one in the Secret."),
    "mail_unexpected_listeners": ("gauge", "Ports open to the network that are not on the list."),
    "mail_volume_size_bytes": ("gauge", "Size of the file system under a volume."),
    "mail_volume_free_bytes": ("gauge", "Space left in it for us."),
    "mail_volume_inodes": ("gauge", "Inodes of the file system under a volume."),
    "mail_volume_inodes_free": ("gauge", "Inodes left in it."),
    "mail_backup_last_success_timestamp_seconds": ("gauge", "End of the last whole run, by kind (backup, prune, check, drill, webmail, webmail-drill); 0 is never."),
    "mail_backup_last_status": ("gauge", "Exit status of the last run, by kind; 3 is a backup that missed files."),
    "mail_dns_records_wrong": ("gauge", "Records whose published value is not the one in Git."),
    "mail_dmarc_messages_total": ("counter", "Messages in DMARC reports about our domain, by source and result."),
    "mail_tlsrpt_sessions_total": ("counter", "Sessions in TLS reports about our domain, by result."),
}


class Metrics:
    """All series of the process; it is shared by threads, so it guards itself."""

    def __init__(self):
        self.lock = threading.Lock()
        self.series = {name: {} for name in HELP}
        self.dropped = 0

    def add(self, name, amount=1, **labels):
        with self.lock:
            key = self.key(name, labels)
            if key is not None:
                self.series[name][key] = self.series[name].get(key, 0) + amount

    def set(self, name, value, **labels):
        with self.lock:
            key = self.key(name, labels)
            if key is not None:
                self.series[name][key] = value

    def clear(self, name):
        """Forgets a gauge's series, before they are set anew."""
        with self.lock:
            self.series[name].clear()

    def key(self, name, labels):
        key = tuple(sorted((label, str(value)[:120]) for label, value in labels.items()))
        known = self.series[name]
        if key not in known and len(known) >= SERIES:
            self.dropped += 1
            return None
        return key

    def render(self):
        lines = []
        with self.lock:
            for name, known in self.series.items():
                if known:
                    kind, text = HELP[name]
                    lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
                    lines += [name + labels_text(key) + f" {value:.17g}" for key, value in known.items()]
            lines += ["# HELP mail_series_dropped_total Series not kept, as a metric had too many.",
                      "# TYPE mail_series_dropped_total counter", f"mail_series_dropped_total {self.dropped}", ""]
        return "\n".join(lines)


def labels_text(key):
    if not key:
        return ""
    return "{" + ",".join(f'{label}="{escape(value)}"' for label, value in key) + "}"


def escape(value):
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
