import Foundation
import TestSupport
import Testing

/// `mailconsole doctor` on a site whose programs are stand-ins.
@Suite struct DoctorCommandTests {
  private struct Row: Decodable {
    let place: String
    let isLack: Bool
    let text: String
    let advice: String?
  }

  private var places: Places

  /// A site with a way to `outside`, where kdig is and swaks is not, and one to `node`, where nobody is.
  init() throws {
    places = try Places()
    try places.writeSite(
      """
      manifests: platform
      vantages:
        outside: {via: [./way]}
        node: {via: [./lost]}
      """
    )
    try script(
      "site/way",
      """
      PATH=\(places.folder.path)/there
      exec "$@"
      """
    )
    try script(
      "site/lost",
      "echo 'ssh: connect to host mail-node port 22: No route to host' >&2; exit 255"
    )
    for name in ["kdig", "timeout"] { try script("there/\(name)", "exit 0") }
    for name in ["sh", "true"] {
      try FileManager.default.createSymbolicLink(
        atPath: places.folder.path + "/there/" + name,
        withDestinationPath: "/bin/" + name
      )
    }
    try places.folder.write("resources: []\n", to: "site/platform/kustomization.yaml")
    try places.writeKubectl(
      """
      echo "$*" >> \(places.folder.path)/asked
      case "$*" in
        *"get namespace mail"*) echo namespace/mail ;;
        *"get daemonset/mail"*) echo daemonset.apps/mail ;;
        *"can-i patch configmaps"*) echo "no - RBAC"; exit 1 ;;
        *"can-i get pods --subresource log"*) echo "error: the server said something else" >&2; exit 1 ;;
        *can-i*) echo yes ;;
        *) exit 9 ;;
      esac
      """
    )
  }

  private func script(_ name: String, _ text: String) throws {
    let path = try places.folder.write("#!/bin/bash\n" + text + "\n", to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private func rows() throws -> [Row] {
    let result = try places.console.run("doctor", "--site", places.site, "--as", "tomas", "--json")
    #expect(result.status == 1)
    return try JSONDecoder().decode([Row].self, from: Data(result.output.utf8))
  }

  @Test(
    "a vantage that answers is told from one that does not, and the programs it lacks are named"
  )
  func vantages() throws {
    let rows = try rows()
    let outside = rows.filter { $0.place == "outside" }
    #expect(outside.first?.text == "it answers")
    #expect(outside.contains { !$0.isLack && $0.text.contains("kdig") })
    let swaks = try #require(outside.first { $0.text.hasPrefix("no swaks: ") })
    #expect(swaks.isLack)
    #expect(swaks.advice == "Install it there (apt install swaks).")
    let node = rows.filter { $0.place == "node" }
    #expect(node.count == 1)
    #expect(node.first?.text.contains("the vantage node cannot be reached") == true)
    #expect(node.first?.text.contains("No route to host") == true)
    #expect(node.first?.advice?.contains("by hand") == true)
  }

  @Test("the namespace and the workload are asked for, and each right that is not there is named")
  func cluster() throws {
    let rows = try rows().filter { $0.place == "cluster" }
    #expect(rows.map(\.isLack) == [false, false, true, true])
    #expect(rows[0].text.contains("has the namespace mail"))
    #expect(rows[1].text == "it has daemonset/mail")
    #expect(rows[2].text.hasPrefix("whether you may get pods/log could not be found out: "))
    #expect(rows[3].text == "you may not patch configmaps: k8s.apply needs it")
    #expect(rows[3].advice?.contains("rbac-console.yaml") == true)
    let asked = try String(contentsOfFile: places.folder.path + "/asked", encoding: .utf8)
    #expect(asked.contains("--context lab --namespace mail"))
    #expect(asked.contains("auth can-i create pods --subresource eviction --all-namespaces"))
    #expect(!asked.split(separator: "\n").contains { $0.contains(" apply ") })
  }

  @Test("where the cluster does not answer, that is said once and nothing more is asked")
  mutating func silent() throws {
    try places.writeKubectl(
      """
      echo "$*" >> \(places.folder.path)/asked
      echo "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?" >&2
      exit 1
      """
    )
    let rows = try rows().filter { $0.place == "cluster" }
    #expect(rows.count == 1)
    #expect(rows.first?.isLack == true)
    #expect(rows.first?.text.contains("refused") == true)
    let asked = try String(contentsOfFile: places.folder.path + "/asked", encoding: .utf8)
    #expect(!asked.contains("can-i"))
  }

  @Test(
    "a place that does not answer is given up, and what is near was told by then",
    .timeLimit(.minutes(1))
  )
  func bounded() throws {
    try script("site/lost", "sleep 300")
    let began = ContinuousClock.now
    let result = try places.console.run("doctor", "--site", places.site, "--as", "tomas")
    #expect(ContinuousClock.now - began < .seconds(40))
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n").map(String.init)
    let late = try #require(lines.firstIndex { $0.contains("LACKS  node: ") })
    #expect(lines[late].contains("did not end within 10s"))
    #expect(lines[..<late].contains { $0.contains("cluster: it has daemonset/mail") })
    #expect(lines[..<late].contains("ok     outside: it answers"))
  }

  @Test(
    "roles without a holder, manifests that are not there and vantages without a way are lacking"
  )
  func site() throws {
    try places.writeSite("manifests: elsewhere")
    let rows = try rows()
    let roles = try #require(
      rows.first { $0.text.hasPrefix("roles of the plan that nobody holds") }
    )
    #expect(roles.isLack && roles.place == "site")
    #expect(roles.text.contains("\nE1: "))
    #expect(!roles.text.contains("\nE4: "))
    let manifests = try #require(rows.first { $0.text.contains("has no kustomization.yaml") })
    #expect(manifests.isLack && manifests.text.contains("/site/elsewhere"))
    let outside = try #require(rows.first { $0.text.contains("names no vantage outside") })
    #expect(outside.text.contains(#/from which \d+ checks look/#))
    #expect(!rows.contains { $0.place == "outside" })
  }

  @Test("every operator needs a key, and the agent that of whoever acts")
  mutating func signers() throws {
    let agent = try SSHAgent()
    places.variables["SSH_AUTH_SOCK"] = agent.socket
    let key = try agent.addKey("sofia")
    try places.folder.write("sofia \(key)\n", to: "site/allowed_signers")
    let lacking = try rows()
    #expect(
      lacking.contains { $0.isLack && $0.text == "no key in allowed_signers signs today for tomas" }
    )
    #expect(
      lacking.contains {
        $0.isLack && $0.text.contains("signs for tomas, who acts here; one does for sofia")
      }
    )
    let own = try agent.addKey("tomas")
    try places.folder.write("sofia \(key)\ntomas \(own)\n", to: "site/allowed_signers")
    let there = try rows()
    #expect(
      there.contains { !$0.isLack && $0.text == "every operator has a key in allowed_signers" }
    )
    #expect(there.contains { !$0.isLack && $0.text.hasPrefix("a key in the ssh-agent signs for ") })
  }

  @Test("what a place says is shown and never obeyed, and a tabletop leads nowhere")
  func harmless() throws {
    try script("site/lost", "printf '\\033[2Jssh: \\342\\200\\256no\\n' >&2; exit 255")
    let result = try places.console.run("doctor", "--site", places.site, "--as", "tomas")
    #expect(result.output.contains("LACKS  node: "))
    #expect(result.dangerous.isEmpty)
    let tabletop = try places.console.run("doctor")
    #expect(!tabletop.output.contains("cluster: "))
    #expect(!tabletop.output.contains("outside: "))
    #expect(tabletop.output.contains("every role of the plan has a holder"))
  }
}
