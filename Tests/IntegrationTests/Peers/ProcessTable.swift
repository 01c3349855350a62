import Glibc

/// The processes of this machine.
enum ProcessTable {
  /// Processes whose command line names a path or something below it; not this one.
  static func naming(_ path: String) -> [pid_t] {
    guard let names = try? list("/proc") else { return [] }
    return names.compactMap { pid_t($0) }.filter { process in
      guard process != getpid(), let line = try? readFile("/proc/\(process)/cmdline") else {
        return false
      }
      return line.split(separator: 0).contains { word in
        String(decoding: word, as: UTF8.self).contains(path)
      }
    }
  }

  /// Whether a process is there; one that has ended and is not waited for does not count.
  static func isAlive(_ process: pid_t) -> Bool {
    guard let line = try? readText("/proc/\(process)/stat"),
      let state = line.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
  }

  /// Ends a process that is not our child; kills it when it does not follow.
  static func end(_ process: pid_t, with signal: Int32 = SIGTERM, within seconds: Double) -> Bool {
    kill(process, signal)
    if eventually(within: seconds, { !isAlive(process) }) { return true }
    kill(process, SIGKILL)
    return false
  }
}
