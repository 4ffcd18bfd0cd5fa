internal import Runbooks
internal import TUI

/// Evidence that opens: from a step, and from the dialog that asks to sign it off.
extension ConsoleModel {
  /// A dialog that was left to read something, and comes back as it was.
  struct SetAside: Sendable {
    /// How many screens were open when it was left.
    let depth: Int
    let overlay: Overlay
  }

  /// Opens what the screen, or the sign-off over it, has as evidence.
  mutating func openEvidence() -> [ConsoleEffect] {
    guard let run, let step = stepInView else { return [] }
    let files = run.evidence(of: step)
    guard let first = files.first else {
      notice = StyledText("\(step) has no evidence yet.", .dim)
      return []
    }
    if files.count == 1 { return carryOut(ScreenRequest.read(first)) }
    push(EvidenceScreen(title: "evidence of \(step)", files: files))
    return []
  }

  /// Leaves the sign-off for its evidence; going back brings it back with all that was typed.
  mutating func openEvidence(from dialog: FormDialog) -> [ConsoleEffect] {
    guard case .signOff = dialog.purpose else { return [] }
    let aside = SetAside(depth: screensShown.count, overlay: .form(dialog))
    overlay = nil
    let effects = openEvidence()
    guard screensShown.count > aside.depth || !effects.isEmpty else {
      overlay = aside.overlay
      return []
    }
    setAside = aside
    return effects
  }

  /// Shows the file that was asked for.
  mutating func show(_ file: EvidenceReference, _ bytes: [UInt8]) {
    notice = ""
    let page = EvidenceText.page(bytes, mediaType: file.mediaType)
    let size = "\(file.mediaType), \(ByteText.short(bytes.count)), \(file.blob.digest.short)"
    push(TextScreen(title: file.name, bytes: Array("\(size)\n\n\(page)".utf8)))
  }

  /// Brings a dialog back once one is where it was left.
  mutating func takeUpAgain() {
    guard let aside = setAside, overlay == nil, screensShown.count <= aside.depth else { return }
    setAside = nil
    // Another place would be another question.
    if screensShown.count == aside.depth { overlay = aside.overlay }
  }
}

extension RunModel {
  /// What shows what a step did: the files a sign-off binds, else those of the latest attempt with
  /// its output.
  func evidence(of step: StepID) -> [EvidenceReference] {
    guard let state = state.subject(of: step) ?? self.state[step] else { return [] }
    if case .waitingForPerson(.approval(let request, _)) = state { return request.evidence }
    guard let result = state.result ?? self.state[step]?.result else { return [] }
    let output = result.output.map {
      EvidenceReference(name: "output", mediaType: "text/plain", blob: $0)
    }
    return result.evidence + (output.map { [$0] } ?? [])
  }
}
