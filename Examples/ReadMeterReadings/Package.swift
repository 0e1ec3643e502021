// swift-tools-version: 6.2
import PackageDescription

// Only what Part9 stands on is compiled; the packages that the server needs are fetched, not built.
let package = Package(
  name: "ReadMeterReadings",
  dependencies: [.package(name: "busbar", path: "../..")],
  targets: [
    .executableTarget(name: "ReadMeterReadings", dependencies: [.product(name: "Part9", package: "busbar")])
  ]
)
