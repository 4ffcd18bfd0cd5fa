internal import Runbooks

extension Command {
  /// A program to be run in the site's Postfix container.
  static func postfix(
    _ program: [String],
    on site: Site,
    inputDescription: String? = nil,
    keep: Int = 1 << 20,
    changes: Bool = false,
    streams: Bool = true
  ) -> Command {
    Command(
      program,
      from: .pod(),
      on: site,
      inputDescription: inputDescription,
      keep: keep,
      changes: changes,
      streams: streams
    )
  }
}
