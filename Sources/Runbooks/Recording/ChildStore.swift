internal import Glibc

/// The files of commands under way, `STEP-ATTEMPT-COMMAND.output` and `.status`.
///
/// They are written by the commands' supervisors and read where a runner died; once the end of the
/// attempt is recorded they say nothing that the record does not, and are removed.
public struct ChildStore: Sendable, Hashable {
  public let path: String

  public init(path: String) { self.path = path }

  /// The files of one command of an attempt; commands count from 1.
  public func files(of step: StepID, attempt: Int, command: Int) -> ChildFiles {
    ChildFiles(base: "\(path)/\(Self.prefix(step, attempt))\(command)")
  }

  /// The same for a command about to begin, its files made where the state directory is shared:
  /// its supervisor, which would make them for its owner alone, takes those that are there.
  func prepare(_ step: StepID, attempt: Int, command: Int) -> ChildFiles {
    let files = files(of: step, attempt: attempt, command: command)
    guard Sharing(of: path) != .owner else { return files }
    for file in [files.output, files.place] {
      // Where that fails the supervisor meets the same, and says so.
      if let descriptor = try? SystemFiles.open(file, O_WRONLY | O_CREAT) {
        SystemFiles.close(descriptor)
      }
    }
    return files
  }

  /// Calls with each piece of what a command's output file holds.
  func forEachPiece(of files: ChildFiles, _ body: ([UInt8]) async -> Void) async {
    guard let length = SystemFiles.length(of: files.output) else { return }
    var offset = 0
    while offset < length {
      guard
        let piece = try? SystemFiles.piece(of: files.output, at: offset, length: 1 << 16),
        !piece.isEmpty
      else { return }
      await body(piece)
      offset += piece.count
    }
  }

  /// Removes the files of an attempt.
  func forget(_ step: StepID, attempt: Int) {
    remove { $0 == Self.prefix(step, attempt) }
  }

  /// Removes what belongs to none of these attempts: a crash may have come before its removal.
  func forgetAll(but attempts: [(step: StepID, number: Int)]) {
    let kept = Set(attempts.map { Self.prefix($0.step, $0.number) })
    remove { !kept.contains($0) }
  }

  private func remove(_ isUnwanted: (Substring) -> Bool) {
    for name in (try? SystemFiles.names(in: path)) ?? [] {
      guard let dash = name.lastIndex(of: "-"), isUnwanted(name[...dash]) else { continue }
      SystemFiles.remove(path + "/" + name)
    }
  }

  private static func prefix(_ step: StepID, _ attempt: Int) -> Substring {
    "\(step.fileName)-\(attempt)-"
  }
}
