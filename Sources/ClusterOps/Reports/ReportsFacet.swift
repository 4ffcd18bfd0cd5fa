internal import Foundation
internal import Runbooks

/// doveadm-fetch(1) against the reports of a simulated mailbox.
struct ReportsFacet: Facet {
  let programs: Set = ["doveadm"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    guard case .pod = command.vantage, program.starts(with: ReportsFamily.program) else {
      return nil
    }
    let days = Int((Scene.option("since", program) ?? "").prefix(while: \.isNumber)) ?? 0
    return scene.fetch(days: days)
  }
}

extension Scene {
  /// Every day two messages of one provider: an aggregate report and one on TLS.
  fileprivate func fetch(days: Int) -> Answer {
    let reports = world.state["reports"] ?? .record([:])
    let day = ReportsFamily.day
    let midnight = world.now - world.now % day
    // As time goes on more come, a day at a time, up to the one that was the last.
    let first = origin - origin % day - span("days", in: reports, 14, each: day)
    let last = reports["until"]?.int ?? world.now
    let mails = (0..<max(0, min(days, 3_660))).reversed().flatMap { ago -> [String] in
      let begin = midnight - (ago + 1) * day
      guard begin >= first, begin + day <= last else { return [] }
      return [
        mail(begin, "application/xml", "xml", aggregate(reports, begin)),
        mail(begin, "application/tlsrpt+json", "json", tls(reports, begin)),
      ]
    }
    let list = mails.enumerated().map { place, text in
      Value.record(["uid": .string(String(place + 1)), "text": .string(text)])
    }
    return Answer(bytes: JSONBytes.text(.list(list)))
  }

  private func mail(_ begin: Int, _ type: String, _ ending: String, _ report: String) -> String {
    let name = "northmail.test!\(site.domain)!\(begin)!\(begin + ReportsFamily.day).\(ending)"
    let content = Data(report.utf8).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithLineFeed,
    ])
    return """
      From: noreply@northmail.test
      To: reports@\(site.domain)
      Subject: Report domain: \(site.domain) Submitter: northmail.test Report-ID: <\(begin)>
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary="report"

      --report
      Content-Type: text/plain

      A report about \(site.domain).

      --report
      Content-Type: \(type)
      Content-Disposition: attachment; filename="\(name)"
      Content-Transfer-Encoding: base64

      \(content)
      --report--

      """
  }

  private func aggregate(_ reports: Value, _ begin: Int) -> String {
    let rows = (reports["dmarc"]?.elements ?? [.record([:])]).map { row in
      """
      <record><row><source_ip>\(row.text("source", site.addresses.first ?? "192.0.2.25"))</source_ip>\
      <count>\(row.int("count", 40))</count><policy_evaluated><disposition>none</disposition>\
      <dkim>\(row.text("dkim", "pass"))</dkim><spf>\(row.text("spf", "pass"))</spf>\
      </policy_evaluated></row><identifiers><header_from>\(site.domain)</header_from></identifiers>\
      </record>
      """
    }
    let policy = reports.text("policy", "reject")
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <feedback><version>1.0</version><report_metadata><org_name>northmail.test</org_name>\
      <email>noreply@northmail.test</email><report_id>\(site.domain).\(begin)</report_id>\
      <date_range><begin>\(begin)</begin><end>\(begin + ReportsFamily.day)</end></date_range>\
      </report_metadata><policy_published><domain>\(site.domain)</domain><p>\(policy)</p>\
      <sp>\(policy)</sp></policy_published>\(rows.joined())</feedback>

      """
  }

  private func tls(_ reports: Value, _ begin: Int) -> String {
    let tls = reports["tls"] ?? .record([:])
    let failed = tls.int("failed", 0)
    let detail = Value.record([
      "result-type": .string(tls.text("result", "certificate-expired")),
      "failed-session-count": .integer(failed),
    ])
    let policy = Value.record([
      "policy": .record(["policy-type": .string("sts"), "policy-domain": .string(site.domain)]),
      "summary": .record([
        "total-successful-session-count": .integer(tls.int("sessions", 120)),
        "total-failure-session-count": .integer(failed),
      ]),
      "failure-details": .list(failed > 0 ? [detail] : []),
    ])
    let report = Value.record([
      "organization-name": .string("northmail.test"),
      "report-id": .string("\(begin).northmail.test"),
      "date-range": .record([
        "start-datetime": .string(KubernetesObjects.timestamp(begin)),
        "end-datetime": .string(KubernetesObjects.timestamp(begin + ReportsFamily.day)),
      ]),
      "policies": .list([policy]),
    ])
    return String(decoding: JSONBytes.text(report), as: UTF8.self)
  }
}
