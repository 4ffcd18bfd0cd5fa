internal import Foundation
internal import Runbooks

extension QueueReport {
  /// The report with its causes and largest groups as JSON, keys sorted.
  public func json(
    diagnosis: QueueDiagnosis,
    groupings: [QueueGrouping] = QueueGrouping.allCases,
    top: Int = 20
  ) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(report: self, diagnosis: diagnosis, groupings: groupings, top: top)
    // Strings and integers alone cannot fail to encode.
    guard let data = try? encoder.encode(document) else { return [] }
    return Array(data) + [0x0A]
  }

  private struct Document: Encodable {
    struct Cause: Encodable {
      let cause: String
      let subject: String
      let messages: Int
      let held: Int
      let domains: [String]
      let reason: String
      let says: String
      let fault: String
      let advice: String
      let classes: [String: Int]
    }

    struct Group: Encodable {
      let key: String
      let messages: Int
      let recipients: Int
      let bytes: Int
      let oldestSeconds: Int
      let held: Int
      let sample: String
      let code: String
    }

    struct Groups: Encodable {
      let groups: [Group]
      let furtherGroups: Int
      let furtherMessages: Int
    }

    struct Malformed: Encodable {
      let line: Int
      let fault: String
      let text: String
    }

    let time: Int
    let total: Int
    let bytes: Int
    let oldestSeconds: Int
    let queues: [String: Int]
    let causes: [Cause]
    let by: [String: Groups]
    let malformed: Int
    let malformedLines: [Malformed]
    /// Whether the numbers are no more than a lower bound, and why; empty where they are exact.
    let isLowerBound: Bool
    let doubt: String
    /// Lines that told of a message once more.
    let doubles: Int
    /// Messages of which not all recipients were read.
    let withoutAllRecipients: Int
    /// Messages not kept apart by sender or domain; the groups are exact when this is 0.
    let notKeptApart: Int

    init(
      report: QueueReport,
      diagnosis: QueueDiagnosis,
      groupings: [QueueGrouping],
      top: Int
    ) {
      time = report.now
      total = report.total
      bytes = report.bytes
      oldestSeconds = report.oldest
      queues = Dictionary(
        uniqueKeysWithValues: QueueName.allCases.map { ($0.name, report.count(in: $0).messages) }
      )
      causes = diagnosis.causes.map {
        Cause(
          cause: $0.kind.rawValue,
          subject: $0.subject,
          messages: $0.messages,
          held: $0.held,
          domains: $0.domains,
          reason: $0.reason,
          says: $0.reasonClass?.says ?? "",
          fault: $0.reasonClass?.fault.rawValue ?? "",
          advice: $0.reasonClass?.advice ?? "",
          classes: Dictionary(
            uniqueKeysWithValues: $0.classes.map { ($0.reasonClass.word, $0.messages) }
          )
        )
      }
      by = Dictionary(
        uniqueKeysWithValues: groupings.map { grouping in
          let groups = report.groups(by: grouping, top: top)
          return (
            grouping.rawValue,
            Groups(
              groups: groups.groups.map {
                Group(
                  key: $0.key,
                  messages: $0.messages,
                  recipients: $0.recipients,
                  bytes: $0.bytes,
                  oldestSeconds: $0.oldest,
                  held: $0.held,
                  sample: $0.sample,
                  code: $0.code
                )
              },
              furtherGroups: groups.furtherGroups,
              furtherMessages: groups.furtherMessages
            )
          )
        }
      )
      malformed = report.malformed
      malformedLines = report.firstMalformed.map {
        Malformed(line: $0.line, fault: $0.fault.text, text: $0.sample)
      }
      isLowerBound = report.isLowerBound
      doubt = report.doubt?.words ?? ""
      doubles = report.doubles
      withoutAllRecipients = report.heads
      notKeptApart = report.blurred
    }
  }
}
