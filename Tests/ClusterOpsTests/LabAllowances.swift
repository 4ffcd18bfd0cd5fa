// What of the lab the simulated world does not say, each with its reason.

extension LabAllowance {
  static let all: [LabAllowance] = []
}

/// What no lab was asked, each with its reason.
enum LabGaps {
  /// Programs that facets answer for, and that nothing recorded in the lab has succeeded with.
  static let programs: [String: String] = [
    "Canary: sleep": "it prints nothing, and the lab's mail is there at the first look",
    "DNS: curl": "Cloudflare's API cannot be had in the lab; its answers are its documentation's",
    "Exercise: exercise": "it is for simulated worlds alone",
    "Loki: curl": "Loki is not in Debian, so that the lab has none",
    "IMAP: curl": unheard,
    "TLS: openssl": unheard,
    "Kubernetes: kubectl": unheard,
    "DNS: kdig": unheard,
    "DNS: knsupdate": unheard,
    "DNS: ldns-read-zone": unheard,
    "Reports: doveadm": unheard,
    "Rspamd: rspamc": unheard,
    "MailPolicy: spfquery.mail-spf-perl": unheard,
    "MailPolicy: cat": unheard,
    "MailPolicy: openssl": unheard,
    "Dovecot: doveadm": unheard,
    "Dovecot: doveconf": unheard,
    "Prometheus: curl": unheard,
    "ClamAV: clamdscan": unheard,
    "Canary: doveadm": unheard,
    "SMTP: swaks": unheard,
    "Postfix: postqueue": unheard,
    "Postfix: postcat": unheard,
    "Postfix: postfix": unheard,
    "Postfix: postconf": unheard,
    "Postfix: cat": unheard,
    "Postfix: openssl": unheard,
    "Postfix: postsuper": unheard,
    "Postfix: tail": unheard,
    "Restic: restic": unheard,
    "HTTP: curl": unheard,
    "Listeners: nmap": unheard,
  ]

  private static let unheard = "there is a question for it, and no lab was asked it yet"

  /// Operations without a question.
  static let operations: [String: String] = [
    "exercise.inject": "it is for simulated worlds alone",
    "k8s.delete_pod": "the lab would be without mail meanwhile; KeysTests replaces the pod there",
    "k8s.drain": "it moves what else runs in the lab; DrainTests drains its node",
    "k8s.exec": "it runs whatever it is given; every other operation in the pod is recorded",
  ]
}
