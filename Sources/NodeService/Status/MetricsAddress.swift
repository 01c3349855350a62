public import Failures
public import Linux
public import SystemPackage

/// Where a server's metrics are to be had (firn-serve(1), `--metrics`).
public enum MetricsAddress: Hashable, Sendable {
  /// From a web server at an address that no other machine reaches: `GET /metrics`.
  case socket(LoopbackAddress)
  /// In a file that is written again and again.
  case file(FilePath)

  /// Reads an address: `127.0.0.1:PORT`, `[::1]:PORT`, or the absolute path of a file.
  ///
  /// - Throws: `usage` for anything else.
  public init(parsing text: String) throws(Failure) {
    if text.hasPrefix("/"), !text.hasSuffix("/") {
      self = .file(FilePath(text))
    } else if let address = LoopbackAddress(text) {
      self = .socket(address)
    } else {
      throw Failure(
        .usage, "metrics cannot be offered at '\(text)'",
        cause: "only this machine may read them, over 127.0.0.1 or ::1 or in a file",
        nextStep: "Give 127.0.0.1:PORT, [::1]:PORT, or the absolute path of a file")
    }
  }
}
