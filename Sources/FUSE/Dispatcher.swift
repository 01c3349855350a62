internal import CFuse
internal import Glibc
internal import Linux
internal import SystemPackage

/// Takes requests from libfuse's callbacks to the file system and the answers back.
///
/// One object serves all threads of a session; libfuse holds it as user data.
final class Dispatcher: Sendable {
  private let fileSystem: any FileSystem
  let negotiation: Negotiation
  private let pusher: Pusher?
  let meter = RequestMeter()

  init(_ fileSystem: any FileSystem, _ negotiation: Negotiation, _ pusher: Pusher?) {
    self.fileSystem = fileSystem
    self.negotiation = negotiation
    self.pusher = pusher
  }

  private func fail(_ request: Request, _ error: Errno) {
    meter.noteFailure(error)
    request.fail(error)
  }

  func lookup(_ request: Request, _ name: RawSpan, in parent: NodeID) {
    do throws(Errno) {
      let entry = try fileSystem.lookup(name, in: parent, caller: request.caller)
      // An answer that nobody took gave the kernel nothing.
      if !request.reply(entry), !entry.isNegative { fileSystem.forget(entry.node, count: 1) }
    } catch {
      fail(request, error)
    }
  }

  func forget(_ node: NodeID, count: UInt64) { fileSystem.forget(node, count: count) }

  func attributes(_ request: Request, of node: NodeID) {
    do throws(Errno) {
      request.reply(try fileSystem.attributes(of: node, caller: request.caller))
    } catch {
      fail(request, error)
    }
  }

  func linkTarget(_ request: Request, of node: NodeID) {
    do throws(Errno) {
      let target = try fileSystem.linkTarget(of: node, caller: request.caller)
      guard target.count < 4096 else { throw .fileNameTooLong }
      request.reply(target.span.bytes)
    } catch {
      fail(request, error)
    }
  }

  func read(_ request: Request, _ node: NodeID, count: Int, at offset: UInt64) {
    do throws(Errno) {
      let reply = try fileSystem.read(node, at: offset, count: count, caller: request.caller)
      // Before the answer: whoever gets it may send the next read at once, to another thread.
      let isWanted = pusher?.note(reply, of: node, at: offset) ?? false
      request.reply(reply, limit: count)
      meter.noteRead(min(reply.count, count))
      if isWanted { pusher?.take(reply.offers, of: node) }
    } catch {
      fail(request, error)
    }
  }

  func list(_ request: Request, _ node: NodeID, after cookie: UInt64, room: Int, plus: Bool) {
    withUnsafeTemporaryAllocation(byteCount: room, alignment: 8) { buffer in
      do throws(Errno) {
        var page = DirectoryPage(request.pointer, buffer, wantsEntries: plus)
        try fileSystem.list(node, after: cookie, into: &page, caller: request.caller)
        request.reply(UnsafeRawBufferPointer(rebasing: buffer[..<page.filled]).bytes)
      } catch {
        fail(request, error)
      }
    }
  }

  func extendedAttribute(_ request: Request, _ name: RawSpan, of node: NodeID, room: Int) {
    do throws(Errno) {
      let value = try fileSystem.extendedAttribute(name, of: node, caller: request.caller)
      request.reply(value: value, room: room)
    } catch {
      fail(request, error)
    }
  }

  func extendedAttributeNames(_ request: Request, of node: NodeID, room: Int) {
    do throws(Errno) {
      let names = try fileSystem.extendedAttributeNames(of: node, caller: request.caller)
      request.reply(value: names, room: room)
    } catch {
      fail(request, error)
    }
  }

  func statistics(_ request: Request, of node: NodeID) {
    do throws(Errno) {
      request.reply(try fileSystem.statistics(of: node, caller: request.caller))
    } catch {
      fail(request, error)
    }
  }
}
