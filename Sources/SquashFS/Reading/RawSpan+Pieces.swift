extension MutableRawSpan {
  /// Copies bytes to the start, as many as there is room for, and returns how many.
  mutating func copyPrefix(from source: RawSpan) -> Int {
    let count = Swift.min(byteCount, source.byteCount)
    withUnsafeMutableBytes { target in
      source.withUnsafeBytes { bytes in
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
    }
    return count
  }

  /// Lends a part of the bytes to a closure; the range must be inside.
  mutating func withPiece<Result>(
    _ range: Range<Int>, _ body: (inout MutableRawSpan) throws(SquashFSError) -> Result
  ) throws(SquashFSError) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    return try withUnsafeMutableBytes { (bytes) throws(SquashFSError) in
      var piece = UnsafeMutableRawBufferPointer(rebasing: bytes[range]).mutableBytes
      return try body(&piece)
    }
  }

  /// Sets all bytes of a range to zero; the range must be inside.
  mutating func zero(_ range: Range<Int>) {
    withUnsafeMutableBytes { bytes in
      _ = UnsafeMutableRawBufferPointer(rebasing: bytes[range]).initializeMemory(
        as: UInt8.self, repeating: 0)
    }
  }
}

extension RawSpan {
  /// A copy of the bytes.
  var array: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Compares as SquashFS orders names: byte by byte, unsigned, a prefix first.
  ///
  /// - Returns: Less than, equal to or greater than zero, as `self` is to `other`.
  func order(to other: RawSpan) -> Int {
    withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        let common = Swift.min(left.count, right.count)
        var index = 0
        while index < common {
          let difference = Int(left[index]) - Int(right[index])
          if difference != 0 { return difference }
          index += 1
        }
        return left.count - right.count
      }
    }
  }
}
