import Glibc

/// What all suites of one run share; it goes when the process ends.
enum TestRun {
  /// The directory of the run, removed at the end with all in it and all that uses it.
  static let scratch: Scratch = {
    do {
      let scratch = try Scratch("run")
      atexit { TestRun.scratch.remove() }
      return scratch
    } catch {
      fatalError("no test can run: \(error)")
    }
  }()

  /// A registry with the images of ``Images`` pushed on demand.
  static let registry = Lazy { try Registry(in: scratch.directory("registry")) }
}

/// A value that is made on the first use; a failure to make it is remembered and thrown again.
final class Lazy<Value: Sendable>: Sendable {
  private let storage: Storage

  private final class Storage: @unchecked Sendable {
    private var mutex = pthread_mutex_t()
    private var result: Result<Value, any Error>?
    private let make: @Sendable () throws -> Value

    init(_ make: @escaping @Sendable () throws -> Value) {
      self.make = make
      pthread_mutex_init(&mutex, nil)
    }

    func get() throws -> Value {
      pthread_mutex_lock(&mutex)
      defer { pthread_mutex_unlock(&mutex) }
      if let result { return try result.get() }
      let made = Result { try make() }
      result = made
      return try made.get()
    }
  }

  init(_ make: @escaping @Sendable () throws -> Value) { storage = Storage(make) }

  /// The value; the first caller makes it while others wait.
  var value: Value { get throws { try storage.get() } }
}
