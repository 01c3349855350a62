/// A moment as HTTP writes it (RFC 9110, section 5.6.7), in seconds since the epoch.
///
/// Read are the form that is sent and the two that must still be understood:
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`.
enum HTTPDate {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Reads a date; nil where it is none.
  static func seconds(_ text: String) -> Int64? {
    let words = text.lowercased().split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
    guard words.count >= 5 else { return nil }
    // asctime(3) has the month before the day and the year at the end.
    let isAsctime = months.contains(words[1])
    let (day, month, year, time) =
      isAsctime
      ? (words[2], words[1], words[4], words[3]) : (words[1], words[2], words[3], words[4])
    guard words.count == (isAsctime ? 5 : 6), isAsctime || words[5] == "gmt",
      let day = number(day, 1...31), let month = months.firstIndex(of: month),
      let year = fullYear(year), let time = secondsOfDay(time)
    else { return nil }
    return daysSinceEpoch(year: year, month: Int64(month) + 1, day: day) * 86_400 + time
  }

  private static func number(_ text: some StringProtocol, _ range: ClosedRange<Int64>) -> Int64? {
    guard text.utf8.count <= 4, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(text), range.contains(number)
    else { return nil }
    return number
  }

  /// Two digits are of the century in which they are at most fifty years ahead, which until 2050
  /// is that of 2000 up to 69.
  private static func fullYear(_ text: String) -> Int64? {
    guard text.utf8.count == 2 else { return number(text, 1970...9999) }
    return number(text, 0...99).map { $0 < 70 ? 2000 + $0 : 1900 + $0 }
  }

  private static func secondsOfDay(_ text: String) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hours = number(parts[0], 0...23),
      let minutes = number(parts[1], 0...59), let seconds = number(parts[2], 0...60)
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }

  /// Days of the Gregorian calendar from 1970-01-01 on: years begin in March, so that the leap
  /// day is the last of a year.
  private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let century = shifted / 400
    let yearOfCentury = shifted - century * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfCentury = yearOfCentury * 365 + yearOfCentury / 4 - yearOfCentury / 100 + dayOfYear
    return century * 146_097 + dayOfCentury - 719_468
  }
}
