internal import Failures
internal import NodeService

/// The status of a server for people: whether all is well, then what it has done.
struct StatusText {
  private let server: FoundServer

  init(_ server: FoundServer) { self.server = server }

  /// The lines; only those that say something.
  var lines: [String] {
    let problems = server.problems
    let verdict =
      problems.isEmpty
      ? "all is well" : problems.count == 1 ? "1 problem" : "\(problems.count) problems"
    var lines = ["\(server.mount): \(verdict)"] + problems.map { "  ! \($0)" }
    switch server {
    case .answer(let status): lines += Self.details(status)
    case .silence(let error): lines += error.failure.nextStep.map { ["  next: \($0)"] } ?? []
    }
    return lines.map(Program.printable)
  }

  private static func details(_ status: ServerStatus) -> [String] {
    var rows = [
      (
        "server",
        "firn \(status.command) \(status.version), process \(status.pid) of user \(status.user), "
          + "for \(duration(status.uptime))"
      )
    ]
    for store in status.stores { rows += self.store(store).map { ("store", $0) } }
    if let cache = status.cache { rows.append(("cache", self.cache(cache))) }
    if let disk = status.diskCache { rows.append(("disk", self.disk(disk))) }
    rows += requests(status.requests).map { ("kernel", $0) }
    if status.pushes.pushed > 0 {
      rows.append(
        ("pushed", "\(status.pushes.pushed) pieces, \(Output.bytes(status.pushes.bytes))"))
    }
    if status.bundles.count > 0 { rows.append(("bundles", bundles(status.bundles))) }
    rows += status.starts.prefix(3).map { ("start", start($0)) }
    return rows.enumerated().map { place, row in
      let isNew = place == 0 || rows[place - 1].0 != row.0
      let title = isNew ? row.0 : ""
      return "  " + title + String(repeating: " ", count: 8 - title.count) + row.1
    }
  }

  private static func store(_ store: StoreStatus) -> [String] {
    var first = store.directory
    if let generation = store.generation { first += ", generation \(generation)" }
    first += ", \(count(UInt64(store.images), "image"))"
    if let lease = store.lease { first += ", \(self.lease(lease))" }
    var second =
      "\(count(store.reads, "read")) (\(Output.bytes(store.readBytes))), "
      + "\(count(store.opens, "open")), \(count(store.roundTrips, "round trip"))"
    if let times = times(store.readLatency) { second += "; reads: \(times)" }
    let bad = [
      (store.failures, "failed"), (store.retries, "read again"), (store.losses, "lost"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return [first, second] + (bad.isEmpty ? [] : [bad.joined(separator: ", ")])
  }

  private static func lease(_ lease: LeaseStatus) -> String {
    switch lease.state {
    case .held: "lease until \(lease.expires ?? "?")"
    case .none: "no lease wanted"
    case .waiting: "no lease yet"
    case .refused: "may hold no lease"
    case .failing: "lease failing"
    }
  }

  private static func cache(_ cache: CacheStatus) -> String {
    let asked = cache.hits + cache.misses
    let share = asked == 0 ? "" : ", \(cache.hits * 100 / asked) % of \(asked) found"
    return "\(Output.bytes(cache.bytes)) of \(Output.bytes(cache.limit))\(share)"
  }

  private static func disk(_ disk: DiskCacheStatus) -> String {
    let asked = disk.hits + disk.misses
    let share = asked == 0 ? "" : ", \(disk.hits * 100 / asked) % of \(asked) found"
    let bad = disk.bad == 0 ? "" : ", \(disk.bad) damaged"
    return "\(disk.directory): \(Output.bytes(disk.bytes)) of \(Output.bytes(disk.limit))"
      + share + bad
  }

  private static func bundles(_ bundles: StartCounts) -> String {
    let rest = [
      (bundles.late, "reads before their pages were pushed"),
      (bundles.missed, "reads of other pages"),
      (bundles.leftOut, "left out"), (bundles.failed, "failed"),
    ].filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }
    return "\(bundles.count) read (\(Output.bytes(bundles.bytes))), "
      + "\(Output.bytes(bundles.pushedBytes)) pushed" + rest.joined()
  }

  private static func requests(_ requests: RequestStatus) -> [String] {
    let kinds = requests.kinds.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      .map { "\($0.key) \($0.value.count)" }
    var lines = ["\(count(requests.count, "request"))"]
    if !kinds.isEmpty { lines[0] += ": \(kinds.joined(separator: ", "))" }
    if let reads = requests.kinds["read"], let times = times(reads) {
      lines.append("\(Output.bytes(requests.readBytes)) read; reads: \(times)")
    }
    if requests.failures > 0 { lines.append("\(requests.failures) answered with EIO") }
    return lines
  }

  private static func start(_ start: StartStatus) -> String {
    "\(start.image ?? "(an image that is not for everybody)") at \(start.time): "
      + "\(count(start.reads, "read")) (\(Output.bytes(start.readBytes))), "
      + "\(count(start.opens, "open"))"
      + (start.seconds < 60 ? ", since \(Int(start.seconds)) s" : "")
  }

  /// What is known of how long something took.
  private static func times(_ latency: LatencyStatus) -> String? {
    guard latency.count > 0 else { return nil }
    func limit(_ seconds: Double?) -> String { seconds.map { "≤ \(time($0))" } ?? "> 33 s" }
    return "half \(limit(latency.median)), 99 % \(limit(latency.p99))"
  }

  private static func count(_ count: UInt64, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  /// A short time: the limit of a bucket.
  static func time(_ seconds: Double) -> String {
    if seconds < 0.001 { return "\(Int((seconds * 1e6).rounded())) µs" }
    if seconds < 1 { return "\(Output.fixed(seconds * 1e3, seconds < 0.01 ? 1 : 0)) ms" }
    return "\(Output.fixed(seconds, 1)) s"
  }

  /// A long time in its two largest units.
  static func duration(_ seconds: Double) -> String {
    let total = UInt64(max(0, seconds))
    let units: [(UInt64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
    guard let first = units.firstIndex(where: { total >= $0.0 }) else { return "0 s" }
    let (size, name) = units[first]
    let rest = first + 1 < units.count ? total % size / units[first + 1].0 : 0
    return "\(total / size) \(name)" + (rest > 0 ? " \(rest) \(units[first + 1].1)" : "")
  }
}
