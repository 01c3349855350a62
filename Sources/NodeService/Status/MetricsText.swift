/// Metrics in the text format of Prometheus, version 0.0.4.
struct MetricsText {
  /// Names and values that tell samples of one metric from each other.
  typealias Labels = [(name: String, value: String)]

  /// The type of a metric.
  enum Kind: String {
    case counter, gauge, histogram
  }

  private let common: Labels
  private(set) var text = ""

  /// Begins a text.
  ///
  /// - Parameter labels: What every sample has.
  init(_ labels: Labels) { common = labels }

  /// Begins a metric; its samples follow.
  mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// Adds a sample.
  mutating func add(_ name: String, _ labels: Labels = [], _ value: String) {
    let all = (common + labels).map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
    text += "\(name){\(all.joined(separator: ","))} \(value)\n"
  }

  /// Adds the samples of a histogram.
  mutating func add(_ name: String, _ labels: Labels, _ latency: LatencyStatus?) {
    var counts: [UInt64: UInt64] = [:]
    for bucket in latency?.buckets ?? [] {
      if let limit = bucket.microseconds { counts[limit] = bucket.count }
    }
    var sum: UInt64 = 0
    for limit in LatencyStatus.limits {
      sum += counts[limit] ?? 0
      add("\(name)_bucket", labels + [("le", "\(Double(limit) / 1e6)")], "\(sum)")
    }
    add("\(name)_bucket", labels + [("le", "+Inf")], "\(latency?.count ?? 0)")
    add("\(name)_sum", labels, "\(latency?.seconds ?? 0)")
    add("\(name)_count", labels, "\(latency?.count ?? 0)")
  }

  /// A metric of one sample.
  mutating func single(
    _ name: String, _ kind: Kind, _ help: String, _ value: some CustomStringConvertible
  ) {
    begin(name, kind, help)
    add(name, [], "\(value)")
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
