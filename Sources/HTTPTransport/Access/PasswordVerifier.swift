// Compares passwords without letting the comparison stall the server.
import NIOPosix
import Secrets
import Synchronization

/// Checks passwords against slow hashes off the threads that serve messages, four at a time.
///
/// What was right is remembered by a digest under a key of this process, 1,000 of them, so that a partner pays for the
/// slow hash once and not with every message.
final class PasswordVerifier: Sendable {
  private let key = RandomBytes.make(32)
  private let known = Mutex<Set<[UInt8]>>([])
  private let limiter = LoadLimiter(messages: 4, bytes: 0)
  private static let memory = 1000
  /// What unknown users are compared with, so that they take as long as known ones.
  private let nobody: PasswordCheck?

  /// - Parameter isSlow: whether any password is known by a slow hash.
  init(isSlow: Bool) {
    let (salt, hash) = (RandomBytes.token().prefix(32), RandomBytes.token())
    nobody =
      isSlow
      ? PasswordHash("pbkdf2-sha256$\(PasswordHash.standardRounds)$\(salt)$\(hash)").map { .hash($0) } : nil
  }

  /// Whether the password is that of one of these checks; nil where too many are being compared already.
  func matches(_ password: String, of user: String, _ checks: [PasswordCheck]) async -> Bool? {
    // The user's length goes first, so that no two pairs of user and password are the same bytes.
    let digest = SecretDigest(of: key + Array("\(user.utf8.count):\(user)\(password)".utf8)).bytes
    if !checks.isEmpty, known.withLock({ $0.contains(digest) }) { return true }
    let all = checks.isEmpty ? [nobody].compactMap { $0 } : checks
    let isRight = await limiter.admit { _ in
      (try? await NIOThreadPool.singleton.runIfActive {
        // Each is looked at, whichever is right: the time tells nothing.
        all.map { $0.matches(password) }.contains(true)
      }) ?? false
    }
    guard let isRight else { return nil }
    guard isRight, !checks.isEmpty else { return false }
    known.withLock { known in
      if known.count >= Self.memory { known.removeAll() }
      known.insert(digest)
    }
    return true
  }
}
