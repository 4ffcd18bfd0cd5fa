internal import Runbooks

// The shape of a simulated world, as a scenario writes it, beside the names and addresses of the
// site it belongs to. Everything may be left out; what is left out has the value given here.
//
//   kubernetes:
//     api: ok                         # or refused, timeout, unknown_host, unauthorized, forbidden
//     applied: true                   # whether the platform is deployed
//     manifests:                      # what the site's directory holds; four objects
//       - {object: "DaemonSet mail/mail", state: current}     # or absent, changed; version: 100
//     workload: {label: "mail=true", containers: [postfix, dovecot, rspamd, redis, clamd], broken: []}
//                                     # label: nodes it runs on; none: every ready node
//     nodes:                          # one, ready, with the workload's label
//       - {name: mail-node, ready: true, schedulable: true, labels: ["mail=true"],
//          taints: [], pressure: [], version: v1.32.0}
//     pods:                           # one a node the workload fits, an hour old
//       - {name: mail-x7k2p, node: mail-node, started: 1700000000, restarts: 0}
//     others:                         # pods of other workloads, which a drain evicts
//       - {name: kube-system/coredns-5d78c, node: mail-node, owner: deployment}
//         # owner: daemonset stays, none is refused; guarded: true is never evicted in time
//     listeners: ["0.0.0.0:25", "127.0.0.1:11332", "[::]:25"] # what listens in the pod
//     logs: {postfix: ["a line"]}     # by container
//     volumes:                        # claims with their volumes; spool, state and vmail, all well
//       - {claim: vmail, phase: Bound, policy: Retain, node: mail-node, class: mail-local, size: 10Gi}
//     crashes:                        # in a world that goes on: `every` minutes, until a moment or `for`
//                                     # seconds; no container: all of them, no pod: every mail pod
//       - {container: rspamd, pod: mail-x7k2p, every: 15, back_after: 60, from: 1795395600, for: 7200}
//     commands:                       # what k8s.exec finds; the key is argv with spaces
//       "cat /etc/debian_version": {stdout: "12.7\n", stderr: "", exit: 0}
//   postfix:
//     running: true
//     messages:                       # age in seconds, or arrived in seconds since 1970
//       - {id: 4F2C1A0B, queue: deferred, sender: a@gaudy.test, recipients: [b@dead.test],
//          reason: "connect to …: Connection refused", age: 600, size: 1800}
//     generators:                     # become messages on first use, the same for the same seed
//       - {cause: dead, count: 1200, domain: dead.test}
//       - {cause: storm, count: 800, domains: [a.test, b.test], receiver: mx.bigmail.test}
//       - {cause: compromised, count: 3000, sender: alice@gaudy.test}
//       - {cause: backscatter, count: 200}
//       - {cause: ordinary, count: 12}
//         # each also takes queue, reason, domains, sender, min_age, max_age, size
//     settings: {myhostname: mail.gaudy.test}   # what postconf says
//     warnings: []                    # what `postconf -n` complains of
//     errors: []                      # what `postfix check` complains of
//     services: ["smtp/inet", "submission/inet"]
//     ports: [25, 465, 587, 10589]    # of the listeners, those that are Postfix's own
//     certificate: {name: current, served: current, days: 60}
//                                     # mounted and served by name; days it is valid from now
//     log: ["a line of the mail log"]
//     logins: [{user: alice, client: 192.0.2.66, count: 3000}] # submissions in the log
//     deliveries:                     # in the log, each day of so many up to now; then the log begins
//       - {domain: gmail.com, relay: mx.google.com, count: 20, deferred: 0, bounced: 0, days: 40}
//     flows:                          # mail that keeps arriving in a world that goes on, until a moment or
//                                     # `for` seconds; the rest as of generators, and `senders`
//       - {name: stolen, cause: compromised, per_hour: 900, sender: alice@gaudy.test, user: alice,
//          client: 192.0.2.66, domains: [bigmail.test], size: 2048, from: 1795395600, for: 7200}
//     suspended: [alice]              # logins that are refused: flows of these users bring nothing
//   internet:                         # how a recipient domain takes mail when it is tried
//     dead.test: dead                 # accept, defer, limit, refuse, hang, dead; else: as before
//
//   dns:                              # a healthy site: addresses and PTR from site.yaml, MX, SPF, DMARC
//                                     # (reject), MTA-STS, TLS reports, CAA, the DKIM keys s1 and s2,
//                                     # TLSA of the key `site`
//     records: {"gaudy.test MX": ["10 mail.gaudy.test"], "198.51.100.25 PTR": []}
//                                     # by name and type, as dns.lookup tells data; []: not there
//     resolvers: {system: ok, "192.0.2.53": timeout}    # or servfail, refused, stale; by server
//     stale: {"mail.gaudy.test A": ["198.51.100.20"]}   # what resolvers that are stale have instead
//     signed: true                    # whether the site's zone is signed
//     validates: true                 # whether resolvers validate, and vouch for what is signed (AD)
//     ttl: 3600
//     ttls: {"mail.gaudy.test A": 300}                  # of single sets; publishing says them
//     remembers: false                # whether resolvers keep what was there before a change for its TTL,
//                                     # as they do in a world that goes on
//     updates: ok                     # or refused, notauth, badkey, badsig, badtime, timeout: what the
//                                     # primary says to knsupdate
//     cloudflare: {token: active, zone: true, forbidden: false, read_only: false, limited: false,
//       proxied: [mail.gaudy.test]}   # its API; token: disabled, expired or unknown
//     lists: {zen.spamhaus.org: {listed: {"198.51.100.25": 127.0.0.3}, reason: "why", dead: false,
//       until: 1795395600,            # when what is listed lapses, seconds since 1970
//       everything: false, refusing: false}}  # dead: empty; those of dnsbl.check list nobody
//     cached: {"gaudy.test MX": {data: ["10 old.gaudy.test"], until: 1795395600}}
//                                     # what resolvers still have of records that were changed; kept by
//                                     # whoever changes them (SimulatedDNS.changed)
//     files: {dns/zone.db: ["mail.gaudy.test. 300 IN A 198.51.100.25"]}
//                                     # zone files as ldns-read-zone prints them; []: not there;
//                                     # any other has what is published
//   dkim: {signing: s1, keys: {s1: BASE64, s2: ""}}   # the selector that signs; public halves of the
//                                     # keys in the pod: those that are published; "": not there
//   spf: {"192.0.2.9": softfail}      # by address; else pass for the site's addresses and fail for others,
//                                     # none or permerror where the domain has no record, or two
//   tls: {versions: ["TLSv1.2", "TLSv1.3"], trusted: true, names: ["mail.gaudy.test"],
//     keys: {new: other}}             # the key of a certificate, by names; `site` of any other
//   smtp: {greylisting: false, users: [alice], relays: ["percent hack"],
//     loses: false, junk: false, delay: 0, ahead: 0}
//                                     # greylisting ends for a sender and recipient after five minutes;
//                                     # relays: cases of smtp.relay_matrix that are open; of mail that
//                                     # is taken: whether it never arrives, is spam, seconds to the
//                                     # mailbox; seconds that the sender's clock is ahead
//   firewall: {drops: true, limited: [25, 465, 587, 993]}   # of the node: whether what no rule lets in is
//                                     # dropped, and the ports whose connections are limited by address
//   imap: {probe: {works: true, messages: 0},   # the account of imap.login, and whether its password is right
//     takes_any: false,               # whether any password is taken
//     users: {alice: 3}, capabilities: [IMAP4rev1, "AUTH=PLAIN"]}   # messages by login
//   http:                             # by address; nobody answers any other
//     "https://mta-sts.gaudy.test/.well-known/mta-sts.txt": {status: 200, body: "", type: text/plain,
//       location: ""}
//   redis: {running: true, error: "", evicted: 0, saves: true, used: 8388608, limit: 536870912,
//     keys: 1200, unsaved: 0, save_age: 600, uptime: 86400}
//                                     # error: what it says to everything, e.g. `LOADING …`
//   clamav: {running: true, engine: 1.4.6, signatures: 27826, age_hours: 9}  # signatures: 0: no age told
//   rspamd: {running: true, rejects: true, uptime: 86400, learned: 0, actions: {reject: 3},
//     policies: [example.com]}        # domains whose DMARC policy of reject mail in their name fails
//                                     # actions: messages by what became of them; rejects: whether
//                                     # it acts on what it finds
//   dovecot:
//     running: true
//     sessions: [{user: alice@gaudy.test, address: 192.0.2.66, count: 1}]
//     mailboxes: {kim@gaudy.test: {used: 0, limit: 5242880, messages: 0}}  # in KiB; limit 0: none
//     settings: {ssl: required}       # what doveconf says, beside what deploy/ sets
//     warnings: []                    # what doveconf complains of
//     errors: ["Error in configuration file /etc/dovecot/dovecot.conf line 3: Unknown setting: x"]
//   reports:                          # in the postmaster's mailbox, two a day: all well
//     days: 14                        # how many days of them
//     policy: reject                  # what they found published
//     dmarc: [{source: 203.0.113.10, count: 40, dkim: pass, spf: pass}]   # rows of each day's
//     tls: {sessions: 120, failed: 0, result: certificate-expired}        # of each day's
//   certificates:                     # cert-manager's; everything ready where nothing is said
//     installed: true
//     issuers: [{name: letsencrypt, ready: true, message: ""}]
//     issued:                         # certificates; days each is valid from now
//       - {name: mail/mail-rsa, names: [mail.gaudy.test], ready: true, days: 60, attempts: 0, message: ""}
//     orders: [{name: mail/mail-rsa-1, state: pending, reason: "", age: 7200}]
//   restic: {error: "", snapshots: [{age: 28800, host: mail, tag: mail, paths: [/data/vmail]}]}
//                                     # error: what it says to everything, e.g. `wrong password …`
//   prometheus: {running: true, down: [postfix], alerts: [PostfixDown], firing: [],
//     metrics: {"up": [{labels: {job: postfix}, value: "1"}]}}
//                                     # metrics: by query; without it `up` has every job, others nothing
//   logs: {running: true, age: 20, lines: ["a line"]}   # of Loki; age of the newest in seconds
//   restic, certificates, clamav, logs, reports, in a world that goes on:
//     restic.nightly: {at: "02:15", works: true}         # UTC; without it no snapshots are added
//     certificates.renewal: {works: true, before_days: 30} # for 90 days; without it none is renewed
//     clamav.updates: true            # new signatures a day after the last; without it they age
//     logs.stopped: true              # no more lines come; else the newest is always `age` old
//     reports.until: 1795395600       # no more reports come after; else each night one more day of them
//     redis.saves: false              # the last save ages; else it is always `save_age` old
//   vantages: {outside: down}         # vantages that cannot be reached
//   takes: {k8s.drain: 20}            # seconds an operation takes, of the world and of real time
//
// A world goes on by itself between looks where the scenario says so:
//
//   goes_on: true
//   advanced: 1795395600              # up to when it is worked out; where it is not said, the first
//                                     # look is the beginning
//   origin_seed: 20261122             # of all that happens by itself; the scenario's seed, where it
//                                     # is not said
//
// What it does is said by the types that are a `Progress`; without `goes_on` nothing of it is in the
// state. From then on the world keeps `began`, `advanced` and `origin_seed` itself; generators, pods
// and all spans become messages, pods and moments, at the beginning and when an inject tells of new
// ones: `days` of certificates `ends`; `age` of orders and snapshots, and `age_hours` of signatures,
// `made`; `uptime` `started`; `for` `until`; `back_after` of nodes and daemons (postfix, dovecot,
// rspamd, redis, clamav, prometheus, logs) `back_at`, when they are ready or running again. A
// message that waits has `next`, when it is tried; a pod `crashes` (by container) and `down` (until
// when); `postfix.numbered` is how many ids are taken; `redis.saved` and `logs.newest` are the last
// moments of what stopped.
//
// Exercises add, by `exercise.inject` alone:
//
//   inbox: [{number: 1, inject: first-alert, at: 1795395600, channel: alert, sender: monitoring,
//     to: [on-call], text: "Queue is growing"}]   # what the players were told
//   injects: {first-alert: {at: 1795395600, message: 1, touched: [postfix], content: SHA256}}
//
// `postfix.disabled` is what Postfix read of master_service_disable when it was last reloaded.
// `canaries` holds the messages of smtp.canary that arrived, or are about to.
// After first use `postfix.messages` holds every message with `arrived`, and
// `postfix.generators` is empty.

extension Value {
  /// The record's fields; none where this is no record.
  var fields: [String: Value] {
    guard case .record(let fields) = self else { return [:] }
    return fields
  }

  func text(_ field: String, _ fallback: String) -> String { self[field]?.text ?? fallback }
  func int(_ field: String, _ fallback: Int) -> Int { self[field]?.int ?? fallback }
  func truth(_ field: String, _ fallback: Bool) -> Bool { self[field]?.truth ?? fallback }
  func texts(_ field: String) -> [String] { self[field]?.elements?.compactMap(\.text) ?? [] }
  func records(_ field: String) -> [Value] { self[field]?.elements ?? [] }
}
