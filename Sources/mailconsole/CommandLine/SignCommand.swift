internal import ArgumentParser
internal import ClusterOps
internal import Foundation
internal import Runbooks

/// `mailconsole sign [FILE|-]`
struct SignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Sign a sign-off that was made elsewhere, with a key in your ssh-agent.",
    discussion: """
      Shows the text, asks for the challenge that the console of the run shows, and prints text and
      signature, to be pasted there or handed in with `mailconsole submit`. Needs no site and no run.
      """
  )

  @ArgumentParser.Argument(help: "The text to sign; - or nothing is standard input.")
  var file: String?

  @Option(help: ArgumentHelp("The challenge, as the other side reads it out.", valueName: "code"))
  var challenge: String?

  @Option(help: ArgumentHelp("The key, where the agent has several.", valueName: "fingerprint"))
  var key: String?

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let signOff = try Self.read(file)
      guard signOff.signature == nil else {
        throw CommandFailure(.data, "It is signed already. `mailconsole submit` hands it in.")
      }
      for line in signOff.text.split(separator: "\n") { Output.error(String(line)) }
      let said = if let challenge { challenge } else { try Self.ask() }
      guard Self.folded(said) == Self.folded(signOff.challenge) else {
        throw CommandFailure(
          .findings,
          "The challenge of this text is another one. Have it read out again from the console of "
            + "the run; if it still differs, this is not the text that is shown there."
        )
      }
      do {
        let signature = try blocking {
          let signer = SSHSigner()
          let key = try Self.choose(try await signer.agentKeys(), named: key)
          return try await signer.sign(Array(signOff.text.utf8), with: key)
        }
        Output.raw(signOff.text + signature.armored)
      } catch {
        throw RunSession.failure(error)
      }
      return .done
    }
  }

  /// Reads a block from a file or standard input, bounded.
  static func read(_ file: String?) throws(CommandFailure) -> OfflineSignOff {
    let path = file.flatMap { $0 == "-" ? nil : $0 }
    let data: Data?
    if let path {
      guard let handle = FileHandle(forReadingAtPath: path) else {
        throw CommandFailure(.noInput, "\(path) cannot be read.")
      }
      data = try? handle.read(upToCount: OfflineSignOff.maximumLength + 1)
    } else {
      data = try? FileHandle.standardInput.readToEnd()
    }
    do throws(OfflineSignOffProblem) {
      return try OfflineSignOff(reading: String(decoding: data ?? Data(), as: UTF8.self))
    } catch {
      throw CommandFailure(.data, "\(path ?? "standard input"): \(error)")
    }
  }

  private static func choose(
    _ keys: [SSHPublicKey],
    named name: String?
  ) throws(CommandFailure) -> SSHPublicKey {
    if let name {
      if let key = keys.first(where: { $0.fingerprint == name }) { return key }
      throw CommandFailure(.usage, "Your ssh-agent holds no key \(name).")
    }
    guard let key = keys.first else {
      throw CommandFailure(.usage, "Your ssh-agent holds no key. `ssh-add` yours.")
    }
    guard keys.count == 1 else {
      throw CommandFailure(
        .usage,
        "Your ssh-agent holds several keys. Name one with --key:\n"
          + keys.map { "\($0.fingerprint) \($0.comment)" }.joined(separator: "\n")
      )
    }
    return key
  }

  private static func ask() throws(CommandFailure) -> String {
    guard let terminal = FileHandle(forUpdatingAtPath: "/dev/tty") else {
      throw CommandFailure(.usage, "Without a terminal the challenge is given with --challenge.")
    }
    terminal.write(Data("Challenge, as the console of the run shows it: ".utf8))
    let line = terminal.availableData
    return String(decoding: line, as: UTF8.self)
  }

  /// A code as people write it down: case, blanks and dashes do not matter.
  private static func folded(_ code: String) -> String {
    code.uppercased().filter { $0.isLetter || $0.isNumber }
  }
}
