// swift-tools-version: 6.2
import PackageDescription

// CI builds with warnings as errors; a user's newer compiler may know warnings that this one does not.
let isStrict = Context.environment["BUSBAR_STRICT"] != nil
let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

func target(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// The typed views of each part: what `cimgen` writes out of Profiles/<part>, a module and a product of its own.
let parts = ["Part3", "Part4", "Part5", "Part6", "Part8", "Part9"]

let package = Package(
  name: "busbar",
  products: [
    .executable(name: "busbar", targets: ["busbar"]),
    .library(name: "CIMCodes", targets: ["CIMCodes"]),
    .library(name: "CIMCodec", targets: ["CIMCodec", "CIMModel", "CIMSchema", "XMLPull"]),
    .library(name: "CIMJSON", targets: ["CIMJSON", "CIMCodec", "CIMModel", "CIMSchema"]),
    .library(
      name: "MeterStore",
      targets: [
        "LocalTime", "MeterIngest", "MeterQuery", "MeterStore", "PostgreSQLMeterStore", "SQLiteMeterStore", "VEE",
        "CIMModel",
      ]),
    .library(name: "IECMessage", targets: ["IECMessage", "CIMProfiles"]),
    .library(name: "MasterData", targets: ["MasterData", "SQLiteMasterData", "CIMModel"]),
    .library(name: "MessageBus", targets: ["MessageBus"]),
  ]
    + parts.map { .library(name: $0, targets: [$0, "TypedViews", "CIMCodec", "CIMModel", "CIMProfiles"]) },
  traits: [
    // Off unless asked for: each needs a library of the system.
    .trait(name: "PostgreSQL", description: "The store of readings in PostgreSQL; needs libpq-dev."),
    .trait(name: "Zstd", description: "busbar reads files packed with zstd; needs libzstd-dev."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // The drawing in docs/tour.md, from the ground up; scripts/check-layout holds the two together.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    target("Compression", ["CZlib", .target(name: "CZstd", condition: .when(traits: ["Zstd"]))]),
    target("SQLiteAccess", [.product(name: "GRDBSQLite", package: "GRDB.swift")]),
    target("XMLPull"),
    target("CIMModel"),
    target("TerminalDrawing"),
    target(
      "Secrets",
      [.product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto")]),
    target("CIMCodes", ["CIMModel"]),
    target("CIMSchema", ["XMLPull"]),
    target("MeterSimulator", ["CIMModel"]),
    target("LocalTime", ["CIMModel"]),
    target("MeterStore", ["CIMModel", "LocalTime"]),
    target(
      "SQLiteMeterStore",
      [
        "CIMModel", "LocalTime", "MeterStore", "SQLiteAccess", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .systemLibrary(name: "CPostgreSQL", providers: [.apt(["libpq-dev"])]),
    target(
      "PostgreSQLMeterStore",
      ["CIMModel", "LocalTime", "MeterStore", .target(name: "CPostgreSQL", condition: .when(traits: ["PostgreSQL"]))]),
    target("CIMCodec", ["CIMModel", "CIMSchema", "XMLPull"]),
    target("MeterIngest", ["CIMCodec", "CIMCodes", "CIMModel", "CIMSchema", "LocalTime", "MeterStore", "XMLPull"]),
    target("MeterQuery", ["CIMCodes", "CIMModel", "LocalTime", "MeterStore"]),
    target("VEE", ["CIMCodes", "CIMModel", "LocalTime", "MeterStore"]),
    target("CIMProfiles", ["CIMCodec", "CIMSchema", "XMLPull"]),
    target("CIMJSON", ["CIMCodec", "CIMModel", "CIMSchema", "XMLPull"]),
    target("CIMExport", ["CIMJSON", "CIMProfiles", "CIMSchema", "XMLPull"]),
    target("CIMGenerator", ["CIMProfiles", "CIMSchema"]),
    target("TypedViews", ["CIMCodec", "CIMModel", "CIMProfiles"]),
    .executableTarget(name: "cimgen", dependencies: ["CIMGenerator", "CIMProfiles"], swiftSettings: settings),
    target("IECMessage", ["CIMCodec", "CIMModel", "CIMProfiles", "CIMSchema", "XMLPull"]),
    target("Dialects", ["CIMCodec", "CIMModel", "CIMProfiles", "CIMSchema", "IECMessage", "LocalTime", "XMLPull"]),
    target("MessageBus", ["CIMModel", "IECMessage", logging]),
    target(
      "Catalogue",
      [
        "CIMCodec", "CIMExport", "CIMJSON", "CIMModel", "CIMProfiles", "CIMSchema", "IECMessage", "MessageBus",
        "TerminalDrawing",
      ]),
    target("MasterData", ["CIMCodes", "CIMModel", "CIMProfiles", "CIMSchema", "IECMessage"]),
    target("SemanticRules", ["CIMCodes", "CIMModel", "IECMessage"]),
    target(
      "SQLiteJournal",
      [
        "CIMModel", "IECMessage", "MessageBus", "SQLiteAccess", "XMLPull",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    target(
      "SQLiteMasterData",
      ["CIMModel", "IECMessage", "MasterData", "SQLiteAccess", .product(name: "GRDBSQLite", package: "GRDB.swift")]),
    target(
      "ConfigurationFile",
      ["CIMModel", "Dialects", "IECMessage", "LocalTime", "Secrets", .product(name: "Yams", package: "Yams")]),
    target(
      "HTTPTransport",
      [
        "Catalogue", "CIMCodec", "CIMExport", "CIMModel", "Compression", "Dialects", "IECMessage", "MessageBus",
        "Secrets",
        asyncHTTPClient,
        lifecycle,
        logging, nioCore, nioPosix, nioSSL,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ]),
    target(
      "Components",
      [
        "CIMModel", "IECMessage", "LocalTime", "MasterData", "MessageBus", "MeterIngest", "MeterQuery",
        "MeterSimulator", "MeterStore", "VEE", logging,
      ]),
    target(
      "Scenarios",
      [
        "CIMCodec", "CIMModel", "CIMProfiles", "Components", "IECMessage", "MessageBus", "MeterSimulator",
        "SemanticRules", logging, .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "busbar",
      dependencies: [
        "CIMCodec", "CIMCodes", "CIMExport", "CIMJSON", "CIMModel", "CIMProfiles", "CIMSchema", "Components",
        "Catalogue", "Compression", "ConfigurationFile", "Dialects", "HTTPTransport",
        "IECMessage", "LocalTime", "MasterData", "MessageBus", "MeterIngest", "MeterQuery", "MeterSimulator",
        "MeterStore",
        "PostgreSQLMeterStore",
        "SQLiteJournal", "SQLiteMasterData", "SQLiteMeterStore", "Scenarios", "Secrets", "SemanticRules",
        "TerminalDrawing", "VEE",
        "XMLPull",
        asyncHTTPClient, lifecycle, logging, nioCore, nioSSL,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),

    tests("XMLPull", ["XMLPull"]),
    tests("CIMModel", ["CIMModel"]),
    tests("CIMCodes", ["CIMCodes"]),
    tests("Secrets", ["Secrets"]),
    tests("TerminalDrawing", ["TerminalDrawing"], exclude: ["Fixtures"]),
    tests("CIMSchema", ["CIMSchema"]),
    tests("MeterSimulator", ["CIMModel", "MeterSimulator"]),
    tests("LocalTime", ["CIMModel", "LocalTime"]),
    tests("MeterStore", ["CIMModel", "MeterStore"]),
    tests(
      "SQLiteMeterStore",
      [
        "CIMModel", "LocalTime", "MeterStore", "PostgreSQLMeterStore", "SQLiteMeterStore",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("MeterIngest", ["CIMModel", "CIMProfiles", "LocalTime", "MeterIngest", "MeterStore"]),
    tests("VEE", ["CIMModel", "LocalTime", "MeterStore", "VEE"]),
    tests(
      "MeterQuery",
      ["CIMCodes", "CIMModel", "CIMProfiles", "LocalTime", "MeterIngest", "MeterQuery", "MeterStore"]),
    tests("CIMCodec", ["CIMCodec", "CIMModel", "CIMProfiles", "CIMSchema"]),
    tests("CIMProfiles", ["CIMCodec", "CIMProfiles", "CIMSchema", "IECMessage"], exclude: ["Fixtures"]),
    tests("Compression", ["Compression"], exclude: ["Fixtures"]),
    tests(
      "TypedViews",
      ["CIMCodec", "CIMGenerator", "CIMModel", "CIMProfiles", "CIMSchema", "TypedViews"]
        + parts.map { .target(name: $0) }),
    tests(
      "Walkthrough",
      [
        "CIMCodec", "CIMExport", "CIMGenerator", "CIMJSON", "CIMModel", "CIMProfiles", "CIMSchema", "IECMessage",
        "SemanticRules",
      ]),
    tests("CIMJSON", ["CIMCodec", "CIMJSON", "CIMModel", "CIMProfiles", "CIMSchema"]),
    tests("CIMExport", ["CIMExport", "CIMProfiles", "CIMSchema"]),
    tests(
      "Catalogue",
      [
        "CIMCodec", "CIMCodes", "CIMExport", "CIMModel", "CIMProfiles", "CIMSchema", "Catalogue", "Components",
        "IECMessage", "MasterData", "MessageBus", "Scenarios", "SemanticRules", "TerminalDrawing", logging,
      ]),
    tests("IECMessage", ["CIMCodec", "CIMModel", "CIMProfiles", "CIMSchema", "IECMessage"], exclude: ["Fixtures"]),
    tests(
      "Dialects", ["CIMCodec", "CIMModel", "CIMProfiles", "Dialects", "IECMessage", "LocalTime"], exclude: ["Fixtures"]),
    tests("MessageBus", ["CIMModel", "IECMessage", "MessageBus", "SQLiteJournal", logging]),
    tests(
      "MasterData",
      [
        "CIMCodec", "CIMModel", "CIMProfiles", "CIMSchema", "Dialects", "IECMessage", "MasterData", "SQLiteAccess",
        "SQLiteMasterData",
      ]),
    tests("SemanticRules", ["CIMCodec", "CIMCodes", "CIMModel", "CIMProfiles", "IECMessage", "SemanticRules"]),
    tests(
      "SQLiteJournal",
      [
        "CIMModel", "IECMessage", "MessageBus", "SQLiteAccess", "SQLiteJournal",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("ConfigurationFile", ["ConfigurationFile", "Dialects", "IECMessage", "Secrets"]),
    tests(
      "HTTPTransport",
      [
        "Catalogue", "CIMCodec", "CIMExport", "CIMModel", "CIMProfiles", "Compression", "HTTPTransport", "IECMessage",
        "MessageBus", "Secrets", lifecycle, logging, nioCore, nioPosix,
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ]),
    tests(
      "Components",
      [
        "CIMModel", "Components", "IECMessage", "MasterData", "MessageBus", "MeterIngest", "MeterQuery",
        "LocalTime", "MeterSimulator", "MeterStore", logging,
      ]),
    tests(
      "Scenarios",
      ["CIMModel", "Components", "IECMessage", "MessageBus", "Scenarios", "SemanticRules", logging]),
  ]
    + parts.map { target($0, ["CIMModel", "TypedViews"]) },
  swiftLanguageModes: [.v6]
)
