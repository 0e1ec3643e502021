// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "store-benchmark",
  dependencies: [
    .package(name: "busbar", path: "../.."), .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .executableTarget(
      name: "store-benchmark",
      dependencies: [
        .product(name: "CIMCodec", package: "busbar"), .product(name: "IECMessage", package: "busbar"),
        .product(name: "MeterStore", package: "busbar"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: settings)
  ],
  swiftLanguageModes: [.v6]
)
