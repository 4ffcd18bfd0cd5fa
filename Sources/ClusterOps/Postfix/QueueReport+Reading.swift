internal import Glibc
public import Runbooks

extension QueueReport {
  /// Reads a file of `postqueue -j` output.
  public static func read(
    path: String,
    now: Int = currentTime(),
    localDomain: String,
    selection: QueueSelection? = nil
  ) throws(OperationFailure) -> QueueReport {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(capped(path), errno) }
    defer { close(descriptor) }
    return try read(
      fileDescriptor: descriptor,
      now: now,
      localDomain: localDomain,
      selection: selection
    )
  }

  /// Reads `postqueue -j` output from a descriptor to its end, in constant memory.
  public static func read(
    fileDescriptor: Int32,
    now: Int = currentTime(),
    localDomain: String,
    selection: QueueSelection? = nil
  ) throws(OperationFailure) -> QueueReport {
    var reader = QueueReader(now: now, localDomain: localDomain, selection: selection)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = Glibc.read(fileDescriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return reader.finish() }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw unreadable("the queue's output", errno)
      }
      reader.consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Seconds since 1970, by this machine's clock.
  public static func currentTime() -> Int { time(nil) }

  private static func unreadable(_ what: String, _ error: Int32) -> OperationFailure {
    OperationFailure(
      .refused,
      "\(what) cannot be read: \(String(cString: strerror(error)))",
      advice: "Give a file with the output of `postqueue -j`, or `-` for standard input.",
      effect: .none
    )
  }
}
