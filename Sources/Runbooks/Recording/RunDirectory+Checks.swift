/// The texts of the checks that a run is pinned to, kept beside the text of its runbook.
extension RunDirectory {
  /// Where the text of a check lies.
  public func check(_ id: CheckID) -> String { checks + "/\(id).yaml" }

  /// Writes the texts that a run begins with.
  func pin(_ texts: [CheckText]) throws(JournalError) {
    guard !texts.isEmpty else { return }
    try SystemFiles.makeDirectory(checks)
    for text in texts {
      try SystemFiles.replace(check(text.id), in: checks, with: Array(text.text.utf8))
    }
  }

  /// What of the checks' texts is not what the run began with.
  func checkProblems(_ created: RunEvent.RunCreated) -> [String] {
    (created.checks ?? [:]).sorted { $0.key < $1.key }.compactMap { name, pinned in
      guard Names.isSlug(name) else { return "It pins a check under an impossible name." }
      let file = "checks/\(name).yaml"
      guard let digest = try? SystemFiles.digest(of: check(CheckID(name))).digest else {
        return "\(file) cannot be read."
      }
      return digest == pinned ? nil : "\(file) is not the text the run is pinned to."
    }
  }

  /// Whether the file of a check is there, for the bundle of a run that does not hold.
  func isCheckThere(_ name: String) -> Bool {
    SystemFiles.kind(of: path + "/" + name) == .regular
  }
}

extension RunEvent.RunCreated {
  /// The files of the checks the run is pinned to, within its directory.
  var checkFiles: [String] {
    (checks ?? [:]).keys.filter(Names.isSlug).sorted().map { "checks/\($0).yaml" }
  }
}
