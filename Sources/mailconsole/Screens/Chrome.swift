internal import Runbooks
internal import TUI

/// What stands around every screen: world, site and driver above, keys below.
enum Chrome {
  /// Draws the frame of a screen.
  ///
  /// - Returns: The room for the screen itself.
  static func draw(_ model: ConsoleModel, on frame: inout Frame) -> Rect {
    let (header, below) = frame.bounds.splitTop(1)
    let (crumbs, rest) = below.splitTop(1)
    let (footer, above) = rest.splitBottom(1)
    let (status, body) = above.splitBottom(1)
    self.header(model, columns: header.columns, glyphs: frame.glyphs).draw(in: header, on: &frame)
    let aside = model.screen.aside(in: model) ?? ""
    let (end, way) = crumbs.splitRight(aside.columns(glyphs: frame.glyphs) + 1)
    Breadcrumbs(path(model)).draw(in: aside.isEmpty ? crumbs : way, on: &frame)
    frame.draw(aside, in: end, alignment: .trailing)
    if case .prompt(let prompt)? = model.overlay {
      let hints =
        prompt.kind == .command
        ? model.keys.commands(startingWith: prompt.field.text, in: model.contexts) : []
      prompt.draw(in: status, hints: hints, on: &frame)
    } else {
      let remark = StyledText(model.context.remark ?? "", .dim)
      // Alone it has the whole line; a notice leaves it what it can.
      let notice = model.pendingWords ?? model.notice
      let line = notice.isEmpty ? StatusLine(remark) : StatusLine(notice, detail: remark)
      line.draw(in: status, on: &frame)
    }
    keys(model).draw(in: footer, on: &frame)
    return body
  }

  /// The keys that act now: those of what lies over the screen, if anything does.
  private static func keys(_ model: ConsoleModel) -> FooterKeys {
    switch model.overlay {
    case nil: FooterKeys(screenKeys(model))
    case .question(let dialog, _)?:
      FooterKeys(
        [
          KeyHint(keys: ["tab"], label: "other button"),
          KeyHint(keys: ["enter"], label: "choose it"),
          KeyHint(keys: ["down"], label: "read on"),
        ],
        help: KeyHint(keys: ["esc"], label: dialog.buttons[0].label.lowercased())
      )
    case .form(let dialog)?:
      FooterKeys(
        (dialog.bindsEvidence ? [KeyHint(keys: ["ctrl-o"], label: "evidence")] : []) + [
          KeyHint(keys: ["tab"], label: "next"), KeyHint(keys: ["space"], label: "choose"),
          KeyHint(keys: ["enter"], label: "go on"), KeyHint(keys: ["pgdn"], label: "read on"),
        ],
        help: KeyHint(keys: ["esc"], label: "leave it")
      )
    case .help(let panel)? where panel.isTyping:
      FooterKeys(
        [KeyHint(keys: ["enter"], label: "keep the filter")],
        help: KeyHint(keys: ["esc"], label: "all keys")
      )
    case .help(let panel)?:
      FooterKeys(
        [
          KeyHint(keys: ["down"], label: "read on"), KeyHint(keys: ["G"], label: "the end"),
          KeyHint(keys: ["/"], label: "filter"),
        ],
        help: KeyHint(keys: ["esc"], label: panel.filter == nil ? "close" : "all keys")
      )
    case .prompt?:
      FooterKeys(
        [
          KeyHint(keys: ["enter"], label: "go"), KeyHint(keys: ["tab"], label: "complete"),
          KeyHint(keys: ["up"], label: "earlier"),
        ],
        help: KeyHint(keys: ["esc"], label: "leave it")
      )
    }
  }

  /// The keys of the screen, said as they act now.
  private static func screenKeys(_ model: ConsoleModel) -> [KeyHint] {
    let isPaused = model.run?.state.pause != nil
    let pause = model.keys.bindings.first { $0.action == .pause }?.keys.first
    return model.keys.footer(in: model.contexts).map { hint in
      isPaused && pause != nil && hint.keys.first == pause
        ? KeyHint(keys: hint.keys, label: "go on", help: hint.help) : hint
    }
  }

  static func badge(_ world: World) -> Header.Badge {
    switch world {
    case .live: Header.Badge("LIVE", .live)
    case .tabletop: Header.Badge("TABLETOP", .tabletop)
    case .plan: Header.Badge("PLAN", .plan)
    }
  }

  /// World, site, run and driver are always there: on a narrow screen the domain goes first,
  /// then the runbook's part of the run's name: its title stands in the line below.
  private static func header(_ model: ConsoleModel, columns: Int, glyphs: GlyphSet) -> Header {
    let site = model.context.site
    let badge = badge(model.context.world)
    let run = model.run
    let tail = run.map { $0.id.name.split(separator: "-").suffix(2).joined(separator: "-") }
    let short = run.map { String($0.id.name.split(separator: "-").last ?? "") }
    let attempts = [
      ("\(site.name) \(site.domain)", run?.id.name, false), (site.name, run?.id.name, false),
      (site.name, tail, false), (site.name, short, false), (site.name, short, true),
    ]
    var header = Header(badge: badge, site: site.name)
    for (site, run, isTight) in attempts {
      let guardrails = model.run.flatMap {
        GuardrailSign.fact(of: $0.state, glyphs: glyphs, isShort: isTight)
      }
      header = Header(
        badge: badge,
        site: site,
        facts: SeatText.facts(model, glyphs) + facts(model, run: run, guardrails)
      )
      // A blank on both sides of badge and site; a bar between facts.
      let wanted = header.facts.reduce(badge.word.count + site.count + 4) {
        $0 + $1.columns(glyphs: glyphs) + 3
      }
      if wanted - 3 <= columns { break }
    }
    return header
  }

  private static func facts(
    _ model: ConsoleModel,
    run name: String?,
    _ guardrails: StyledText?
  ) -> [StyledText] {
    var facts: [StyledText] = []
    if let run = model.run, let name, !(model.screen is ExerciseScreen) {
      let named = name.isEmpty ? run.id.name : name
      facts.append([.init(named, .accent), .init(" \(run.progress)", .strong)])
      if let ended = run.state.ended {
        facts.append(StyledText("\(ended.outcome.rawValue), for reading", .dim))
      } else if let pause = run.state.pause {
        let who = run.state.isHeldByGuardrail ? "" : " by \(pause.by)"
        facts.append(StyledText("PAUSED\(who)", .warning))
      }
      if let guardrails { facts.append(guardrails) }
      if run.state.rollback != nil, run.state.ended == nil {
        facts.append(StyledText("rolling back", .warning))
      }
      if run.stopped != nil {
        facts.append(StyledText("RECORD STOPPED", .bad))
      } else if let driving = run.driving(for: model.context.operatorName) {
        facts.append(driving)
      }
    } else {
      if let headline = model.screen.headline(in: model) { facts.append(headline) }
      let leads = model.exercise?.isFacilitator ?? false
      facts.append(StyledText(model.context.operatorName + (leads ? " facilitates" : "")))
    }
    return facts
  }

  private static func path(_ model: ConsoleModel) -> [String] {
    var path = model.breadcrumbs
    if let filter = model.filterWords { path[path.count - 1] += " \(filter)" }
    return path
  }
}

extension ConsoleModel {
  /// Where one is, from the first screen on.
  var breadcrumbs: [String] { screensShown.map { $0.crumb(in: self) } }
}

extension ConsoleModel {
  /// The filter in force and what it leaves, e.g. `/lock, 1 of 21`; nil where everything is shown.
  var filterWords: String? {
    let text = filterText
    guard !text.isEmpty else { return nil }
    let counts = screen.counts(in: self)
    return counts.map { "/\(text), \($0.shown) of \($0.all)" } ?? "/\(text)"
  }
}

extension RunModel {
  /// How far the run has come: steps that have ended, of all.
  var progress: String {
    "\(state.steps.count { $0.state.hasEnded })/\(runbook.steps.count)"
  }
}
