/// A live site with a cluster that nobody asks, and runbooks beside it, as operators lay them out.
public enum SmallSite {
  /// Writes the site's directory and gives its path.
  ///
  /// - Parameters:
  ///   - operators: their roles by their names.
  ///   - more: further lines of `site.yaml`.
  @discardableResult
  public static func write(
    to folder: TemporaryFolder,
    operators: KeyValuePairs<String, String> = ["tomas": "E4", "sofia": "E3"],
    more: String = ""
  ) throws -> String {
    try folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Site
      name: lab
      domain: example.test
      mail_host: mail.example.test
      addresses: [198.51.100.25]
      node: mail-node
      stage: lab
      kubernetes: {kubeconfig: kubeconfig, context: lab}

      """ + more,
      to: "site/site.yaml"
    )
    let people = operators.map { "  - {name: \($0.key), roles: [\($0.value)]}\n" }.joined()
    try folder.write(
      "apiVersion: mailconsole/v1\nkind: Operators\noperators:\n" + people,
      to: "site/operators.yaml"
    )
    try folder.write("", to: "site/kubeconfig")
    return folder.path + "/site"
  }

  /// Puts a runbook on the shelf.
  ///
  /// - Parameter rest: its text from the inputs or the steps on.
  public static func add(
    runbook id: String,
    _ title: String,
    to folder: TemporaryFolder,
    _ rest: String
  ) throws {
    try folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: \(id)
      title: \(title)
      version: 1.0.0
      owner: E4
      summary: \(title), for a test.

      """ + rest,
      to: "runbooks/operations/\(id).yaml"
    )
  }

  /// Where the site and the runbooks lie, as options of the command line.
  public static func options(in folder: TemporaryFolder) -> [String] {
    ["--site", folder.path + "/site", "--runbooks", folder.path + "/runbooks"]
  }

  /// Writes an answers file of tomas and gives its path.
  public static func write(answers rest: String, to folder: TemporaryFolder) throws -> String {
    try folder.write(
      "apiVersion: mailconsole/v1\nkind: Answers\noperator: tomas\n" + rest,
      to: "answers.yaml"
    )
  }
}
