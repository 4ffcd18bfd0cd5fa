/// Everything an expression can see while a run is at one point.
public struct Scope: Sendable, Hashable {
  /// `inputs.NAME`
  public var inputs: [String: Value]
  /// `site.PATH`, a record.
  public var site: Value
  /// `run.NAME`: `id`, `world`, `operator`.
  public var run: [String: Value]
  /// `steps.ID.NAME`: the outputs of steps that have ended, and how each ended
  /// under `state`: `succeeded`, `warned`, `failed` or `skipped`.
  public var steps: StepOutputs
  /// `result.NAME`: the result a check judges; nil elsewhere.
  public var result: [String: Value]?

  public init(
    inputs: [String: Value] = [:],
    site: Value = .record([:]),
    run: [String: Value] = [:],
    steps: StepOutputs = StepOutputs([:]),
    result: [String: Value]? = nil
  ) {
    self.inputs = inputs
    self.site = site
    self.run = run
    self.steps = steps
    self.result = result
  }
}

/// A value still to be worked out: a literal, or text with `${…}` in it.
public indirect enum Argument: Sendable, Hashable {
  case literal(Value)
  case template(Template)
  case list([Argument])
  case record([String: Argument])
}
