internal import Glibc
internal import Synchronization
internal import TUI

/// Standard output and standard error as people and pipes get them.
///
/// Text from outside passes through the same sanitiser as the screens: a pipe
/// may end in a terminal.
enum Output {
  /// Prints one line, made harmless, line ends in it shown.
  static func line(_ text: String) {
    write(harmless(text) + "\n", to: stdoutDescriptor)
  }

  /// Prints text of several lines, each made harmless.
  static func lines(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      self.line(String(line))
    }
  }

  /// Prints what is wrong.
  static func error(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      write("mailconsole: " + harmless(String(line)) + "\n", to: stderrDescriptor)
    }
  }

  /// Prints text that is our own as it is, e.g. JSON.
  static func raw(_ text: String) { write(text, to: stdoutDescriptor) }

  /// Writes bytes as they are, for a pipe or a file.
  static func bytes(_ bytes: [UInt8]) { write(bytes, to: stdoutDescriptor) }

  /// The columns of the terminal that standard output is; nil: it is none.
  static var columns: Int? {
    var size = winsize()
    guard ioctl(stdoutDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  private static let stdoutDescriptor: Int32 = 1
  private static let stderrDescriptor: Int32 = 2

  private static func harmless(_ text: String) -> String {
    ControlCharacters.sanitise(text, glyphs: .unicode)
  }

  /// Why standard output ended before the work did.
  private static let end = Mutex<Int32?>(nil)

  /// Why not all of standard output was taken, in a sentence; nil: it was.
  ///
  /// A reader that has had enough, as head(1), is told nothing: an empty sentence.
  static var loss: String? {
    end.withLock { $0 }.map {
      $0 == EPIPE ? "" : "Standard output could not be written: \(String(cString: strerror($0)))."
    }
  }

  /// Writes all of it; an output that takes no more ends the output, not the work.
  private static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8), to: descriptor)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    if descriptor == stdoutDescriptor, end.withLock({ $0 != nil }) { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count < 0 ? errno : EIO
        if descriptor == stdoutDescriptor { end.withLock { $0 = $0 ?? reason } }
        return
      }
      rest = rest.dropFirst(count)
    }
  }
}
