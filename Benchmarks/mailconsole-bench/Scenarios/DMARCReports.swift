internal import Foundation

extension Scenario {
  /// A mailbox of 10,000 DMARC reports, read by the shipped check as on a live site, beside a Python
  /// program that adds them up in the same way.
  ///
  /// In place of the cluster stands a `kubectl` that prints the mailbox; all else is the product:
  /// the child process, the list, the mail, what is packed, the XML and the sums.
  static let reports = Scenario("reports") { bench in
    let count = bench.isQuick ? 2_000 : 10_000
    var mailbox = try Mailbox(bench)
    try mailbox.fill(count)
    let bytes = try mailbox.size
    let large = try mailbox.read(watchesMemory: true).peak
    var ours: [Child.Ended] = []
    var theirs: [Child.Ended] = []
    for _ in 0..<(bench.isQuick ? 1 : 3) {
      ours.append(try mailbox.read())
      theirs.append(try mailbox.readByPython())
    }
    try mailbox.fill(2 * count)
    let twice = try mailbox.read(watchesMemory: true).peak

    func aMinute(_ ended: Child.Ended) -> Double { Double(count) / (ended.wall / .seconds(60)) }
    let pace = try Samples(ours.map(aMinute))
    let peer = try Samples(theirs.map(aMinute))
    let cpu = try Samples(ours.map { $0.cpu.milliseconds / 1_000 })
    let what = "\(Text.count(count)) DMARC reports"
    return [
      Row(
        "\(what), \(bytes / 1_000_000) MB, a minute",
        pace.text("", digits: 0),
        budget: ">= 10,000",
        holds: pace.median >= 10_000,
        peer: "python3, zlib and expat \(Text.number(peer.median, digits: 0))"
      ),
      Row("\(what), processor time, kubectl's too", cpu.text("s", digits: 2)),
      Row(
        "\(what), peak memory",
        "\(megabytes(large)); twice as many reports \(megabytes(twice))",
        budget: "constant: <= x 1.05",
        holds: Double(twice) <= Double(large) * 1.05
      ),
    ]
  }

  private static func megabytes(_ kilobytes: Int) -> String {
    "\(Text.number(Double(kilobytes) / 1_024)) MB"
  }

  /// A live site whose cluster is one program, and the mailbox in it.
  private struct Mailbox {
    let bench: Bench
    let folder: String
    private var sums = ReportGenerator.Sums(reports: 0, rows: 0, messages: 0, aligned: 0)

    init(_ bench: Bench) throws {
      self.bench = bench
      folder = try bench.workspace.folder("reports")
      try bench.workspace.write(
        """
        apiVersion: mailconsole/v1
        kind: Site
        name: bench
        domain: \(ReportGenerator.domain)
        mail_host: mail.\(ReportGenerator.domain)
        addresses: [192.0.2.25]
        node: node
        stage: build
        kubernetes: {namespace: mail}

        """,
        to: "reports/site/site.yaml"
      )
      try FileManager.default.copyItem(
        atPath: bench.share + "/sites/tabletop/operators.yaml",
        toPath: folder + "/site/operators.yaml"
      )
      let kubectl = try bench.workspace.write(
        """
        #!/bin/sh
        cat '\(folder)/mailbox'
        printf '\\n[end of output]\\n'

        """,
        to: "reports/kubectl"
      )
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: kubectl)
    }

    private var mailbox: String { folder + "/mailbox" }
    private var said: String { folder + "/said" }

    var size: Int {
      get throws {
        let size = try FileManager.default.attributesOfItem(atPath: mailbox)[.size] as? Int
        guard let size else { throw BenchFailure("\(mailbox) has no size") }
        return size
      }
    }

    mutating func fill(_ count: Int) throws {
      sums = try ReportGenerator.write(count, to: mailbox)
    }

    /// Performs the check; it has to say exactly what was put into the mailbox.
    func read(watchesMemory: Bool = false) throws -> Child.Ended {
      var environment = bench.environment(state: folder + "/state")
      environment["PATH"] = "\(folder):" + (environment["PATH"] ?? "")
      let ended = try Child.run(
        [
          "sh", "-c",
          #"exec "$0" checks dmarc-reports --site "$1" --world live --json >"$2""#,
          bench.program, folder + "/site", said,
        ],
        environment: environment,
        // Few days, and sources that fail: it may warn, and it may fail.
        allowing: [0, 1],
        watchesMemory: watchesMemory
      )
      let text = try String(contentsOfFile: said, encoding: .utf8)
      let percent = sums.aligned * 100 / sums.messages
      guard text.contains("\(sums.reports) reports on \(ReportGenerator.domain)"),
        text.contains("\(percent) % of \(sums.messages) messages pass")
      else { throw BenchFailure("not all reports were read: \(text)") }
      return ended
    }

    func readByPython() throws -> Child.Ended {
      let ended = try Child.run(
        ["sh", "-c", #"exec python3 -c "$0" "$1" >"$2""#, Self.peer, mailbox, said],
        environment: ["PATH": bench.environment(state: folder)["PATH"] ?? ""]
      )
      let text = try String(contentsOfFile: said, encoding: .utf8)
      guard text == "\(sums.reports) \(sums.messages) \(sums.aligned)\n" else {
        throw BenchFailure("the Python program found something else: \(text)")
      }
      return ended
    }

    /// The same sums, as one would write them down; it reads the whole mailbox into memory first.
    private static let peer = #"""
      import email, gzip, io, json, sys, xml.etree.ElementTree, zipfile
      reports = messages = aligned = 0
      failing = {}
      for mail in json.load(open(sys.argv[1])):
          for part in email.message_from_string(mail["text"]).walk():
              kind = part.get_content_type()
              if kind not in ("application/gzip", "application/zip", "text/xml"):
                  continue
              content = part.get_payload(decode=True)
              if kind == "application/gzip":
                  content = gzip.decompress(content)
              elif kind == "application/zip":
                  archive = zipfile.ZipFile(io.BytesIO(content))
                  content = archive.read(archive.namelist()[0])
              reports += 1
              for row in xml.etree.ElementTree.fromstring(content).iterfind("record/row"):
                  count = int(row.findtext("count"))
                  messages += count
                  policy = row.find("policy_evaluated")
                  if "pass" in (policy.findtext("dkim"), policy.findtext("spf")):
                      aligned += count
                  else:
                      source = row.findtext("source_ip")
                      failing[source] = failing.get(source, 0) + count
      print(reports, messages, aligned)
      """#
  }
}
