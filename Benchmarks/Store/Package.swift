// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// With a server to measure: `POSTGRESQL=1 Benchmarks/Store/run` sets it.
let hasPostgreSQL = Context.environment["BUSBAR_POSTGRESQL"] != nil

let package = Package(
  name: "store-benchmark",
  dependencies: [
    .package(name: "busbar", path: "../..", traits: hasPostgreSQL ? ["PostgreSQL"] : []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .executableTarget(
      name: "store-benchmark",
      dependencies: [
        .product(name: "CIMCodec", package: "busbar"), .product(name: "IECMessage", package: "busbar"),
        .product(name: "MeterStore", package: "busbar"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: settings + (hasPostgreSQL ? [.define("PostgreSQL")] : []))
  ],
  swiftLanguageModes: [.v6]
)
