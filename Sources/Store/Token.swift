/// Random names.
enum Token {
  /// Sixteen random hexadecimal digits for each word.
  static func random(words: Int = 1) -> String {
    (0..<words).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
