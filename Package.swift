// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "mailconsole",
  products: [
    .executable(name: "mailconsole", targets: ["mailconsole"]),
    // Loaded into the built binary by the durability tests; nothing links it, nothing ships it.
    .library(name: "FaultLayer", type: .dynamic, targets: ["FaultLayer"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    // C shims. No C symbol of a system library is used outside its one client.
    .target(
      name: "CNcurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]
    ),
    .target(name: "CYAML", linkerSettings: [.linkedLibrary("yaml")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CExpat", linkerSettings: [.linkedLibrary("expat")]),
    .target(name: "CUnix"),
    .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),

    // Terminal, input, frames, widgets. Knows nothing of runbooks.
    .target(name: "TUI", dependencies: ["CNcurses"]),

    // Model, loading, planning, running, recording. No terminal, no network.
    .target(
      name: "Runbooks",
      dependencies: [
        "CYAML",
        "COpenSSL",
        "CUnix",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]
    ),

    // Operations on the real world, each with its simulated twin.
    .target(
      name: "ClusterOps",
      dependencies: [
        "CExpat",
        "CUnix",
        "CZlib",
        "Runbooks",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]
    ),

    // The command line, the screens, the update function.
    .executableTarget(
      name: "mailconsole",
      dependencies: [
        "CUnix",
        "TUI",
        "Runbooks",
        "ClusterOps",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),

    .target(name: "TestSupport", dependencies: ["Runbooks", "TUI"], path: "Tests/TestSupport"),
    // Fails and kills between the built binary and the C library; see its header.
    .target(name: "FaultLayer", path: "Tests/FaultLayer"),
    // A small program the terminal tests run on a pty. Not a product.
    .executableTarget(name: "TUIProbe", dependencies: ["TUI"], path: "Tests/TUIProbe"),
    // Measures the budgets; `make bench`. Not a product.
    .executableTarget(
      name: "mailconsole-bench",
      dependencies: ["Runbooks", "ClusterOps", "TestSupport"],
      path: "Benchmarks/mailconsole-bench"
    ),
    .testTarget(
      name: "TUITests",
      dependencies: ["TUI", "TestSupport", "TUIProbe"],
      exclude: ["Goldens"]
    ),
    .testTarget(name: "RunbooksTests", dependencies: ["Runbooks", "TestSupport"]),
    .testTarget(
      name: "ClusterOpsTests",
      dependencies: ["ClusterOps", "Runbooks", "TestSupport", "mailconsole"],
      exclude: ["LabAnswers"]
    ),
    .testTarget(
      name: "mailconsoleTests",
      dependencies: ["mailconsole", "Runbooks", "TestSupport"],
      exclude: ["Goldens"]
    ),
    // The built binary in tmux, by keys alone.
    .testTarget(name: "TerminalTests", dependencies: ["TestSupport", "mailconsole"]),
    // The built binary, killed and damaged.
    .testTarget(
      name: "DurabilityTests",
      dependencies: ["TestSupport", "Runbooks", "ClusterOps", "mailconsole"]
    ),
    // The built binary against the lab's real cluster; `make lab-test` turns them on.
    .testTarget(
      name: "LabTests",
      dependencies: ["ClusterOps", "Runbooks", "TestSupport", "mailconsole"]
    ),
  ],
  swiftLanguageModes: [.v6]
)

// Strictness is the same everywhere. Warnings are errors in CI only, as the
// setting would otherwise leak into a checkout used by a `path:` dependency.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),  // SE-0335
  .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
  .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]
let warningsAreErrors = Context.environment["CI"] != nil
let clang: Set<String> = [
  "CNcurses", "CYAML", "COpenSSL", "CZlib", "CExpat", "CUnix", "FaultLayer",
]
for target in package.targets where !clang.contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + strict
  if warningsAreErrors {
    target.swiftSettings?.append(.treatAllWarnings(as: .error))
  }
}
