internal import CFuse
internal import Glibc
internal import SystemPackage

/// The functions libfuse calls, from any of its threads.
///
/// They capture nothing and belong to no actor: a C callback that did would end the process.
enum Callbacks {
  /// The table of functions.
  ///
  /// What is missing libfuse answers with `ENOSYS`, so that the kernel
  /// asks once and never again (FLUSH).
  static func table() -> fuse_lowlevel_ops {
    var table = fuse_lowlevel_ops()
    addNames(to: &table)
    addForgetting(to: &table)
    addOpening(to: &table)
    addListings(to: &table)
    addExtendedAttributes(to: &table)
    return table
  }

  private static func addNames(to table: inout fuse_lowlevel_ops) {
    table.`init` = { userdata, connection in
      guard let userdata, let connection else { return }
      Callbacks.dispatcher(userdata).negotiation.perform(on: &connection.pointee)
    }
    table.lookup = { request, parent, name in
      guard let request, let name else { return }
      Callbacks.serve(request, .lookup) {
        $0.lookup(
          Request(pointer: request), Callbacks.text(name).bytes, in: NodeID(rawValue: parent))
      }
    }
    table.getattr = { request, node, _ in
      guard let request else { return }
      Callbacks.serve(request, .getattr) {
        $0.attributes(Request(pointer: request), of: NodeID(rawValue: node))
      }
    }
    table.readlink = { request, node in
      guard let request else { return }
      Callbacks.serve(request, .readlink) {
        $0.linkTarget(Request(pointer: request), of: NodeID(rawValue: node))
      }
    }
    table.statfs = { request, node in
      guard let request else { return }
      Callbacks.serve(request, .statfs) {
        $0.statistics(Request(pointer: request), of: NodeID(rawValue: node))
      }
    }
  }

  private static func addForgetting(to table: inout fuse_lowlevel_ops) {
    table.forget = { request, node, count in
      guard let request else { return }
      Callbacks.serve(request, .forget) {
        $0.forget(NodeID(rawValue: node), count: count)
        fuse_reply_none(request)
      }
    }
    table.forget_multi = { request, count, nodes in
      guard let request else { return }
      Callbacks.serve(request, .forget) { dispatcher in
        for node in UnsafeBufferPointer(start: nodes, count: count) {
          dispatcher.forget(NodeID(rawValue: node.ino), count: node.nlookup)
        }
        fuse_reply_none(request)
      }
    }
  }

  private static func addOpening(to table: inout fuse_lowlevel_ops) {
    table.open = { request, _, file in
      guard let request else { return }
      Callbacks.serve(request, .open) {
        $0.negotiation.answerOpen(request, file, isDirectory: false)
      }
    }
    table.opendir = { request, _, file in
      guard let request else { return }
      Callbacks.serve(request, .opendir) {
        $0.negotiation.answerOpen(request, file, isDirectory: true)
      }
    }
    table.read = { request, node, count, offset, _ in
      guard let request else { return }
      guard offset >= 0 else { return Request(pointer: request).fail(.invalidArgument) }
      Callbacks.serve(request, .read) {
        $0.read(
          Request(pointer: request), NodeID(rawValue: node), count: count, at: UInt64(offset))
      }
    }
  }

  private static func addListings(to table: inout fuse_lowlevel_ops) {
    table.readdir = { request, node, room, cookie, _ in
      guard let request else { return }
      let position = UInt64(bitPattern: Int64(cookie))
      Callbacks.serve(request, .readdir) {
        $0.list(
          Request(pointer: request), NodeID(rawValue: node), after: position, room: room,
          plus: false)
      }
    }
    table.readdirplus = { request, node, room, cookie, _ in
      guard let request else { return }
      let position = UInt64(bitPattern: Int64(cookie))
      Callbacks.serve(request, .readdirplus) {
        $0.list(
          Request(pointer: request), NodeID(rawValue: node), after: position, room: room, plus: true
        )
      }
    }
  }

  private static func addExtendedAttributes(to table: inout fuse_lowlevel_ops) {
    table.getxattr = { request, node, name, room in
      guard let request, let name else { return }
      Callbacks.serve(request, .getxattr) {
        $0.extendedAttribute(
          Request(pointer: request), Callbacks.text(name).bytes, of: NodeID(rawValue: node),
          room: room)
      }
    }
    table.listxattr = { request, node, room in
      guard let request else { return }
      Callbacks.serve(request, .listxattr) {
        $0.extendedAttributeNames(
          Request(pointer: request), of: NodeID(rawValue: node), room: room)
      }
    }
  }

  /// Has a request answered, and counts it.
  @inline(__always)
  private static func serve(
    _ request: fuse_req_t, _ kind: RequestKind, _ body: (Dispatcher) -> Void
  ) {
    let dispatcher = dispatcher(request)
    dispatcher.meter.count(kind) { body(dispatcher) }
  }

  private static func dispatcher(_ request: fuse_req_t) -> Dispatcher {
    guard let userdata = fuse_req_userdata(request) else {
      preconditionFailure("the session was made with user data")
    }
    return dispatcher(userdata)
  }

  private static func dispatcher(_ userdata: UnsafeMutableRawPointer) -> Dispatcher {
    Unmanaged<Dispatcher>.fromOpaque(userdata).takeUnretainedValue()
  }

  /// The bytes of a C string, which lives until the request is answered.
  private static func text(_ name: UnsafePointer<CChar>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: name, count: strlen(name))
  }
}
