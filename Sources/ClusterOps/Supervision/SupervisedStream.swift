internal import Glibc

/// One stream of a supervised command, on its way from the program to whoever started it.
///
/// What was read is passed on before more is read, so that a reader who takes his time makes the
/// program wait; without a reader it is only kept.
struct SupervisedStream {
  /// The program's end; nil once it has closed it.
  private(set) var source: Int32?
  /// The runner's end; nil once it is gone.
  private var reader: Int32?
  private var pending: ArraySlice<UInt8> = []
  private let kind: KeptOutput.Kind

  init(_ kind: KeptOutput.Kind, source: Int32, reader: Int32) {
    self.kind = kind
    self.source = source
    self.reader = reader
    for descriptor in [source, reader] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  /// Whether everything has been passed on.
  var isDone: Bool { source == nil && pending.isEmpty }

  /// What to wait for; nil: nothing.
  var interest: pollfd? {
    if let reader, !pending.isEmpty {
      return pollfd(fd: reader, events: Int16(POLLOUT), revents: 0)
    }
    return source.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  }

  /// Takes what there is, as long as it can be passed on.
  ///
  /// - Parameter isLast: the program has ended, so a source that has nothing now has nothing more.
  mutating func move(into kept: inout KeptOutput, isLast: Bool) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    // Bounded, so that a flood on one stream leaves time for the other and for the clock.
    for _ in 0..<16 {
      passOn()
      guard pending.isEmpty, let source else { return }
      let count = read(source, &buffer, buffer.count)
      if count > 0 {
        kept.take(buffer[..<count], from: kind)
        if reader != nil { pending = buffer[..<count] }
      } else if count == 0 || (isLast && errno == EAGAIN)
        || (count < 0 && errno != EAGAIN && errno != EINTR)
      {
        closeSource()
      } else if errno == EAGAIN {
        return
      }
    }
  }

  private mutating func passOn() {
    while let reader, !pending.isEmpty {
      let count = pending.withUnsafeBytes { write(reader, $0.baseAddress, $0.count) }
      if count >= 0 {
        pending = pending.dropFirst(count)
      } else if errno == EAGAIN {
        return
      } else if errno != EINTR {
        dropReader()
      }
    }
  }

  /// Goes on without the runner.
  mutating func dropReader() {
    reader = nil
    pending = []
  }

  /// Takes nothing more, whoever still holds the other end.
  mutating func closeSource() {
    if let source { close(source) }
    source = nil
  }
}
