import Synchronization

/// A value that is made when it is first asked for, and kept.
final class Memo<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)

  /// The value.
  ///
  /// - Parameter make: Makes it.
  /// - Returns: What was made by this or an earlier call.
  /// - Throws: What `make` throws.
  func value<Failure: Error>(_ make: () throws(Failure) -> Value) throws(Failure) -> Value {
    if let value = kept.withLock({ $0 }) { return value }
    let value = try make()
    kept.withLock { $0 = value }
    return value
  }
}
