internal import Foundation
internal import Glibc
internal import Runbooks

/// Puts the files of a new site in their place: all of them or none, and over nothing.
enum SiteWriting {
  /// Writes the site beside its place, reads it as every command does, and gives it its name.
  static func write(_ site: NewSite) throws(CommandFailure) {
    try refuse(site.directory)
    let parent = URL(fileURLWithPath: site.directory).deletingLastPathComponent().path
    let draft = try makeDraft(in: parent)
    do throws(CommandFailure) {
      for file in site.files { try write(file.text, to: draft + "/" + file.name) }
      try check(draft)
      // rename(2) takes the place of a directory only while it is empty.
      guard chmod(draft, 0o755) == 0, rename(draft, site.directory) == 0 else {
        throw failure(site.directory)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
    let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Refuses a place that is taken, before anything is asked.
  static func refuse(_ directory: String) throws(CommandFailure) {
    let parent = URL(fileURLWithPath: directory).deletingLastPathComponent().path
    var status = stat()
    guard stat(parent, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw CommandFailure(.noInput, "There is no directory \(parent). Make it: mkdir -p.")
    }
    guard lstat(directory, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw CommandFailure(.io, "\(directory) is there and is no directory. Name another one.")
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? ["?"]
    if names.contains("site.yaml") {
      throw CommandFailure(
        .io,
        "There is a site in \(directory), and it stays as it is. Name another directory."
      )
    }
    if let first = names.min() {
      throw CommandFailure(
        .io,
        "\(directory) is not empty (\(first)). Name a new directory, and move there what the site "
          + "needs when it is made."
      )
    }
  }

  private static func makeDraft(in parent: String) throws(CommandFailure) -> String {
    var template = Array("\(parent)/.new-site-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw failure(parent) }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) throws(CommandFailure) {
    let file = try OutputFile.open(path, allowingTerminal: true)
    try file.write(text)
    try file.finish()
    // Every account that acts on the site reads it.
    guard chmod(path, 0o644) == 0 else { throw failure(path) }
  }

  /// What the loader and lint say of the site, scenario included.
  private static func check(_ directory: String) throws(CommandFailure) {
    let reading = SiteLoader.read(directory: directory)
    var problems = reading.problems
    if let scenario = reading.value?.scenario {
      problems += ScenarioLoader.read(path: scenario).problems
    }
    guard reading.value != nil, problems.isEmpty else {
      throw CommandFailure(
        .data,
        (["What was to be written cannot be read back, so nothing was written."]
          + problems.map(\.description)).joined(separator: "\n")
      )
    }
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(
      .io,
      "\(path) cannot be written: \(String(cString: strerror(errno))). Nothing was written."
    )
  }
}
