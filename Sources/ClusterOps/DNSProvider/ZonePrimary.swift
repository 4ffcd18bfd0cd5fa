internal import Runbooks

/// The server of a zone that takes its updates: what it has, asked by kdig(1).
struct ZonePrimary: Sendable {
  let server: DNSServer

  init(_ server: DNSServer) { self.server = server }

  /// The commands in order: what is there, the update, what is there then.
  func commands(key: String, from: Vantage, on site: Site) -> [Command] {
    let read = Kdig.command(
      Kdig.fed(server),
      from: from,
      on: site,
      inputDescription: "names and types of the records"
    )
    let update = Command(
      ZoneUpdate.argv(key: key),
      from: from,
      on: site,
      inputDescription: "the update: what is announced before, each set as it was read as its "
        + "prerequisite",
      changes: true
    )
    return [read, update, read]
  }

  /// What it has of some sets.
  struct Reading: Sendable {
    let sets: [DNSQuestion: RecordSet]
    let soa: SOAData
    /// How long others keep that something is not there (RFC 2308 §5), in seconds.
    let negativeTTL: Int
  }

  /// Asks for sets and the zone's serial.
  func read(
    _ questions: [DNSQuestion],
    of zone: String,
    by command: Command,
    then: @escaping (Reading) throws(OperationFailure) -> Procedure
  ) -> Procedure {
    let soa = DNSQuestion(name: zone, type: .soa)
    let all = [soa] + questions
    return .run(command.feeding(Kdig.input(all))) { outcome throws(OperationFailure) in
      let replies = try DNSReplies(outcome, to: all, of: server, by: command)
      return try then(try reading(replies, questions, soa))
    }
  }

  private func reading(
    _ replies: DNSReplies,
    _ questions: [DNSQuestion],
    _ soa: DNSQuestion
  ) throws(OperationFailure) -> Reading {
    let told = try replies.known(soa)
    guard let words = told.answers.first, let data = SOAData(words) else {
      throw OperationFailure(
        .refused,
        "\(server.words) has no zone \(soa.name)",
        advice: "Name the zone that the records are in with `zone`, and its primary with `server`.",
        effect: .none
      )
    }
    var sets: [DNSQuestion: RecordSet] = [:]
    for question in questions {
      let reply = try replies.known(question)
      guard !reply.presented.isEmpty else { continue }
      let data = reply.presented.compactMap { RecordData(question.type, $0) }
      guard data.count == reply.presented.count, data.count < DNSReply.limit else {
        throw OperationFailure(
          undetermined: "what there is of \(question.words)",
          Doubt(
            .end,
            data.count < DNSReply.limit
              ? "a record was not understood" : "it has \(data.count) records or more",
            advice: "Change it there by hand."
          )
        )
      }
      sets[question] = RecordSet(question: question, ttl: reply.ttl ?? 0, data: data)
    }
    return Reading(
      sets: sets,
      soa: data,
      negativeTTL: min(told.ttl ?? data.minimum, data.minimum)
    )
  }
}
