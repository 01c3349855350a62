internal import FUSE
internal import FoundationEssentials
internal import Linux
internal import Logging
internal import SystemPackage

/// Where a server says how it is: a socket that answers whoever connects with the status as JSON, and
/// hangs up.
///
/// Everybody may ask the servers of root, because everybody uses their mounts and has to know whether
/// it is they that hang. What they read is counts and directories; images that not everybody may see
/// are named to the server's own user and to root alone. Other servers answer their own user.
final class StatusSocket: Sendable {
  private let server: SocketServer

  /// Begins to answer at the first place where that is possible.
  init(_ source: StatusSource, at places: [StatusPlace] = StatusPlace.own) throws(SystemError) {
    var last = SystemError("socket", nil, .noSuchFileOrDirectory)
    for place in places {
      do throws(SystemError) {
        try place.prepare()
        let path = place.socket(ofDevice: source.session.device)
        let socket = try ListeningSocket(at: path, mode: place == .root ? 0o666 : 0o600)
        server = try SocketServer(socket) { peer, _ in Self.answer(peer, source) }
        return
      } catch {
        last = error
      }
    }
    throw last
  }

  private static func answer(_ peer: SocketPeer, _ source: StatusSource) -> [UInt8] {
    let isForOwner = peer == .user(effectiveUser()) || peer == .user(0)
    return (try? encode(source.status(isForOwner: isForOwner))) ?? []
  }

  /// A status as it goes over the socket.
  static func encode(_ status: ServerStatus) throws -> [UInt8] {
    Array(try JSONEncoder().encode(status))
  }

  /// Answers nobody any more; the socket is removed.
  func end() { server.end() }
}
