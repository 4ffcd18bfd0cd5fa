/// Whether the files of a run are still what they were recorded as, file by file, in sentences.
extension RunDirectory {
  /// What is no regular file, or no directory, where the record has one.
  ///
  /// Kept files that events name are left to those events.
  var kindProblems: [String] {
    var problems: [String] = []
    func check(_ path: String, _ name: String, _ wanted: FileKind) {
      if let kind = SystemFiles.kind(of: path), kind != wanted {
        problems.append("\(name) is \(kind.rawValue), not \(wanted.rawValue); it was not read.")
      }
    }
    check(path, "The run's directory", .directory)
    check(outputs, "outputs", .directory)
    check(children.path, "children", .directory)
    check(checks, "checks", .directory)
    let databases = ["", "-wal", "-shm", "-journal"].map { journal + $0 }
    for file in databases + [head, runbook, site, allowedSigners, lock, reserve, secretKey] {
      check(file, String(file.dropFirst(path.utf8.count + 1)), .regular)
    }
    for folder in [outputs, children.path, checks] where SystemFiles.isDirectory(folder) {
      for name in (try? SystemFiles.names(in: folder)) ?? [] where Digest(hex: name) == nil {
        let file = folder + "/" + name
        // A directory among the children gives no bytes, so a status it hides is one nobody wrote.
        if folder == children.path, SystemFiles.kind(of: file) == .directory { continue }
        check(file, String(file.dropFirst(path.utf8.count + 1)), .regular)
      }
    }
    return problems
  }

  /// What differs from the journal as it was closed and sealed; nothing while it is open.
  func sealProblems(_ kept: HeadFile.Contents) -> [String] {
    guard let seal = kept.seal else { return [] }
    var problems: [String] = []
    if let file = try? SystemFiles.digest(of: journal), file != seal {
      problems.append(
        "journal.sqlite is not the file that was closed: \(file.length) bytes with digest "
          + "\(file.digest.short), sealed as \(seal.length) bytes with \(seal.digest.short)."
      )
    }
    for suffix in ["-wal", "-journal"] {
      if let length = SystemFiles.length(of: journal + suffix), length > 0 {
        problems.append(
          "journal.sqlite\(suffix) lies beside a closed journal and does not belong there."
        )
      }
    }
    guard !problems.isEmpty else { return [] }
    // A runner that took the run meanwhile broke the seal in good order.
    let now = HeadFile.read(head)
    return now != nil && now?.seal == nil ? [] : problems
  }

  /// Why an end of the chain is not the one that was acknowledged and sealed; nil: it is.
  ///
  /// Costs one reading of the journal as a file, and no replay.
  func endProblem(_ end: ChainHead) -> String? {
    guard let kept = HeadFile.read(head) else {
      return "`head` is missing or damaged, so nothing says how far the journal was acknowledged."
    }
    if let problem = sealProblems(kept).first { return problem }
    if kept.head.sequence > end.sequence {
      return "`head` says that \(kept.head.sequence) events were recorded; the journal ends with "
        + "event \(end.sequence)."
    }
    if kept.head.sequence == end.sequence, kept.head.hash != end.hash {
      return "`head` says that the hash of event \(end.sequence) is \(kept.head.hash.short): the "
        + "chain was rewritten."
    }
    return nil
  }

  /// Why this is no place for that run: a copy under another name would be driven beside it.
  func nameProblem(_ created: RunEvent.RunCreated) -> String? {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    return name == created.run.name
      ? nil : "The directory \(name) is not named after the run, which is \(created.run)."
  }

  /// What of the pinned texts is not what the run began with.
  public func pinProblems(_ created: RunEvent.RunCreated) -> [String] {
    [siteProblem(created), signersProblem(created), runbookProblem(created)].compactMap(\.self)
      + checkProblems(created)
  }

  /// Why `runbook.yaml` is not the pinned text; nil: it is.
  func runbookProblem(_ created: RunEvent.RunCreated) -> String? {
    guard let digest = try? SystemFiles.digest(of: runbook).digest else {
      return "runbook.yaml cannot be read."
    }
    return digest == created.text ? nil : "runbook.yaml is not the text the run is pinned to."
  }

  private func siteProblem(_ created: RunEvent.RunCreated) -> String? {
    guard let digest = try? SystemFiles.digest(of: site).digest else {
      return "site.json cannot be read."
    }
    return digest == created.siteRecord ? nil : "site.json is not the text the run began with."
  }

  private func signersProblem(_ created: RunEvent.RunCreated) -> String? {
    guard let pinned = created.allowedSigners, created.signOffs == .sshSignatures,
      (try? SystemFiles.digest(of: allowedSigners).digest) != pinned
    else { return nil }
    return "allowed_signers is missing or not the text the run began with."
  }
}

extension BlobStore {
  /// That something else stands where a kept file belongs, as the end of a sentence; nil: it does
  /// not.
  func kindProblem(of digest: Digest) -> String? {
    guard let kind = SystemFiles.kind(of: path(of: digest)), kind != .regular else { return nil }
    return "is \(kind.rawValue), not a regular file; it was not read."
  }
}
