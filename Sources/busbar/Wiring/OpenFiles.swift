// How many files and connections the process may have open.
import Foundation

enum OpenFiles {
  /// More than the connections and files of any configuration.
  private static let wanted: rlim_t = 65_536

  /// Raises the soft limit, which is 1,024 where nobody has set it, as far as the system lets us.
  static func raiseLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < wanted else { return }
    limit.rlim_cur = min(wanted, limit.rlim_max)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
