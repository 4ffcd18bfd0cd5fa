/// Secrets on their way in, and what must not show them on its way out.
extension RunEngine {
  /// Takes the secrets out of a command: what goes on has their marks.
  ///
  /// A secret in any other place of a command, such as a note, would be recorded: it is refused.
  func veil(_ command: RunCommand) throws(RunEngineError) -> RunCommand {
    var command = command
    switch command {
    case .giveSecret(let name, let value):
      if state.declaration(ofSecret: name) != nil, case .string(let text) = value {
        command = .giveSecret(name, try take(text, named: name))
      }
    case .answer(let step, var values):
      guard let asked = state.runbook.steps.first(where: { $0.id == step }),
        case .ask(let questions) = asked.body
      else { break }
      for question in questions where question.form == .secret {
        guard case .string(let text)? = values[question.name] else { continue }
        values[question.name] = try take(text, named: question.name)
      }
      command = .answer(step, values)
    default: break
    }
    guard let patterns = setting.secrets.patterns()?.patterns,
      let bytes = try? RecordCoding.encode(command), patterns.isShown(in: bytes)
    else { return command }
    throw .refused(
      CommandRefusal("That holds a secret of this run and would be recorded; leave it out.")
    )
  }

  private func take(_ text: String, named name: String) throws(RunEngineError) -> Value {
    do throws(SecretVault.Refusal) {
      return .secret(try setting.secrets.take(Array(text.utf8), unlessIn: shown))
    } catch {
      switch error {
      case .unfit(let refusal): throw .refused(CommandRefusal("`\(name)`: \(refusal)"))
      case .record(let error): throw stop(.record(error))
      }
    }
  }

  /// What everybody may read of the run: a value that stands there is no secret.
  private var shown: [[UInt8]] {
    var values = state.created?.inputs ?? [:]
    values["site"] = state.site
    for step in state.runbook.steps {
      if let outputs = state.scope.steps[step.id] { values[step.id.name] = .record(outputs) }
    }
    return [Array(state.runbook.source.text.utf8)]
      + [try? RecordCoding.encode(values)].compactMap { $0 }
  }

  /// Once the run has ended nobody needs its secrets, nor the key of their marks.
  func forgetSecrets() {
    if state.ended != nil { setting.secrets.forget() }
  }

  // MARK: - Secret outputs

  /// Performs a command that prints a secret: its standard output is read and not kept, and what
  /// it says beside that is shown only once the secret is known.
  @concurrent
  static func performSecretly(
    _ argv: [String],
    _ input: [UInt8],
    _ line: CommandLine,
    _ step: Step,
    _ hands: Hands
  ) async throws(OperationFailure) -> StepEnd {
    let context = hands.context
    let blind = OperationContext(
      site: context.site,
      timeout: context.timeout,
      custody: context.custody?.withoutOutput,
      secrets: context.secrets,
      clock: context.clock
    ) { _ in }
    let result = try await hands.commands.perform(argv, input: input, in: blind)
    var end = Judgement.end(
      of: argv,
      expecting: line.expectedExits,
      result,
      step,
      quotes: false
    )
    var likely: [(mark: SecretMark, bytes: [UInt8])] = []
    for output in step.outputs where output.isSecret {
      guard case .string(let text)? = end.outputs[output.name] else { continue }
      do throws(SecretVault.Refusal) {
        end.outputs[output.name] = .secret(try context.secrets.take(Array(text.utf8)))
      } catch {
        end = unfit(output.name, error, step)
      }
    }
    if end.outcome == .failed {
      // Which part would have been the secret is not known: each line and text could be.
      end.outputs = [:]
      likely = CommandOutput.texts(in: result.standardOutput).map { (SecretMark(nil), $0) }
    }
    let said = SecretPatterns(likely).redact(context.secrets.redact(result.standardError))
    let count = result.standardOutput.count
    await context.output(said + Array("[\(count) bytes of standard output are secret]\n".utf8))
    return end
  }

  private static func unfit(
    _ name: String,
    _ refusal: SecretVault.Refusal,
    _ step: Step
  ) -> StepEnd {
    let why =
      switch refusal {
      case .unfit(let refusal): refusal.message
      case .record(let error): "\(error)"
      }
    return .failed(
      OperationFailure(
        .malformed,
        "the secret output `\(name)` cannot be kept: \(why)",
        advice: "Correct the runbook for the next run, or the program.",
        effect: step.risk == .read ? .none : .unknown
      )
    )
  }
}

extension CommandOutput {
  /// Every text in an output that could be a secret: its lines, and the texts in it as JSON.
  static func texts(in output: [UInt8]) -> [[UInt8]] {
    var texts = output.split(whereSeparator: SecretForms.isLineEnd).map(Array.init)
    texts += jsonTexts(in: output).map { Array($0.utf8) }
    return Array(Set(texts.filter { (try? SecretForms.check($0)) != nil }).prefix(1_000))
  }
}

extension StepEnd {
  /// The same end with every secret replaced that became known meanwhile or slipped in.
  func redacted(by vault: SecretVault) -> StepEnd {
    guard !vault.isEmpty else { return self }
    var end = StepEnd(
      outcome: outcome,
      summary: vault.redact(summary),
      failure: failure.map {
        OperationFailure(
          $0.reason,
          vault.redact($0.message),
          advice: vault.redact($0.advice),
          effect: $0.effect
        )
      }
    )
    end.outputs = outputs.mapValues { $0.redacted(by: vault) }
    end.evidence = evidence.map {
      Evidence(
        name: vault.redact($0.name),
        mediaType: $0.mediaType,
        bytes: vault.redact($0.bytes)
      )
    }
    return end
  }
}

extension Value {
  /// The same value with every secret in its texts replaced.
  func redacted(by vault: SecretVault) -> Value {
    switch self {
    case .string(let text): .string(vault.redact(text))
    case .list(let values): .list(values.map { $0.redacted(by: vault) })
    case .record(let fields):
      .record(
        Dictionary(
          fields.map { (vault.redact($0.key), $0.value.redacted(by: vault)) },
          uniquingKeysWith: { first, _ in first }
        )
      )
    case .integer, .number, .boolean, .duration, .secret: self
    }
  }
}

extension ResolvedStep {
  /// Whether it needs a secret that a plan does not ask for.
  var lacksSecret: Bool {
    if arguments.values.contains(.secret(SecretMark(nil))) { return true }
    let input: VeiledText? =
      switch work {
      case .command(_, let input, _): input
      case .check(let check):
        if case .command(_, let input) = check.subject { input } else { nil }
      default: nil
      }
    return input?.pieces.contains(.secret(SecretMark(nil))) ?? false
  }
}
