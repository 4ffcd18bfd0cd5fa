internal import Glibc
internal import Runbooks

/// Asks for secrets on a terminal without a screen; what is typed is not shown.
struct SecretPrompt: Decider {
  /// Whose run it is.
  let person: String
  /// Answers everything that is no secret; nil: nobody does.
  let other: AnswersDecider?

  /// Whether somebody could type.
  static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    if let decision = await other?.decide(item, in: state, head: head) { return decision }
    guard item.kind == .secret, let name = state.missingSecrets(of: item.step).first,
      let declaration = state.declaration(ofSecret: name),
      let text = Self.ask(name, declaration)
    else { return nil }
    return Decision(.giveSecret(name, .string(text)), by: person)
  }

  func refused(_ refusal: CommandRefusal, for item: WaitingItem) async {
    Output.error("The answer for \(item.step) was refused. \(refusal)")
  }

  /// Reads a line without echo, up to three times; nil: nothing fit was typed.
  private static func ask(_ name: String, _ declaration: InputDeclaration) -> String? {
    ProcessSecrecy.begin()
    for _ in 0..<3 {
      Output.error(
        "\(name)\(declaration.help.isEmpty ? "" : " (\(declaration.help))"), not shown:"
      )
      guard let text = line(), !text.isEmpty else { return nil }
      do throws(InputRefusal) {
        _ = try declaration.form.read(text)
        return text
      } catch {
        Output.error("\(name): \(error)")
      }
    }
    return nil
  }

  /// One line from the terminal, echo off (termios(3)), which is put back whatever happens.
  private static func line() -> String? {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return nil }
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < 65_536 {
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1, byte != 0x0A else { break }
      bytes.append(byte)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
