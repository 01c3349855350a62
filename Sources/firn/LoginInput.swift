internal import Commands
internal import Failures
internal import Linux
internal import Registry
internal import SystemPackage

/// How `firn login` comes by a user and a password.
struct LoginInput {
  /// The most bytes of a password: tokens are long.
  private static let passwordLimit = 1 << 16

  let registry: RegistryName

  /// Asks at the terminal.
  func user() throws -> String {
    try Self.required(
      try asking { () throws(SystemError) in
        try TerminalPrompt.line("User for \(registry): ")
      }, "user")
  }

  /// Asks at the terminal, which does not show what is typed.
  func password() throws -> String {
    try Self.required(
      try asking { () throws(SystemError) in
        try TerminalPrompt.secret("Password: ") {
          Program.end(with: Failure(.interrupted, "nobody was logged in"))
        }
      }, "password")
  }

  /// Reads all of standard input, but for the end of its line.
  static func passwordFromStandardInput() throws -> String {
    guard let bytes = try StandardInput.read(limit: passwordLimit) else {
      throw Failure(
        .usage, "standard input is too long for a password",
        cause: "it has more than \(passwordLimit) bytes",
        nextStep: "Give the password alone on standard input")
    }
    guard let password = password(in: bytes) else {
      throw Failure(
        .usage, "there is no password on standard input, or it is not UTF-8",
        nextStep: "Give the password on standard input, as text")
    }
    return password
  }

  /// The password in some bytes, without one end of a line; nil where there is none.
  static func password(in bytes: [UInt8]) -> String? {
    var bytes = bytes
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// Throws unless a user can stand before the colon of HTTP Basic (RFC 7617).
  static func check(user: String) throws(Failure) {
    guard user.isEmpty || user.contains(":") else { return }
    throw Failure(
      .usage, "a user's name is not empty and has no colon",
      nextStep: "Give the name with --username, and the password apart from it")
  }

  private func asking(_ ask: () throws(SystemError) -> String?) throws -> String? {
    do throws(SystemError) { return try ask() } catch {
      guard [.noSuchAddressOrDevice, .noSuchFileOrDirectory].contains(error.errno) else {
        throw error
      }
      throw Failure(
        .usage, "there is no terminal to ask for user and password",
        nextStep: "Give --username and --password-stdin")
    }
  }

  /// The answer, unless there is none.
  static func required(_ answer: String?, _ what: String) throws(Failure) -> String {
    guard let answer, !answer.isEmpty else {
      throw Failure(
        .usage, "no \(what) was given",
        nextStep: "Type it, or give --username and --password-stdin")
    }
    return answer
  }
}
