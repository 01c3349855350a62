/// Guesses what a mistyped word was meant to be, for the next step of an error.
public enum Spelling {
  /// Longer words are no slips of the finger, and comparing takes the product of the lengths.
  private static let longest = 64

  /// The word that differs least from a text: by one slip, or in longer texts two; nil when all
  /// differ more, or one is equal.
  ///
  /// A slip is a character too many, too few, another one, or two that changed places.
  public static func closest(to text: String, among words: some Sequence<String>) -> String? {
    guard text.utf8.count <= longest else { return nil }
    let limit = text.utf8.count < 5 ? 1 : 2
    let found = words.map { (word: $0, slips: slips(Array(text.utf8), Array($0.utf8))) }
      .min { $0.slips < $1.slips }
    guard let found, (1...limit).contains(found.slips) else { return nil }
    return found.word
  }

  /// The optimal string alignment distance.
  private static func slips(_ text: [UInt8], _ word: [UInt8]) -> Int {
    var former: [Int] = []
    var last = Array(0...word.count)
    for (row, character) in text.enumerated() {
      var line = [row + 1]
      for (column, other) in word.enumerated() {
        let replaced = last[column] + (character == other ? 0 : 1)
        var best = min(replaced, last[column + 1] + 1, line[column] + 1)
        if row > 0, column > 0, character == word[column - 1], text[row - 1] == other {
          best = min(best, former[column - 1] + 1)
        }
        line.append(best)
      }
      (former, last) = (last, line)
    }
    return last[word.count]
  }
}
