/// A strict reader of Prometheus' text format, version 0.0.4: it throws on whatever a server would
/// refuse or a convention forbids.
struct PrometheusParser {
  struct Sample: Equatable {
    var name: String
    var labels: [String: String]
    var value: Double
  }

  struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ text: String, _ line: Substring) { description = "\(text): \(line)" }
  }

  private(set) var types: [String: String] = [:]
  private(set) var helps: [String: String] = [:]
  private(set) var samples: [Sample] = []
  private var current = ""

  init(_ text: String) throws {
    guard text.isEmpty || text.hasSuffix("\n") else { throw Problem("no newline", text[...]) }
    for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
      if line.hasPrefix("# HELP ") {
        try help(line)
      } else if line.hasPrefix("# TYPE ") {
        try type(line)
      } else {
        try sample(line)
      }
    }
    try checkHistograms()
  }

  /// The value of the one sample of a name with these labels among others.
  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    let found = samples.filter { sample in
      sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
    }
    return found.count == 1 ? found[0].value : nil
  }

  private mutating func help(_ line: Substring) throws {
    let words = line.split(separator: " ", maxSplits: 3)
    guard words.count == 4, Self.isName(words[2]) else { throw Problem("help", line) }
    guard helps.updateValue(String(words[3]), forKey: String(words[2])) == nil else {
      throw Problem("a second help", line)
    }
  }

  private mutating func type(_ line: Substring) throws {
    let words = line.split(separator: " ")
    guard words.count == 4, ["counter", "gauge", "histogram"].contains(words[3]) else {
      throw Problem("type", line)
    }
    let name = String(words[2])
    guard helps[name] != nil else { throw Problem("no help before", line) }
    guard types.updateValue(String(words[3]), forKey: name) == nil else {
      throw Problem("a second type", line)
    }
    guard (words[3] == "counter") == name.hasSuffix("_total") else {
      throw Problem("a counter, and nothing else, ends in _total", line)
    }
    current = name
  }

  private mutating func sample(_ line: Substring) throws {
    guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}") else {
      throw Problem("a sample has labels here", line)
    }
    let name = String(line[..<open])
    let suffixes = types[current] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
    guard suffixes.contains(where: { name == current + $0 }) else {
      throw Problem("a sample of another metric than \(current)", line)
    }
    let labels = try Self.labels(line[line.index(after: open)..<close], line)
    let rest = line[line.index(after: close)...]
    guard rest.hasPrefix(" "), let value = Double(rest.dropFirst()) else {
      throw Problem("value", line)
    }
    let sample = Sample(name: name, labels: labels, value: value)
    guard !samples.contains(where: { $0.name == name && $0.labels == labels }) else {
      throw Problem("the same sample twice", line)
    }
    samples.append(sample)
  }

  private static func isName(_ name: Substring) -> Bool {
    guard let first = name.first, first.isASCII, first.isLetter || first == "_" else {
      return false
    }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private static func labels(_ text: Substring, _ line: Substring) throws -> [String: String] {
    var labels: [String: String] = [:]
    var rest = text
    while !rest.isEmpty {
      guard let equals = rest.firstIndex(of: "="), isName(rest[..<equals]) else {
        throw Problem("label", line)
      }
      let name = String(rest[..<equals])
      rest = rest[equals...].dropFirst()
      guard rest.popFirst() == "\"" else { throw Problem("quote", line) }
      var value = ""
      while true {
        guard let character = rest.popFirst() else { throw Problem("no end of a value", line) }
        if character == "\"" { break }
        guard character == "\\" else {
          value.append(character)
          continue
        }
        switch rest.popFirst() {
        case "n": value.append("\n")
        case "\\": value.append("\\")
        case "\"": value.append("\"")
        default: throw Problem("escape", line)
        }
      }
      guard labels.updateValue(value, forKey: name) == nil else { throw Problem("twice", line) }
      guard rest.isEmpty || rest.popFirst() == "," else { throw Problem("comma", line) }
    }
    return labels
  }

  /// Buckets rise with their limits, the last is infinity, and that is the count.
  private func checkHistograms() throws {
    for (name, type) in types where type == "histogram" {
      var series: [[String: String]: [(limit: Double, count: Double)]] = [:]
      for sample in samples where sample.name == name + "_bucket" {
        var labels = sample.labels
        guard let text = labels.removeValue(forKey: "le"),
          let limit = text == "+Inf" ? .infinity : Double(text)
        else { throw Problem("le", sample.name[...]) }
        series[labels, default: []].append((limit, sample.value))
      }
      for (labels, buckets) in series {
        for (one, two) in zip(buckets, buckets.dropFirst())
        where one.limit >= two.limit || one.count > two.count {
          throw Problem("buckets do not rise", name[...])
        }
        guard buckets.last?.limit == .infinity,
          value(name + "_count", labels) == buckets.last?.count,
          value(name + "_sum", labels) != nil
        else { throw Problem("count, sum and last bucket", name[...]) }
      }
    }
  }
}
