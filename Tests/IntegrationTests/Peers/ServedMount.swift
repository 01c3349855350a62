import Glibc
import Testing

/// A `firn serve` in the background; ended with the last reference if not before.
final class ServedMount: Sendable {
  let point: String
  let firn: Firn

  /// Serves a store at a directory, which is made if need be.
  ///
  /// - Parameter prefix: A program that runs the command, such as `unshare`.
  init(_ firn: Firn, at point: String, through prefix: [String] = []) throws {
    self.point = point
    self.firn = firn
    try output("mkdir", "-p", point)
    if let user = firn.user { chown(point, user.uid, user.gid) }
    var command = try firn.command("serve", point)
    if !prefix.isEmpty {
      command.arguments = prefix + command.words
      command.user = nil
    }
    command.timeout = 30
    try command.succeed()
    guard try !MountTable.below(point).isEmpty else {
      throw SystemFailure("serve returned without a mount at \(point)", ENOTCONN)
    }
  }

  /// The processes that serve: the supervisor, and the server.
  var processes: [pid_t] { ProcessTable.naming(point) }

  /// The process that answers requests.
  var server: pid_t? { servers.first }

  /// The children of the supervisor: while another takes over there are two.
  var servers: [pid_t] {
    let all = processes
    return all.filter { process in
      let status = (try? readText("/proc/\(process)/stat")) ?? ""
      let fields = status.split(separator: ")").last?.split(separator: " ") ?? []
      return fields.count > 1 && all.contains(pid_t(fields[1]) ?? 0)
    }
  }

  /// Asks the server to end; says whether it did, and unmounted.
  @discardableResult
  func end(within seconds: Double = 15) -> Bool {
    for process in processes { kill(process, SIGTERM) }
    return eventually(within: seconds) { isGone }
  }

  /// Whether neither process nor mount is left.
  var isGone: Bool {
    processes.isEmpty && ((try? MountTable.below(point).isEmpty) ?? false)
  }

  /// Waits until the server has ended after its mount was taken away by others.
  ///
  /// A server that is still seen in another mount namespace may go on.
  func endsUnmounted() throws -> Bool {
    try #require(try MountTable.below(point).isEmpty, "still mounted at \(point)")
    return eventually(within: 10) { processes.isEmpty || MountTable.isKept(point) }
  }

  deinit {
    if isGone { return }
    if !end() {
      for process in processes { kill(process, SIGKILL) }
      MountTable.detachAll(below: point)
    }
  }

  /// The directory of an image's root file system.
  func root(_ name: String) -> String { "\(point)/images/\(name)/root" }
}
