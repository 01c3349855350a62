public import SystemPackage

/// Reads a whole file, whatever stat(2) says of its size; for small files such as those of /proc.
public func readBytes(_ path: FilePath) throws(SystemError) -> [UInt8] {
  let file = try OwnedDescriptor(opening: path)
  var bytes: [UInt8] = []
  while true {
    let part = try file.readBytes(at: UInt64(bytes.count), count: 65536)
    if part.isEmpty { return bytes }
    bytes += part
  }
}

/// Reads a whole file as UTF-8; what is not UTF-8 becomes U+FFFD.
public func readText(_ path: FilePath) throws(SystemError) -> String {
  String(decoding: try readBytes(path), as: UTF8.self)
}
