import TUI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@main
struct Main {
  static func main() {
    let screen = CommandLine.arguments.dropFirst().first ?? "list"
    let executor = TerminalExecutor()
    let terminal: CursesTerminal
    do {
      terminal = try CursesTerminal()
    } catch {
      writeToStandardError("\(error)\n")
      exit(64)
    }
    let probe = Probe(executor: executor, screen: screen, remark: terminal.profile.remark ?? "")
    var loop = EventLoop(terminal: terminal, executor: executor)
    let code = loop.run(probe)
    terminal.close()
    exit(code)
  }
}

func writeToStandardError(_ message: String) {
  var message = message
  message.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
