import Foundation

/// Reports as providers send them.
enum ReportFixtures {
  /// A row: where messages came from, how many, and whether DKIM and SPF passed, aligned.
  struct Row {
    var source = "203.0.113.10"
    var count = "7"
    var dkim = "pass"
    var spf = "fail"

    var xml: String {
      """
      <record><row><source_ip>\(source)</source_ip><count>\(count)</count><policy_evaluated>
      <disposition>none</disposition><dkim>\(dkim)</dkim><spf>\(spf)</spf></policy_evaluated></row>
      <identifiers><header_from>gaudy.test</header_from></identifiers>
      <auth_results><dkim><domain>gaudy.test</domain><result>pass</result></dkim></auth_results></record>
      """
    }
  }

  static let rows = [
    Row(), Row(count: "1", dkim: "fail"), Row(source: "2001:DB8::1", count: "3", dkim: "fail"),
  ]

  static func dmarc(
    id: String = "1",
    domain: String = "gaudy.test",
    rows: [Row] = rows,
    head: String = "<?xml version=\"1.0\"?>",
    space: String = ""
  ) -> String {
    """
    \(head)
    <feedback\(space)><version>1.0</version><report_metadata><org_name>north</org_name>
    <report_id> \(id) </report_id><date_range><begin>1795824000</begin><end>1795910400</end></date_range>
    </report_metadata><policy_published><domain>\(domain)</domain><p>none</p><sp>none</sp>
    </policy_published>\(rows.map(\.xml).joined())</feedback>
    """
  }

  static func tls(
    id: String = "1",
    domain: String = "gaudy.test",
    good: Int = 40,
    failed: Int = 0,
    type: String = "certificate-expired"
  ) -> String {
    """
    {"organization-name": "north", "report-id": "\(id)", "contact-info": "a@north.test",
     "date-range": {"start-datetime": "2026-11-27T00:00:00Z", "end-datetime": "2026-11-27T23:59:59Z"},
     "policies": [{"policy": {"policy-type": "sts", "policy-string": [], "policy-domain": "\(domain)"},
     "summary": {"total-successful-session-count": \(good), "total-failure-session-count": \(failed)},
     "failure-details": [{"result-type": "\(type)", "failed-session-count": \(failed)}]}]}
    """
  }

  /// The same bytes as Python's gzip and zipfile write them; a zip has so many files.
  static func packed(_ bytes: [UInt8], _ way: String, files: Int = 1) throws -> [UInt8] {
    let script = """
      import gzip, io, sys, zipfile
      data, (way, files) = sys.stdin.buffer.read(), sys.argv[1:]
      out = io.BytesIO()
      if way == "gzip":
          out.write(gzip.compress(data))
      elif way == "bomb":
          out.write(gzip.compress(data + b" " * (40 << 20)))
      else:
          kind = zipfile.ZIP_STORED if way == "stored" else zipfile.ZIP_DEFLATED
          with zipfile.ZipFile(out, "w", kind) as archive:
              for number in range(int(files)):
                  archive.writestr(f"{number}.xml", data)
      sys.stdout.buffer.write(out.getvalue())
      """
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, way, String(files)]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    try input.fileHandleForWriting.close()
    let packed = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(packed)
  }

  static func packed(_ text: String, _ way: String, files: Int = 1) throws -> [UInt8] {
    try packed(Array(text.utf8), way, files: files)
  }

  /// A message with an attachment, as mail programs write it.
  static func mail(
    _ content: [UInt8],
    name: String = "north!gaudy.test!1!2.xml.gz",
    type: String = "application/gzip"
  ) -> String {
    let base64 = Data(content).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithLineFeed,
    ])
    return """
      Received: from mx.north.test
      \tby mail.gaudy.test
      Subject: Report Domain: gaudy.test
      Content-Type: multipart/mixed;
      \tboundary="b1"

      --b1
      Content-Type: multipart/alternative; boundary=b1.2

      --b1.2
      Content-Type: text/plain

      see the attachment
      --b1.2--

      --b1
      Content-Type: \(type); name="\(name)"
      Content-Transfer-Encoding: base64

      \(base64)
      --b1--

      """
  }

  /// What `doveadm -f json fetch … "uid text"` prints of messages.
  static func list(_ mails: [String]) -> String {
    let items = mails.enumerated().map { number, text in
      let data = (try? JSONEncoder().encode(text)) ?? Data()
      return "{\"uid\":\"\(number + 1)\",\"text\":" + String(decoding: data, as: UTF8.self) + "}"
    }
    return "[" + items.joined(separator: ",") + "]"
  }
}
