import Testing

@testable import Runbooks

private let start = SourcePosition(file: "x.yaml", line: 7, column: 11)

private let scope = Scope(
  inputs: ["namespace": .string("mail"), "limit": .integer(30), "ratio": .number(0.5)],
  site: .record([
    "domain": .string("gaudy.test"), "addresses": .list([.string("203.0.113.10")]),
    "kubernetes": .record(["namespace": .string("mail")]),
  ]),
  run: ["id": .string("r1"), "world": .string("tabletop"), "operator": .string("erin")],
  steps: StepOutputs([
    StepID("look-2"): [
      "state": .string("warned"), "total": .integer(40),
      "ids": .list([.string("A"), .string("B")]),
      "age": .duration(.seconds(90)), "top": .record(["name": .string("spam@x.test")]),
    ]
  ]),
  result: ["exit": .integer(0), "stdout": .string("Client Version: v1.28")]
)

@Suite("An expression") struct ExpressionTests {
  @Test(
    "has the value its text says",
    arguments: [
      ("true", Value.boolean(true)), ("12", .integer(12)), ("-3", .integer(-3)),
      ("0.98", .number(0.98)), ("'a b'", .string("a b")), ("\"it's\"", .string("it's")),
      ("1h30m", .duration(.seconds(5400))), ("[1, 2]", .list([.integer(1), .integer(2)])),
      ("[]", .list([])), ("inputs.limit", .integer(30)),
      ("site.kubernetes.namespace", .string("mail")), ("run.world", .string("tabletop")),
      ("steps.look-2.total", .integer(40)), ("steps.look-2.top.name", .string("spam@x.test")),
      ("steps.look-2.total < 200", .boolean(true)),
      ("steps.look-2.state == 'warned'", .boolean(true)),
      ("inputs.limit == 30.0", .boolean(true)), ("inputs.ratio >= 1", .boolean(false)),
      ("steps.look-2.age > 1m", .boolean(true)), ("'A' in steps.look-2.ids", .boolean(true)),
      ("not 'C' in steps.look-2.ids", .boolean(true)),
      ("count(steps.look-2.ids) == 2", .boolean(true)),
      ("contains(result.stdout, 'v1.28')", .boolean(true)),
      ("contains(result.stdout, '')", .boolean(true)),
      ("contains(['AUTH PLAIN', 'SIZE'], 'AUTH')", .boolean(true)),
      ("contains(['SIZE'], 'AUTH')", .boolean(false)), ("contains([], '')", .boolean(false)),
      ("default(inputs.missing, 'none')", .string("none")),
      ("default(inputs.limit, 0)", .integer(30)), ("default(steps.gone.ids, [])", .list([])),
      ("true or false and false", .boolean(true)), ("(true or false) and false", .boolean(false)),
      ("not true or true", .boolean(true)), ("result.exit == 0 and not false", .boolean(true)),
      ("false and inputs.missing == 1", .boolean(false)),
      ("  ( ( 1 ) )  ", .integer(1)), ("1 != 2", .boolean(true)), ("'é' == 'é'", .boolean(true)),
      ("-5 <= -5", .boolean(true)), ("1 + 2 + -4", .integer(-1)), ("1 + 0.5", .number(1.5)),
      ("inputs.limit + 1 > 30 and true", .boolean(true)), ("1m + 30s", .duration(.seconds(90))),
    ]
  )
  func value(text: String, expected: Value) throws {
    let expression = try Expression(parsing: text, at: start)
    #expect(try expression.evaluate(in: scope) == expected)
  }

  @Test(
    "that is malformed says where and how to mend it",
    arguments: [
      ("", 11, "expected a value, found the end"), ("1 +", 14, "expected a value"),
      ("2 * 3", 13, "no arithmetic but"),
      ("a == 1", 11, "not a name"), ("result.total = 1", 24, "=="), ("x and y", 11, "not a name"),
      ("true && true", 16, "`and`"), ("true || true", 16, "`or`"), ("!true", 11, "`not`"),
      ("'abc", 11, "closing quote"), ("(1", 13, "`)`"), ("1 < 2 < 3", 17, "chained"),
      ("1 2", 13, "expected the end"), ("99999999999999999999", 11, "too large"),
      ("5w", 11, "duration"), ("inputs.", 18, "follow the dot"), ("inputs", 11, "inputs.NAME"),
      ("steps.look", 11, "steps.STEP.NAME"), ("sum([1])", 11, "no function `sum`"),
      ("default(1, 2)", 19, "a reference"), ("default(inputs.x, inputs.y)", 29, "a literal"),
      ("null", 11, "no null"), ("${inputs.x}", 11, "without ${ }"), ("count([1)", 19, "`]`"),
      ("result.a AND 1", 20, "expected the end"), ("'a' == é", 18, "outside ASCII"),
      ("1.2.3", 11, "no number"), ("[1,]", 14, "a value"),
    ]
  )
  func malformed(text: String, column: Int, words: String) throws {
    let error = #expect(throws: ExpressionError.self) {
      _ = try Expression(parsing: text, at: start)
    }
    #expect(error?.position == SourcePosition(file: "x.yaml", line: 7, column: column))
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("on several lines finds the line of an error")
  func severalLines() {
    let error = #expect(throws: ExpressionError.self) {
      _ = try Expression(parsing: "true\n  and oops", at: start)
    }
    #expect(error?.position == SourcePosition(file: "x.yaml", line: 8, column: 17))
  }

  @Test("refuses what is too long or too deep, and takes long flat ones")
  func limits() throws {
    let deep = String(repeating: "(", count: 2_000) + "1" + String(repeating: ")", count: 2_000)
    let negations = String(repeating: "not ", count: 1_000) + "true"
    let long = "1 == " + String(repeating: "1", count: 5_000)
    for text in [deep, negations, long] {
      #expect(throws: ExpressionError.self) { _ = try Expression(parsing: text, at: start) }
    }
    let flat = Array(repeating: "true", count: 400).joined(separator: " and ")
    #expect(try Expression(parsing: flat, at: start).evaluate(in: scope) == .boolean(true))
  }

  @Test(
    "without a value says which name is missing, or which type is wrong",
    arguments: [
      ("inputs.missing", "inputs.missing has no value"),
      ("steps.gone.total == 1", "steps.gone.total"),
      ("1 and true", "true or false"), ("'a' < 'b'", "no order"), ("1 in 2", "needs a list"),
      ("count(1)", "needs a list"), ("'a' + 'b'", "no sum"), ("1 + 1m", "no sum"),
      ("9223372036854775807 + 1", "no sum"), ("contains(1, 'a')", "two texts"),
      ("site.domain.x", "no value"),
    ]
  )
  func undefined(text: String, words: String) throws {
    let expression = try Expression(parsing: text, at: start)
    let error = #expect(throws: EvaluationError.self) { _ = try expression.evaluate(in: scope) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.position.line == 7)
  }

  @Test("tells every reference and which may be unset")
  func references() throws {
    let text = "inputs.a == 1 and default(steps.b-c.d, 0) < 2 and 'x' in site.addresses"
    let uses = try Expression(parsing: text, at: start).references
    #expect(uses.map(\.reference.description) == ["inputs.a", "steps.b-c.d", "site.addresses"])
    #expect(uses.map(\.hasDefault) == [false, true, false])
  }
}

@Suite("The type of an expression") struct ExpressionTypeTests {
  private let types = TypeScope(
    inputs: [
      "limit": .init(.integer), "why": .init(.string, words: ["spam", "loop"]),
      "maybe": .init(.string, unset: "nobody has to give it"),
    ],
    site: [
      "domain": .init(.string), "addresses": .init(.list(.string)), "values.*": .init(.string),
    ],
    steps: [
      StepID("look"): [
        "state": .init(.string, words: TypeScope.stepStates), "ratio": .init(.number),
        "age": .init(.duration), "top": .init(.record(["name": .string])),
      ]
    ],
    knownSteps: [StepID("look"), StepID("later")]
  )

  @Test(
    "is found",
    arguments: [
      ("inputs.limit", ValueType.integer), ("inputs.limit < steps.look.ratio", .boolean),
      ("steps.look.age >= 10m", .boolean), ("steps.look.top.name", .string),
      ("count(site.addresses)", .integer), ("default(inputs.maybe, '')", .string),
      ("[1, 2]", .list(.integer)), ("inputs.limit + 1", .integer),
      ("1 + steps.look.ratio", .number), ("steps.look.age + 1m", .duration),
      ("site.values.bucket", .string),
      ("inputs.why in ['spam', 'loop']", .boolean), ("site.addresses == []", .boolean),
      ("inputs.limit in []", .boolean),
    ]
  )
  func found(text: String, type: ValueType) throws {
    #expect(try Expression(parsing: text, at: start).type(in: types) == type)
  }

  @Test(
    "is refused with a column and a way to mend it",
    arguments: [
      ("inputs.limt == 1", 11, "Did you mean `limit`"),
      ("inputs.maybe == 'x'", 11, "may have no value"),
      ("inputs.limit == 'x'", 11, "never equals"), ("site.domain < 'a'", 11, "no order"),
      ("not inputs.limit", 15, "needs a boolean"), ("true and 1", 20, "`and` needs a boolean"),
      ("inputs.why == 'span'", 25, "Did you mean `spam`"),
      ("steps.look.state == 'failled'", 31, "Did you mean `failed`"),
      ("inputs.why in ['x']", 26, "is never 'x'"), ("steps.lok.age > 1m", 11, "unknown step"),
      ("steps.later.x == 1", 11, "need not have ended"),
      ("result.total < 1", 11, "only where a check"),
      ("[1, 'a']", 15, "list of integer"), ("1 + 'a'", 15, "no sum"), ("true + 1", 11, "no sum"),
      ("1 in ['a']", 11, "never holds"),
      ("default(inputs.limit, 'x')", 11, "its default"), ("site.domain.x", 11, "Only a record"),
      ("site.domian", 11, "Did you mean `domain`"), ("run.wold", 11, "Did you mean `world`"),
      ("count(site.domain)", 17, "needs a list"), ("contains(1, 'a')", 20, "needs a string"),
      ("steps.look.top.nam", 11, "Did you mean `name`"),
    ]
  )
  func refused(text: String, column: Int, words: String) throws {
    let expression = try Expression(parsing: text, at: start)
    let error = #expect(throws: ExpressionError.self) { _ = try expression.type(in: types) }
    #expect(error?.position.column == column, "\(error?.description ?? "")")
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}

@Suite("A template") struct TemplateTests {
  @Test(
    "gives the value of a lone expression, else text",
    arguments: [
      ("${inputs.limit}", Value.integer(30)), ("limit ${inputs.limit}", .string("limit 30")),
      ("${steps.look-2.ids}", .list([.string("A"), .string("B")])),
      ("ids: ${steps.look-2.ids}", .string("ids: A, B")), ("plain", .string("plain")),
      ("", .string("")), ("$${x} costs $5", .string("${x} costs $5")),
      ("${inputs.limit}${inputs.limit}", .string("3030")), ("${'}'}", .string("}")),
      ("${steps.look-2.age} – é", .string("1m30s – é")),
    ]
  )
  func resolves(text: String, expected: Value) throws {
    #expect(try Template(parsing: text, at: start).resolve(in: scope) == expected)
  }

  @Test(
    "that is malformed says where",
    arguments: [
      ("a ${", 15), ("a ${x}", 15), ("a ${inputs.x", 23), ("é${inputs.x y}", 23), ("${}", 13),
    ]
  )
  func malformed(text: String, column: Int) {
    let error = #expect(throws: ExpressionError.self) { _ = try Template(parsing: text, at: start) }
    #expect(error?.position.column == column, "\(error?.description ?? "")")
  }

  @Test("without expressions is literal")
  func literal() throws {
    #expect(try Template(parsing: "a $${b}", at: start).literal == "a ${b}")
    #expect(try Template(parsing: "${inputs.a}", at: start).literal == nil)
  }

  @Test("in an argument keeps lists and records")
  func arguments() throws {
    let template = try Template(parsing: "${inputs.limit}", at: start)
    let argument = Argument.record([
      "a": .list([.template(template), .literal(.string("x"))]), "b": .literal(.boolean(true)),
    ])
    #expect(
      try argument.resolve(in: scope)
        == .record(["a": .list([.integer(30), .string("x")]), "b": .boolean(true)])
    )
    #expect(argument.references.map(\.reference.description) == ["inputs.limit"])
  }

  @Test("in a command line becomes one argument a word, and one an element of a list")
  func commandLine() throws {
    let words = try ["echo", "a b", "-n=${inputs.limit}", "${steps.look-2.ids}"]
      .map { try Template(parsing: $0, at: start) }
    let command = CommandLine(arguments: words, position: start)
    #expect(try command.argv(in: scope) == ["echo", "a b", "-n=30", "A", "B"])
  }
}

@Suite("The arguments of an operation") struct OperationArgumentTests {
  private func arguments(_ values: [String: Argument]) throws -> Arguments {
    let call = OperationCall(
      operation: OperationName("postfix.queue"),
      arguments: values,
      position: start
    )
    return try call.arguments(in: scope, for: Samples.operations[0])
  }

  @Test("are converted to the types of the parameters")
  func converted() throws {
    let resolved = try arguments([
      "namespace": .literal(.string("mail")), "within": .literal(.string("2h")),
      "ratio": .literal(.integer(1)), "senders": .literal(.list([])),
    ])
    #expect(resolved["within"]?.span == .seconds(7200))
    #expect(resolved["ratio"] == .number(1))
    #expect(resolved["senders"]?.elements == [])
  }

  @Test("that are missing, unknown or mistyped are refused")
  func refused() {
    #expect(throws: EvaluationError.self) { try arguments([:]) }
    #expect(throws: EvaluationError.self) {
      try arguments(["namespace": .literal(.integer(1))])
    }
    #expect(throws: EvaluationError.self) {
      try arguments(["namespace": .literal(.string("a")), "nmae": .literal(.integer(1))])
    }
  }
}
