// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "master-benchmark",
  dependencies: [.package(name: "busbar", path: "../..")],
  targets: [
    .executableTarget(
      name: "master-benchmark",
      dependencies: [
        .product(name: "MasterData", package: "busbar"), .product(name: "IECMessage", package: "busbar"),
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
