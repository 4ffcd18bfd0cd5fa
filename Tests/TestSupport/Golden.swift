public import TUI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Expected texts kept as files: `Goldens/<name>.txt` beside the tests.
public enum Golden {
  /// Compares a text with its golden.
  ///
  /// With `UPDATE_GOLDEN=1` the file is written instead; its difference is then
  /// reviewed like code.
  ///
  /// - Returns: What differs; nil when nothing does.
  public static func difference(
    _ text: String,
    from name: String,
    besides testFile: String = #filePath
  ) -> String? {
    let path = folder(of: testFile) + "/" + name + ".txt"
    if getenv("UPDATE_GOLDEN").map({ String(cString: $0) }) == "1" {
      return write(text, to: path) ? nil : "could not write \(path)"
    }
    guard let expected = read(path) else {
      return "no golden \(path): run the tests once with UPDATE_GOLDEN=1 and review it"
    }
    if text == expected { return nil }
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    var report = "differs from \(name).txt:"
    for line in 0..<max(old.count, new.count) {
      let before = line < old.count ? old[line] : "<none>"
      let after = line < new.count ? new[line] : "<none>"
      if before != after { report += "\n\(line + 1) - \(before)\n\(line + 1) + \(after)" }
    }
    return report
  }

  /// As above for what a frame shows: text and styles.
  public static func difference(
    _ frame: Frame,
    from name: String,
    besides testFile: String = #filePath
  ) -> String? {
    difference(frame.golden, from: name, besides: testFile)
  }

  /// The nearest `Goldens` folder upwards of a test.
  private static func folder(of testFile: String) -> String {
    var parts = testFile.split(separator: "/")
    while !parts.isEmpty {
      parts.removeLast()
      let candidate = "/" + parts.joined(separator: "/") + "/Goldens"
      if access(candidate, F_OK) == 0 { return candidate }
    }
    return "Goldens"
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) -> Bool {
    guard let file = fopen(path, "w") else { return false }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    return fwrite(bytes, 1, bytes.count, file) == bytes.count
  }
}
