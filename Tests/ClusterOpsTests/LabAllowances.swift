// What of the lab the simulated world does not say, each with its reason.

extension LabAllowance {
  static let all: [LabAllowance] = [
    LabAllowance(
      "k8s.pods",
      ["names", "images", "youngest_seconds", "restarts"],
      "pods and images have names of that one lab, and an age and a past"
    ),
    LabAllowance(
      "k8s.apply",
      ["objects"],
      "the names of ConfigMaps end with a digest of their content"
    ),
    LabAllowance("k8s.evictable", ["pods", "left"], "pods have names of that one lab"),
    LabAllowance(
      "k8s.logs",
      ["lines", "samples"],
      "what a log says besides is of that one start"
    ),
    LabAllowance(
      "k8s.ports",
      ["open", "public"],
      "the node has listeners beside those of mail, behind its firewall"
    ),
    LabAllowance(
      "postfix.certificate",
      ["served", "mounted", "subject", "days_left"],
      "keys and certificates are made with the lab"
    ),
    LabAllowance(
      "postfix.check",
      ["settings"],
      "a scenario names the settings that matter to it, not all of main.cf"
    ),
    LabAllowance(
      "postfix.services",
      ["services"],
      "a scenario names the services that matter to it, not all of master.cf"
    ),
    LabAllowance(
      "postfix.log_senders",
      ["lines", "submissions", "top_user", "top_count", "users", "clients"],
      "the log is of what the lab was used for before"
    ),
    LabAllowance(
      "postfix.queue",
      ["bytes", "oldest_seconds"],
      "sizes and the order of arrival are chance in the simulated world"
    ),
    LabAllowance(
      "postfix.queue",
      ["storm_receiver", "dead_reason"],
      "a scenario names a receiver by its domain, and Postfix tells of one message what it tells of all"
    ),
    LabAllowance(
      "postfix.delete",
      of: "queue-deferred/delete-not-exported",
      ["message"],
      "queue ids are of that one queue"
    ),
    LabAllowance(
      "k8s.node",
      ["taints"],
      "the cluster's controllers taint a cordoned node; no runbook reads that"
    ),
    LabAllowance("postfix.hold", ["digest"], "queue ids are of that one queue"),
    LabAllowance("postfix.release", ["digest"], "queue ids are of that one queue"),
    LabAllowance("postfix.requeue", ["digest"], "queue ids are of that one queue"),
    LabAllowance("postfix.flush", ["digest"], "queue ids are of that one queue"),
    LabAllowance(
      "postfix.export",
      ["digest", "ids", "bytes"],
      "queue ids and messages are of that one queue"
    ),
    LabAllowance(
      "dkim.compare",
      ["bits"],
      "the length of its key is the lab's own choice"
    ),
    LabAllowance(
      "tlsa.compare",
      ["records", "matching", "keys", "kept", "argv"],
      "keys are made with the lab, which serves two certificates; the twin has one key"
    ),
    LabAllowance(
      "tls.certificate",
      ["subject", "issuer", "names", "days_left", "expires", "sha256", "key_sha256"],
      "keys and certificates are made with the lab"
    ),
    LabAllowance(
      "tls.certificate",
      of: "healthy/certificate-refused",
      ["trusted", "problem"],
      "the twin believes by whatever roots it is given"
    ),
    LabAllowance("imap.probe", ["milliseconds"], "how long it took"),
    LabAllowance("imap.login", ["messages"], "mail in the mailbox is of what the lab was used for"),
    LabAllowance(
      "imap.probe",
      of: "healthy/imap-closed",
      ["message"],
      "the lab's firewall says nothing of what is closed"
    ),
    LabAllowance("listeners.check", ["open"], "the web part is deployed apart"),
    LabAllowance(
      "warmup.status",
      ["log_covers"],
      "the log is of what the lab was used for before"
    ),
    LabAllowance(
      "http.get",
      ["milliseconds", "address"],
      "how long it took, and the site's own address"
    ),
    LabAllowance("smtp.probe", ["slowest_ms"], "how long it took"),
    LabAllowance(
      "smtp.probe",
      of: "healthy/smtp-ehlo",
      ["banner"],
      "whom postscreen does not know hears the greeting in two parts"
    ),
    LabAllowance(
      "smtp.send",
      ["slowest_ms", "queue_id"],
      "how long it took, and that one message's id"
    ),
    LabAllowance(
      "smtp.canary",
      [
        "message_id", "queue_id", "hops", "delays_seconds", "total_seconds", "score",
        "mailbox", "spam",
      ],
      "what belongs to that one message, and what the filter thinks of an unknown host"
    ),
    LabAllowance("rspamd.scan", ["milliseconds"], "how long it took"),
    LabAllowance(
      "rspamd.scan",
      ["score", "symbols"],
      "the twin has the rules that decide, not those that add a little"
    ),
    LabAllowance(
      "redis.ping",
      of: "redis-down/redis-ping",
      ["reply"],
      "the lab takes the socket away, a Redis that died leaves it"
    ),
    LabAllowance(
      "rspamd.stat",
      [
        "scanned", "spam", "ham", "rejected", "deferred", "marked", "learned", "milliseconds",
        "uptime_seconds",
      ],
      "the filter counts what the lab was used for before"
    ),
    LabAllowance(
      "redis.info",
      [
        "uptime_seconds", "used_bytes", "limit_bytes", "used_percent", "keys", "save_age_seconds",
        "unsaved",
      ],
      "what is stored is of what the lab was used for before"
    ),
    LabAllowance(
      "redis.info",
      of: "redis-down/redis-info",
      ["message"],
      "the lab takes the socket away, a Redis that died leaves it"
    ),
    LabAllowance(
      "dovecot.user",
      ["used_kib", "used_percent", "messages"],
      "mail in the mailbox is of what the lab was used for before"
    ),
    LabAllowance(
      "reports.dmarc",
      ["first", "last", "days", "reports", "messages", "aligned", "aligned_percent"],
      "other tests of the lab have reports sent as well"
    ),
    LabAllowance(
      "reports.tlsrpt",
      ["first", "last", "days", "reports", "sessions"],
      "other tests of the lab have reports sent as well"
    ),
    LabAllowance(
      "restic.snapshots",
      ["age", "newest", "time"],
      "a snapshot has its own name and time"
    ),
    LabAllowance(
      "prometheus.rules",
      ["groups", "alerts", "firing", "pending"],
      "the twin has some of the shipped rules in one group, and none that fires by itself"
    ),
    LabAllowance(
      "prometheus.targets",
      ["total", "up", "jobs"],
      "the twin has the jobs of production, the lab's Prometheus two"
    ),
    LabAllowance(
      "dns.publish",
      ["serial_before", "serial_after", "kept"],
      "the zone's serial, and the lab's own times to live"
    ),
    LabAllowance(
      "dns.lookup",
      ["ttl", "kept", "servers"],
      "a resolver tells what is left of the lab's own times to live"
    ),
    LabAllowance(
      "dns.wait",
      ["wait", "until", "ttl", "negative_ttl"],
      "a resolver tells what is left of the lab's own times to live"
    ),
  ]
}

/// What no lab was asked, each with its reason.
enum LabGaps {
  /// Programs that facets answer for, and that nothing recorded in the lab has succeeded with.
  static let programs: [String: String] = [
    "Canary: sleep": "it prints nothing, and the lab's mail is taken and there at the first try",
    "DNS: curl": "Cloudflare's API cannot be had in the lab; its answers are its documentation's",
    "Exercise: exercise": "it is for simulated worlds alone",
    "Loki: curl": "Loki is not in Debian, so that the lab has none",
  ]

  /// Operations without a question.
  static let operations: [String: String] = [
    "exercise.inject": "it is for simulated worlds alone",
    "k8s.delete_pod": "the lab would be without mail meanwhile; KeysTests replaces the pod there",
    "k8s.drain": "it moves what else runs in the lab; DrainTests drains its node",
    "k8s.exec": "it runs whatever it is given; every other operation in the pod is recorded",
  ]
}
