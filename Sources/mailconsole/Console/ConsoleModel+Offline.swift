internal import Runbooks
internal import TUI

/// Sign-offs whose key is on another machine: shown as a text, and taken back when pasted.
extension ConsoleModel {
  /// Shows the text to sign, with what is done with it.
  mutating func showSignOff(
    of step: StepID,
    by name: String,
    _ decision: SignOffDocument.Decision,
    comment: String,
    typed: String?,
    seen: Digest
  ) {
    guard
      let document = run?.state.signOffDocument(
        of: step,
        by: name,
        decision,
        comment: comment,
        typed: typed,
        seen: seen
      )
    else {
      notice = StyledText("\(step) waits for no signature any more.", .bad)
      return
    }
    let page = """
      Challenge: \(document.challenge)

      \(name) signs the text below on another machine:
        mailconsole sign FILE        it asks for that challenge
        ssh-keygen -Y sign -n mailconsole -f KEY FILE
      Paste the text with the signature below it here, or hand it in:
        mailconsole submit \(run?.id.name ?? "RUN") FILE
      Too wide to copy? `mailconsole challenge` prints it to a file.

      \(document.text)
      """
    push(TextScreen(title: "sign-off of \(step) by \(name)", bytes: Array(page.utf8)))
    notice = ""
  }

  /// Asks whether a pasted sign-off is to be handed in.
  mutating func handIn(_ text: String) {
    guard let run else {
      notice = StyledText("Open the run of this sign-off first, then paste it again.", .warning)
      return
    }
    do throws(OfflineSignOffProblem) {
      let signOff = try OfflineSignOff(reading: text)
      let command = try signOff.command(in: run.state)
      overlay = .question(
        Dialog(
          title: "Hand in what \(signOff.approver) signed?",
          body: [
            StyledText("\(signOff.decision.rawValue) \(signOff.step)", .strong),
            StyledText("Challenge \(signOff.challenge), signed by \(signOff.signed)."),
            StyledText("The signature is checked before it is recorded."),
          ],
          buttons: [Dialog.Button("Hand in")]
        ),
        .handIn(command, by: signOff.approver)
      )
    } catch {
      notice = StyledText(error.description, .bad)
    }
  }
}

extension OfflineSignOff {
  /// The key that made the signature, for a person.
  fileprivate var signed: String { signature?.fingerprint ?? "nobody" }
}
