import Foundation
import TestSupport
import Testing

/// The daemons of the mail pod, asked through the cluster, and the filter as port 25 asks it.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct PodTests {
  @Test("filter, scanner, store and mailbox server answer, and port 25 refuses what they refuse")
  func healthy() throws {
    let lab = try Lab()
    let ends = try lab.ends(
      of: """
          - {id: redis, title: Redis, check: redis.ping, pass: result.answers}
          - {id: data, title: Data, check: redis.info, pass: result.limit_bytes > 0 and result.evicted == 0}
          - {id: gtube, title: GTUBE, check: rspamd.scan, pass: result.action == 'reject'}
          - id: eicar
            title: EICAR
            check: rspamd.scan
            with: {sample: eicar}
            pass: result.action == 'reject' and contains(result.reply, 'malware')
          - {id: plain, title: Plain, check: rspamd.scan, with: {sample: plain}, pass: result.action != 'reject'}
          - {id: counts, title: Counts, check: rspamd.stat, pass: result.scanned >= 0}
          - {id: who, title: Who, check: dovecot.who, pass: result.sessions >= 0}
          - id: nobody
            title: Nobody
            check: dovecot.user
            with: {user: "nobody-of-that-name@${site.domain}"}
            pass: not result.exists
          - id: spam-by-smtp
            title: GTUBE by SMTP
            do: smtp.send
            with: {from: outside, sample: gtube, expect: refused}
            reversible: no
          - id: virus-by-smtp
            title: EICAR by SMTP
            do: smtp.send
            with: {from: outside, sample: eicar, expect: refused}
            reversible: no
          - id: forged-by-smtp
            title: A sender of ours by SMTP
            do: smtp.send
            with: {from: outside, sender: "postmaster@${site.domain}", sample: plain, expect: refused}
            reversible: no
        """,
      status: 0
    )
    for (step, end) in ends {
      #expect(end.hasPrefix("passed") || end.hasPrefix("done"), "\(step): \(end)")
    }
    #expect(ends.count == 11)
    #expect(ends["spam-by-smtp"]?.contains("554") == true)
  }
}
