internal import Runbooks

/// curl(1) against the simulated web, for http and https addresses.
struct HTTPFacet: Facet {
  let programs: Set = ["curl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard command.program.first == "curl", let url = command.program.last, url.hasPrefix("http")
    else { return nil }
    return scene.page(url)
  }
}

extension Scene {
  /// What a scenario has under `http` at that address; nobody answers any other.
  fileprivate func page(_ url: String) -> Answer {
    guard let page = world.state["http"]?[url] else {
      return Answer(exit: 7, stderr: "curl: (7) Failed to connect\n")
    }
    return transfer(
      page.text("body", ""),
      status: page.int("status", 200),
      type: page.text("type", "text/plain"),
      location: page.text("location", "")
    )
  }

  /// A body with the facts of its transfer, as curl tells them.
  private func transfer(
    _ body: String,
    status: Int = 200,
    type: String,
    location: String = ""
  ) -> Answer {
    var answer = Answer(body)
    let facts: [String: Value] = [
      "response_code": .integer(status), "time_total": .integer(0),
      "content_type": .string(type), "redirect_url": .string(location),
      "remote_ip": .string(site.addresses.first ?? "192.0.2.1"),
    ]
    answer.stderr = String(decoding: JSONBytes.text(.record(facts)), as: UTF8.self) + "\n"
    return answer
  }

  /// A value that an API answers as JSON.
  func answer(_ value: Value, status: Int = 200) -> Answer {
    transfer(
      String(decoding: JSONBytes.text(value), as: UTF8.self),
      status: status,
      type: "application/json"
    )
  }
}
