internal import ArgumentParser
internal import ClusterOps
internal import Foundation
internal import Runbooks

/// `mailconsole queue [FILE|-]`
struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Group a mail queue and name the causes that fill it.",
    discussion: """
      Reads the output of `postqueue -j` from a file or standard input, in constant memory; without
      a file it reads the queue of the site. Each message is counted once, under the first cause
      that fits. Where the listing was cut, or a line was not understood, its numbers are a lower
      bound: it says so and exits with 1.
      """
  )

  @ArgumentParser.Argument(help: "A file with the output of `postqueue -j`; - is standard input.")
  var file: String?

  @Option(help: "What to group by: reason, domain, sender, age, queue; several with commas.")
  var by = "reason,domain,sender,age"

  @Option(help: "How many groups of each kind.")
  var top = 10

  @Option(help: "Whose senders are ours; default the site's domain.")
  var localDomain: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var site: SiteOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      var groupings: [QueueGrouping] = []
      for word in by.split(separator: ",") {
        guard let grouping = QueueGrouping(rawValue: String(word)) else {
          throw CommandFailure(
            .usage,
            "“\(word)” is not one of reason, domain, sender, age, queue."
          )
        }
        groupings.append(grouping)
      }
      guard top > 0 else { throw CommandFailure(.usage, "--top is to be at least 1.") }
      let report = try report()
      let diagnosis = report.diagnosis(thresholds: .init())
      if json {
        let document = report.json(diagnosis: diagnosis, groupings: groupings, top: top)
        Output.raw(JSONText.harmless(String(decoding: document, as: UTF8.self)))
      } else {
        QueueText.lines(report, diagnosis, by: groupings, top: top).forEach(Output.line)
      }
      return report.isLowerBound ? .findings : .done
    }
  }

  private func report() throws(CommandFailure) -> QueueReport {
    do throws(OperationFailure) {
      switch file {
      case "-"?: return try .read(fileDescriptor: 0, localDomain: localDomain ?? "")
      case let path?: return try .read(path: path, localDomain: localDomain ?? "")
      case nil: break
      }
    } catch {
      throw CommandFailure(.noInput, "\(error.sentence)\n\(error.advice)")
    }
    let site = try site.load(ShareDirectory.locate())
    let source = try QueueSource.of(site)
    do {
      return try blocking { try await source.listing().report }
    } catch let error as OperationFailure {
      throw CommandFailure(.findings, "\(error.sentence)\n\(error.advice)")
    } catch {
      throw CommandFailure(.findings, "\(error)")
    }
  }
}
