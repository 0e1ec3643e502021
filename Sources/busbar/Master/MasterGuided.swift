// busbar master exchange-meter, move-in, move-out, switch: everyday changes as sets.
import ArgumentParser
import CIMModel
import MasterData

struct MasterExchangeMeter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exchange-meter",
    abstract: "Build the set that puts another meter at a usage point.",
    discussion: """
      The new meter is made where it is not known. The set is printed, or sent with --send.

      Example:  busbar master exchange-meter --usage-point u1 --to M-18 --at 2026-11-21T10:00:00Z
      """)

  @Option(help: "The usage point: mRID or name.")
  var usagePoint: ObjectArgument

  @Option(help: "The meter that goes, where several hang there.")
  var from: ObjectArgument?

  @Option(help: "The meter that comes.")
  var to: ObjectArgument

  @OptionGroup var sending: MasterSending

  func run() async throws {
    try await sending.run { [usagePoint, from, to] view, time in
      try GuidedChange(view: view, at: time).exchangeMeter(
        at: try usagePoint.key(.usagePoint, in: view), from: try from?.key(.meter, in: view),
        to: try to.key(.meter, in: view))
    }
  }
}

struct MasterMoveIn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move-in",
    abstract: "Build the set that gives a customer an agreement for a usage point.",
    discussion: """
      Customer and agreement are made where they are not known.

      Example:  busbar master move-in --usage-point u1 --customer c2 --agreement g2 --at 2026-12-01T00:00:00Z
      """)

  @Option(help: "The usage point: mRID or name.")
  var usagePoint: ObjectArgument

  @Option(help: "The customer.")
  var customer: ObjectArgument

  @Option(help: "The agreement.")
  var agreement: ObjectArgument

  @OptionGroup var sending: MasterSending

  func run() async throws {
    try await sending.run { [usagePoint, customer, agreement] view, time in
      try GuidedChange(view: view, at: time).moveIn(
        try customer.key(.customer, in: view), agreement: try agreement.key(.customerAgreement, in: view),
        at: try usagePoint.key(.usagePoint, in: view))
    }
  }
}

struct MasterMoveOut: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move-out",
    abstract: "Build the set that ends the agreements for a usage point.",
    discussion: "Example:  busbar master move-out --usage-point u1 --at 2026-11-30T23:00:00Z")

  @Option(help: "The usage point: mRID or name.")
  var usagePoint: ObjectArgument

  @OptionGroup var sending: MasterSending

  func run() async throws {
    try await sending.run { [usagePoint] view, time in
      try GuidedChange(view: view, at: time).moveOut(of: try usagePoint.key(.usagePoint, in: view))
    }
  }
}

struct MasterSwitch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switch",
    abstract: "Build the set that gives a usage point another supplier.",
    discussion: "Example:  busbar master switch --usage-point u1 --supplier s2 --at 2026-12-01T00:00:00Z")

  @Option(help: "The usage point: mRID or name.")
  var usagePoint: ObjectArgument

  @Option(help: "The supplier that comes.")
  var supplier: ObjectArgument

  @OptionGroup var sending: MasterSending

  func run() async throws {
    try await sending.run { [usagePoint, supplier] view, time in
      try GuidedChange(view: view, at: time).switchSupplier(
        of: try usagePoint.key(.usagePoint, in: view), to: try supplier.key(.serviceSupplier, in: view))
    }
  }
}
