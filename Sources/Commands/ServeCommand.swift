public import ArgumentParser
internal import Failures
internal import Linux
internal import Logging
internal import NodeService
internal import Store
internal import SystemPackage

/// `firn serve MOUNT`.
public struct ServeCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Show a store as a Podman additional image store.",
    discussion: """
      Below MOUNT: 'self' leads each user to their own view, which Podman is configured to use \
      (firn podman-config); images/NAME has each image for other tools. Returns when the mount \
      is usable; a process stays in the background until SIGTERM or 'firn unmount'. Root serves \
      all users, an ordinary user themselves, with their private store before the site's. Of \
      several stores the first that has a name shows it. New generations appear by themselves; SIGHUP looks \
      for one at once.
      """)

  @OptionGroup var store: StoreOptions

  @Flag(help: "Stay in the foreground, as systemd wants it; SIGTERM unmounts.")
  var foreground = false

  @Flag(help: "Let other users in, where /etc/fuse.conf has user_allow_other.")
  var allowOther = false

  @Option(
    help: ArgumentHelp("Memory for decompressed blocks, in MiB.", valueName: "mib"))
  var memory: Int = 128

  @Option(
    help: ArgumentHelp(
      "Keep what is read in this directory on a disk of the node's own.", valueName: "dir"))
  var cache: String?

  @Option(
    help: ArgumentHelp(
      "How large --cache becomes: \(SizeArgument.form), at least 16M; otherwise a tenth of its "
        + "file system, at most 64G.", valueName: "size"),
    transform: SizeArgument.init(parsing:))
  var cacheSize: SizeArgument?

  @Flag(help: "Give the kernel no pages that nobody has asked for yet.")
  var noPush = false

  @Flag(help: "Use no start bundles, and record nothing of what images read when they start.")
  var noBundle = false

  @Option(
    help: ArgumentHelp("Seconds between two looks for a newer generation.", valueName: "seconds"))
  var interval: Double = 5

  @Option(
    help: ArgumentHelp(
      "How long the lease on what is read holds: \(DurationArgument.form); 0 for none; "
        + "otherwise 1d.", valueName: "time"), transform: DurationArgument.init(parsing:))
  var lease: DurationArgument = DurationArgument(seconds: 86_400)

  @Option(
    help: ArgumentHelp(
      "Offer metrics for Prometheus: 127.0.0.1:PORT, [::1]:PORT, or the absolute path of a file.",
      valueName: "address"))
  var metrics: String?

  @Option(
    help: ArgumentHelp(
      "As root: read stores, and write leases, as this account.", valueName: "account"))
  var user: String?

  @Flag(
    help: """
      Let this program take the place of the server of a mount, with the arguments that has, while \
      the mount is in use.
      """)
  var takeover = false

  @Argument(help: "The directory to mount at; otherwise 'mount' in firn.json(5).")
  var mount: String?

  /// Makes the command without values.
  public init() {}

  /// Refuses values that make no sense.
  public func validate() throws {
    guard (1...1_048_576).contains(memory) else {
      throw ValidationError("--memory is a number of MiB from 1 to 1048576.")
    }
    if let cacheSize {
      guard cache != nil else { throw ValidationError("--cache-size is the size of --cache.") }
      guard cacheSize.bytes >= StoreServer.leastDiskCacheSize else {
        throw ValidationError("--cache-size is at least 16M.")
      }
    }
    guard interval >= 0.1, interval <= 86_400 else {
      throw ValidationError("--interval is a number of seconds from 0.1 to 86400.")
    }
    _ = try metricsAddress()
    guard !takeover || isBare else {
      throw ValidationError("--takeover takes no other option: the server keeps those it has.")
    }
    guard lease.seconds == 0 || (240...Store.longestLease).contains(lease.seconds) else {
      throw ValidationError("--lease is 0, or a time from 4m to 31d.")
    }
  }

  /// Whether no option of a server was given.
  private var isBare: Bool {
    !foreground && !allowOther && !noPush && !noBundle && user == nil && metrics == nil
      && store.paths.isEmpty
      && memory == 128 && cache == nil && cacheSize == nil
      && interval == 5 && lease.seconds == 86_400
  }

  /// Serves.
  public func run() throws {
    guard let mount = try mount ?? Configuration.current().mount else {
      throw ValidationError("Missing expected argument '<mount>'")
    }
    if let link = try ServerLink() {
      return try ServeSupervision.serve(link) { try serve(mount, link) }
    }
    if takeover { return try takeOver(mount) }
    try Background.run(foreground: foreground) { ready in
      try ServeSupervision.run(at: mount, ready: ready)
    }
  }

  private func takeOver(_ mount: String) throws {
    let process = try Takeover(at: FilePath(mount)).ask(for: DetachedProcess.ownExecutable)
    Output.lines(["\(mount) is served by process \(process)"])
  }

  private func serve(_ mount: String, _ link: ServerLink) throws {
    let stores = try servedStores()
    let path = FilePath(mount)
    let account = try user.map { try serviceAccount($0) }
    // A directory that cannot be written serves as well while the mount is there. What is mounted
    // already, and waits for this server, must not be touched.
    if !link.isResumed { try? EmptyStore.prepare(path) }
    var options = StoreServer.Options()
    options.cacheSize = memory << 20
    options.diskCache = cache.map { FilePath($0) }
    options.diskCacheSize = cacheSize?.bytes
    options.pushesPages = !noPush
    if noBundle { options.starts = .off }
    options.interval = interval
    options.allowsOthers = allowOther
    options.leaseSeconds = lease.seconds
    options.purpose = "serve \(mount)"
    options.account = account
    options.version = VersionCommand.version
    options.metrics = try metricsAddress()
    options.link = link
    let server = try StoreServer(
      stores, accounts: SystemAccounts(), options: options, logger: Log.make(level: .info))
    try server.run(at: path) {}
  }

  private func metricsAddress() throws -> MetricsAddress? {
    do { return try metrics.map { try MetricsAddress(parsing: $0) } } catch {
      throw ValidationError("--metrics: \(Failure(presenting: error)).")
    }
  }

  private func servedStores() throws -> [ServedStore] {
    let paths = try StoreChoice(given: store.paths).paths
    guard paths.count <= StoreServer.mostStores else {
      throw ValidationError("A mount shows at most \(StoreServer.mostStores) stores.")
    }
    return paths.map { ServedStore(PosixDirectory(FilePath($0))) }
  }

  private func serviceAccount(_ name: String) throws -> UserAccount {
    guard effectiveUser() == 0 else {
      throw Failure(
        .permissionDenied, "only root can serve as another account",
        nextStep: "Leave out --user: what is read is read as yourself")
    }
    guard let account = UserAccount(name: name) ?? UInt32(name).flatMap({ UserAccount(uid: $0) })
    else {
      throw Failure(
        .configuration, "there is no account '\(name)' on this machine",
        nextStep: "See getent passwd \(name)")
    }
    return account
  }
}
