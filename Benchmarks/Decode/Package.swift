// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "decode-benchmark",
  dependencies: [.package(name: "busbar", path: "../..")],
  targets: [
    .executableTarget(
      name: "decode-benchmark",
      dependencies: [
        .product(name: "CIMCodec", package: "busbar"), .product(name: "IECMessage", package: "busbar"),
      ],
      swiftSettings: settings),
    .executableTarget(name: "generate-readings", swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
