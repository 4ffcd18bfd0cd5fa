/// The files of one kind that stand in a folder of a library, such as checks or exercises.
struct LibraryFolder<Content: Sendable>: Sendable {
  /// What is sound of them, in the order of the paths.
  let contents: [Content]
  let problems: [RunbookProblem]
  /// Every file that was read, in their order.
  let paths: [String]

  /// Reads every `*.yaml` in a directory; none where there is no such directory.
  init(_ directory: String, _ read: (String) -> Reading<Content>) {
    var problems: [RunbookProblem] = []
    var contents: [Content] = []
    var paths: [String] = []
    if FileReading.isFolder(directory) {
      do throws(RunbookProblem) {
        paths = try FileReading.names(in: directory).filter { $0.hasSuffix(".yaml") }
          .map { directory + "/" + $0 }
      } catch {
        problems.append(error)
      }
    }
    for path in paths {
      let reading = read(path)
      problems += reading.problems
      if let content = reading.value { contents.append(content) }
    }
    self.contents = contents
    self.problems = problems.sorted()
    self.paths = paths
  }
}
