// One deadline after another, without a timer for each.
import NIOCore

/// A deadline on an event loop that is moved far more often than it passes: a timer is set only where none rings before.
///
/// To be used on the event loop of the context alone.
final class Watch {
  private var due: NIODeadline?
  private var alarm: Scheduled<Void>?
  private var alarmTime = NIODeadline.distantFuture
  private var action: (() -> Void)?

  /// Calls `action` after so long, unless it is told otherwise before.
  func start(_ time: TimeAmount, _ context: ChannelHandlerContext, _ action: @escaping () -> Void) {
    let due = NIODeadline.now() + time
    self.due = due
    self.action = action
    guard alarm == nil || due < alarmTime else { return }
    alarm?.cancel()
    set(due, context)
  }

  /// Forgets the deadline.
  func rest() {
    due = nil
    action = nil
  }

  func cancel() {
    rest()
    alarm?.cancel()
    alarm = nil
  }

  private func set(_ time: NIODeadline, _ context: ChannelHandlerContext) {
    alarmTime = time
    alarm = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in ring(context) }
  }

  private func ring(_ context: ChannelHandlerContext) {
    alarm = nil
    guard let due else { return }
    guard due <= .now() else { return set(due, context) }
    let action = action
    rest()
    action?()
  }
}
