internal import Foundation
internal import Runbooks

/// The evidence of a run by name, as `mailconsole show RUN --evidence` takes it.
struct KeptEvidence {
  /// A file, and the step whose latest attempt it shows.
  struct File {
    let step: StepID
    let reference: EvidenceReference

    var name: String { "\(step)/\(reference.name)" }
  }

  /// The latest of each name of each step, in the order of the record.
  let files: [File]

  init(_ entries: [JournalEntry]) {
    var files: [File] = []
    for entry in entries {
      for file in Self.files(of: entry.event) {
        files.removeAll { $0.name == file.name }
        files.append(file)
      }
    }
    self.files = files
  }

  private static func files(of event: RunEvent) -> [File] {
    switch event {
    case .stepEnded(let event):
      let output = event.output.map {
        EvidenceReference(name: "output", mediaType: "text/plain", blob: $0)
      }
      return (event.evidence + (output.map { [$0] } ?? []))
        .map { File(step: event.step, reference: $0) }
    case .stepOutput(let event):
      let output = EvidenceReference(name: "output", mediaType: "text/plain", blob: event.output)
      return [File(step: event.step, reference: output)]
    default: return []
    }
  }

  /// The file of that name, `STEP/NAME` or digest, where there is one alone.
  func file(named name: String, in run: RunID) throws(CommandFailure) -> File {
    let byName = files.filter { $0.reference.name == name || $0.name == name }
    let found =
      byName.isEmpty && name.count >= 8
      ? files.filter { $0.reference.blob.digest.hex.hasPrefix(name.lowercased()) } : byName
    let digests = Set(found.map(\.reference.blob.digest))
    if let first = found.first, digests.count == 1 { return first }
    let problem =
      found.isEmpty
      ? "\(run) has no evidence \(name)." : "\(run) has several pieces of evidence \(name)."
    let known = (found.isEmpty ? files : found).map {
      "  \($0.name)  \($0.reference.mediaType), \($0.reference.blob.length) bytes"
    }
    throw CommandFailure(
      found.isEmpty ? .noInput : .usage,
      ([problem, known.isEmpty ? "It has kept none." : "Name one of:"] + known)
        .joined(separator: "\n")
    )
  }
}

extension KeptEvidence.File {
  /// Prints it: for eyes on a terminal, as it is anywhere else.
  func print(from blobs: BlobStore) throws(CommandFailure) {
    let bytes: [UInt8]
    do throws(JournalError) {
      bytes = try blobs.bytes(of: reference.blob.digest)
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
    guard isatty(1) == 1 else { return Output.bytes(bytes) }
    Output.lines(EvidenceText.page(bytes, mediaType: reference.mediaType))
    if EvidenceText.text(bytes) == nil { Output.error("Send it to a file to keep its bytes.") }
  }
}
