// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "codes-benchmark",
  dependencies: [.package(name: "busbar", path: "../..")],
  targets: [
    .executableTarget(name: "codes-benchmark", dependencies: [.product(name: "CIMCodes", package: "busbar")])
  ],
  swiftLanguageModes: [.v6]
)
