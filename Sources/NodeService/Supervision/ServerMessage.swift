/// What a server and its supervisor say to each other, each in one message whose first byte tells
/// what it is.
///
/// The supervisor may be of another version of this program: nothing here ever changes its meaning,
/// and what is not known is passed over.
enum ServerMessage: Equatable, Sendable {
  /// By the server, with the descriptor of the device: the mount has been made.
  case mounted(String)
  /// By the server, when there is a mount to go on with: it could, and waits to be told to.
  case prepared
  /// By the server: requests are answered.
  case ready
  /// By the server: it cannot serve, for this reason.
  case failed(String)
  /// By the server: it answers no more, as it was asked to, or because somebody unmounted.
  case ended
  /// By the supervisor: no other server answers requests any more; go on.
  case begin
  /// By the supervisor: another server is to take over; end without unmounting.
  case leave

  /// The bytes of the message.
  var bytes: [UInt8] {
    switch self {
    case .mounted(let path): Array("D\(path)".utf8)
    case .prepared: Array("P".utf8)
    case .begin: Array("B".utf8)
    case .ready: Array("R".utf8)
    case .failed(let reason): Array("F\(reason)".utf8.prefix(8 << 10))
    case .ended: Array("E".utf8)
    case .leave: Array("L".utf8)
    }
  }

  /// Reads a message; nil for one of a kind that is not known.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    switch bytes.first {
    case UInt8(ascii: "D"): self = .mounted(text)
    case UInt8(ascii: "P"): self = .prepared
    case UInt8(ascii: "B"): self = .begin
    case UInt8(ascii: "R"): self = .ready
    case UInt8(ascii: "F"): self = .failed(text)
    case UInt8(ascii: "E"): self = .ended
    case UInt8(ascii: "L"): self = .leave
    default: return nil
    }
  }
}
