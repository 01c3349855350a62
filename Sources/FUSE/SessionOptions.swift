/// How a session serves requests and what it asks of the kernel.
public struct SessionOptions: Hashable, Sendable {
  /// Who answers requests.
  public enum Threads: Hashable, Sendable {
    /// One thread, one request after the other.
    case one
    /// A pool that grows with the load.
    ///
    /// - Parameters:
    ///   - limit: the most threads there are, unless all of them hang for a while: then there are
    ///     more, up to 512, so that a dead file server stops nothing but what needs it.
    ///   - idle: how many threads without work are kept.
    ///   - clonedDescriptors: whether each thread has its own channel to the kernel (`clone_fd`);
    ///     not for a session with a record, and there are no more threads than the limit then.
    case pool(limit: Int, idle: Int, clonedDescriptors: Bool)
  }

  /// Who answers requests.
  public var threads = Threads.pool(limit: 16, idle: 8, clonedDescriptors: false)
  /// The longest read the kernel may ask for, in bytes; at most 1 MiB with stock kernels.
  public var maxRead = 1 << 20
  /// The kernel's readahead in bytes.
  ///
  /// More than 128 KiB takes effect only when root mounts.
  public var maxReadahead = 1 << 20
  /// How many readahead requests may be waiting for answers, counted over all users: when so many
  /// hang on a dead file server, nobody gets pages that are not in the kernel already.
  public var maxBackground = 480
  /// Whether listings bring attributes along only where the kernel expects them to be asked for.
  ///
  /// False brings them always: better where most listings are followed by stat(2) of everything.
  public var adaptiveListing = true

  /// How many bytes that file systems offer beside those that were read may wait for their way
  /// into the kernel's page cache (`FUSE_NOTIFY_STORE`); 0 keeps them all out.
  public var pushLimit = 8 << 20

  /// Makes the defaults.
  public init() {}
}
