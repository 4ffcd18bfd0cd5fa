// What is asked of both worlds. In a state the questions are asked in this order, and each world keeps
// what they changed.

extension LabQuestion {
  /// Every question, state by state.
  public static let all: [LabQuestion] =
    cluster + postfix + dns + outside + daemons + queueDeferred + clamdDown + redisDown
    + resolverDown + listed + publishing + reported + backedUp + monitored

  private static let cluster = [
    LabQuestion(.healthy, "pods", "k8s.pods"), LabQuestion(.healthy, "node", "k8s.node"),
    LabQuestion(.healthy, "rollout", "k8s.rollout", #"{"within": "0s"}"#),
    LabQuestion(.healthy, "rollout-waited-for", "k8s.rollout", #"{"within": "30s"}"#),
    LabQuestion(.healthy, "ports", "k8s.ports", #"{"expect": [25, 465, 587, 993]}"#),
    LabQuestion(.healthy, "volumes", "k8s.volumes"),
    LabQuestion(
      .healthy,
      "logs",
      "k8s.logs",
      #"{"container": "redis", "tail": 20, "pattern": "Ready to accept connections"}"#
    ),
    LabQuestion(.healthy, "apply", "k8s.apply"), LabQuestion(.healthy, "diff", "k8s.diff"),
    LabQuestion(.healthy, "evictable", "k8s.evictable"),
    LabQuestion(.healthy, "cordon", "k8s.cordon"),
    LabQuestion(.healthy, "node-cordoned", "k8s.node"),
    LabQuestion(.healthy, "uncordon", "k8s.uncordon"),
    LabQuestion(.healthy, "uncordon-again", "k8s.uncordon"),
    LabQuestion(
      .healthy,
      "label",
      "k8s.label_node",
      #"{"label": "mailconsole/recorded=true"}"#
    ),
    LabQuestion(.healthy, "unlabel", "k8s.label_node", #"{"label": "mailconsole/recorded-"}"#),
    LabQuestion(.healthy, "certificates", "acme.status"),
  ]

  private static let postfix = [
    LabQuestion(.healthy, "queue-empty", "postfix.queue"),
    LabQuestion(
      .healthy,
      "settings",
      "postfix.settings",
      #"{"expect": ["myhostname=mail.gaudy.test", "smtpd_tls_auth_only=no"]}"#
    ),
    LabQuestion(.healthy, "postfix-check", "postfix.check"),
    LabQuestion(
      .healthy,
      "services",
      "postfix.services",
      #"{"expect": ["smtp/inet", "submission/inet"], "forbid": ["nobody/inet"]}"#
    ),
    LabQuestion(.healthy, "certificate-mounted", "postfix.certificate"),
    LabQuestion(.healthy, "log-senders", "postfix.log_senders", #"{"tail": 50}"#),
    LabQuestion(.healthy, "warmup", "warmup.status", #"{"tail": 50}"#),
    LabQuestion(.healthy, "reload", "postfix.reload"),
    LabQuestion(.healthy, "intake-stopped", "postfix.intake", #"{"accept": false}"#),
    LabQuestion(.healthy, "intake-started", "postfix.intake", #"{"accept": true}"#),
    LabQuestion(.healthy, "flush-nothing", "postfix.flush"),
  ]

  private static let dns = [
    LabQuestion(.healthy, "mx", "dns.lookup", #"{"from": "outside", "type": "MX"}"#),
    LabQuestion(
      .healthy,
      "no-such-name",
      "dns.lookup",
      #"{"from": "outside", "name": "nobody.gaudy.test"}"#
    ),
    LabQuestion(
      .healthy,
      "no-such-data",
      "dns.lookup",
      #"{"from": "outside", "name": "mail.gaudy.test", "type": "MX"}"#
    ),
    LabQuestion(
      .healthy,
      "zone-compared",
      "dns.compare",
      #"{"from": "outside", "file": "dns/addresses.zone"}"#
    ),
    LabQuestion(
      .healthy,
      "wait",
      "dns.wait",
      #"{"from": "outside", "name": "mail.gaudy.test", "expect": ["203.0.113.10"]}"#
    ),
    LabQuestion(.healthy, "reverse", "ptr.check", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "spf", "spf.evaluate", #"{"from": "outside"}"#),
    LabQuestion(
      .healthy,
      "spf-stranger",
      "spf.evaluate",
      #"{"from": "outside", "addresses": ["198.51.100.92"]}"#
    ),
    LabQuestion(.healthy, "dmarc", "dmarc.check", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "caa", "caa.check", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "tls-reports-record", "tlsrpt.check", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "dkim", "dkim.compare", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "tlsa", "tlsa.compare", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "policy", "mta_sts.fetch", #"{"from": "outside", "domain": "sts.test"}"#),
    LabQuestion(
      .healthy,
      "page",
      "http.get",
      #"{"from": "outside", "url": "https://mta-sts.sts.test/.well-known/mta-sts.txt", "pattern": "STSv1"}"#
    ),
  ]

  private static let outside = [
    LabQuestion(.healthy, "certificate-25", "tls.certificate", #"{"from": "outside", "port": 25}"#),
    LabQuestion(.healthy, "certificate-465", "tls.certificate", #"{"from": "outside"}"#),
    LabQuestion(
      .healthy,
      "certificate-993",
      "tls.certificate",
      #"{"from": "outside", "port": 993}"#
    ),
    LabQuestion(
      .healthy,
      "certificate-refused",
      "tls.certificate",
      #"{"from": "outside", "roots": "/etc/ssl/certs/ca-certificates.crt"}"#
    ),
    LabQuestion(
      .healthy,
      "tls-versions",
      "tls.policy",
      #"{"from": "outside", "ports": [465, 587, 993]}"#
    ),
    LabQuestion(
      .healthy,
      "open-ports",
      "listeners.check",
      #"{"from": "outside", "addresses": ["203.0.113.10"], "scan": ["1-1024", "6379", "11332-11334"]}"#
    ),
    LabQuestion(.healthy, "smtp-ehlo", "smtp.probe", #"{"from": "outside", "until": "ehlo"}"#),
    LabQuestion(
      .healthy,
      "smtp-submission",
      "smtp.probe",
      #"{"from": "outside", "port": 587, "until": "tls"}"#
    ),
    LabQuestion(
      .healthy,
      "smtp-recipient",
      "smtp.probe",
      #"{"from": "outside", "recipient": "alice@gaudy.test"}"#
    ),
    LabQuestion(.healthy, "relay", "smtp.relay_matrix", #"{"from": "outside"}"#),
    LabQuestion(
      .healthy,
      "spam-sent",
      "smtp.send",
      #"{"from": "outside", "recipient": "alice@gaudy.test", "sample": "gtube", "expect": "refused"}"#
    ),
    LabQuestion(
      .healthy,
      "canary",
      "smtp.canary",
      #"{"from": "outside", "recipient": "alice@gaudy.test", "persistence": "2m", "remove": true}"#
    ),
    LabQuestion(.healthy, "imap", "imap.probe", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "imap-login", "imap.login", #"{"from": "outside"}"#),
    LabQuestion(.healthy, "firewall", "firewall.limits", #"{"from": "node"}"#),
    LabQuestion(
      .healthy,
      "imap-closed",
      "imap.probe",
      #"{"from": "outside", "port": 143}"#
    ),
  ]

  private static let daemons = [
    LabQuestion(.healthy, "redis-ping", "redis.ping"),
    LabQuestion(.healthy, "redis-info", "redis.info"),
    LabQuestion(.healthy, "clamav", "clamav.ping"),
    LabQuestion(.healthy, "scan-spam", "rspamd.scan", #"{"sample": "gtube"}"#),
    LabQuestion(.healthy, "scan-virus", "rspamd.scan", #"{"sample": "eicar"}"#),
    LabQuestion(.healthy, "scan-plain", "rspamd.scan", #"{"sample": "plain"}"#),
    LabQuestion(.healthy, "rspamd-counts", "rspamd.stat"),
    LabQuestion(.healthy, "sessions", "dovecot.who"),
    LabQuestion(.healthy, "mailbox", "dovecot.user", #"{"user": "bob@gaudy.test"}"#),
    LabQuestion(.healthy, "mailbox-of-nobody", "dovecot.user", #"{"user": "nobody@gaudy.test"}"#),
    LabQuestion(
      .healthy,
      "dovecot-config",
      "dovecot.config",
      #"{"expect": ["ssl=required", "ssl_min_protocol=TLSv1.2", "auth_verbose=no", "service/imap-login/inet_listener/imap/port=0"]}"#
    ),
    LabQuestion(.healthy, "kick-nobody", "dovecot.kick", #"{"user": "bob@gaudy.test"}"#),
    LabQuestion(.healthy, "backups", "restic.snapshots", #"{"from": "node"}"#),
    LabQuestion(.healthy, "metrics", "prometheus.query", #"{"from": "node"}"#),
    LabQuestion(.healthy, "targets", "prometheus.targets", #"{"from": "node"}"#),
    LabQuestion(.healthy, "alerts", "prometheus.rules", #"{"from": "node"}"#),
    LabQuestion(.healthy, "log-store", "logs.search", #"{"from": "node"}"#),
  ]

  private static let triage =
    #"{"compromise_min": 20, "dead_min": 10, "storm_min": 10, "backscatter_min": 10}"#

  private static let queueDeferred = [
    LabQuestion(.queueDeferred, "queue", "postfix.queue", triage),
    LabQuestion(.queueDeferred, "hold", "postfix.hold", #"{"sender": "alice@gaudy.test"}"#),
    LabQuestion(.queueDeferred, "hold-again", "postfix.hold", #"{"sender": "alice@gaudy.test"}"#),
    LabQuestion(.queueDeferred, "queue-held", "postfix.queue", triage),
    LabQuestion(.queueDeferred, "export", "postfix.export", #"{"domain": "dead.test"}"#),
    LabQuestion(
      .queueDeferred,
      "delete-not-exported",
      "postfix.delete",
      #"{"sender": "alice@gaudy.test", "exported": ["4F2C1A0B"]}"#
    ),
    LabQuestion(.queueDeferred, "release", "postfix.release", #"{"sender": "alice@gaudy.test"}"#),
    LabQuestion(.queueDeferred, "requeue", "postfix.requeue", #"{"domain": "dead.test"}"#),
    LabQuestion(.queueDeferred, "flush", "postfix.flush", #"{"domain": "defer.test"}"#),
  ]

  private static let clamdDown = [
    LabQuestion(.clamdDown, "clamav", "clamav.ping"),
    LabQuestion(.clamdDown, "scan-virus", "rspamd.scan", #"{"sample": "eicar"}"#),
    LabQuestion(.clamdDown, "scan-spam", "rspamd.scan", #"{"sample": "gtube"}"#),
  ]

  private static let redisDown = [
    LabQuestion(.redisDown, "redis-ping", "redis.ping"),
    LabQuestion(.redisDown, "redis-info", "redis.info"),
  ]

  private static let resolverDown = [
    LabQuestion(.resolverDown, "mx", "dns.lookup", #"{"from": "outside", "type": "MX"}"#),
    LabQuestion(.resolverDown, "dmarc", "dmarc.check", #"{"from": "outside"}"#),
    LabQuestion(
      .resolverDown,
      "block-lists",
      "dnsbl.check",
      #"{"from": "outside", "addresses": ["203.0.113.10"], "lists": ["zen.spamhaus.org"]}"#
    ),
  ]

  private static let listed = [
    LabQuestion(
      .listed,
      "spammer",
      "dnsbl.check",
      #"{"from": "outside", "addresses": ["198.51.100.92"], "lists": ["zen.spamhaus.org", "bl.mailspike.net"]}"#
    ),
    LabQuestion(
      .listed,
      "ours",
      "dnsbl.check",
      #"{"from": "outside", "addresses": ["203.0.113.10"], "lists": ["zen.spamhaus.org", "bl.mailspike.net"]}"#
    ),
  ]

  /// Where `LabStage` puts a file for a state.
  public static let place = "/run/mailconsole-lab/recorded"

  private static let publishing = [
    LabQuestion(
      .publishing,
      "added",
      "dns.publish",
      #"{"records": ["recorded.gaudy.test. 60 IN TXT \"one\""]}"#
    ),
    LabQuestion(
      .publishing,
      "unchanged",
      "dns.publish",
      #"{"records": ["recorded.gaudy.test. 60 IN TXT \"one\""]}"#
    ),
    LabQuestion(
      .publishing,
      "removed",
      "dns.publish",
      #"{"remove": ["recorded TXT"]}"#
    ),
  ]

  private static let reported = [
    LabQuestion(.reported, "dmarc", "reports.dmarc", #"{"since": "1d"}"#),
    LabQuestion(.reported, "tls", "reports.tlsrpt", #"{"since": "1d"}"#),
  ]

  private static let backedUp = [
    LabQuestion(
      .backedUp,
      "snapshots",
      "restic.snapshots",
      #"""
      {"from": "outside", "environment": "/run/mailconsole-lab/recorded/backup.env",
       "expect": ["/data/vmail", "/data/spool"]}
      """#
    ),
    LabQuestion(
      .backedUp,
      "none-of-that-tag",
      "restic.snapshots",
      #"""
      {"from": "outside", "environment": "/run/mailconsole-lab/recorded/backup.env", "tag": "nobody",
       "expect": ["/data/vmail"]}
      """#
    ),
  ]

  private static let monitored = [
    LabQuestion(.monitored, "up", "prometheus.query", #"{"from": "node"}"#),
    LabQuestion(
      .monitored,
      "nothing",
      "prometheus.query",
      #"{"from": "node", "query": "recorded_nobody"}"#
    ),
    LabQuestion(
      .monitored,
      "targets",
      "prometheus.targets",
      #"{"from": "node", "expect": ["postfix", "nobody"]}"#
    ),
    LabQuestion(
      .monitored,
      "rules",
      "prometheus.rules",
      #"{"from": "node", "expect": ["PostfixDown", "Nobody"]}"#
    ),
  ]
}
