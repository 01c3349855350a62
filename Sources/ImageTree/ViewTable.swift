internal import Synchronization

/// The views in use, each with its slot of node ids.
///
/// A user whose identity changes (new subordinate ids) gets a new slot, so that nothing the kernel
/// has cached under the old node ids is taken for the new view.
final class ViewTable: Sendable {
  private struct State {
    var bySlot: [View]
    var byUser: [UInt32: View] = [:]
  }

  private let accounts: any Accounts
  private let state: Mutex<State>
  /// The public part of the tree: everything as it is in the images.
  let open = View(slot: View.publicSlot, identity: .unshifted(uid: 0, gid: 0))

  init(accounts: any Accounts) {
    self.accounts = accounts
    state = Mutex(State(bySlot: [open]))
  }

  /// The view of a user, made when first asked for; nil when this node has run out of slots.
  func view(of uid: UInt32) -> View? {
    let identity = accounts.identity(of: uid)
    return state.withLock { state in
      if let known = state.byUser[uid], known.identity == identity { return known }
      guard (state.bySlot.count + 1) * 2 <= NodeAddress.viewLimit else { return nil }
      let view = View(slot: UInt16(state.bySlot.count * 2), identity: identity)
      state.bySlot.append(view)
      state.byUser[uid] = view
      return view
    }
  }

  /// The view that a slot belongs to.
  func view(slot: UInt16) -> View? {
    state.withLock { state in
      let index = Int(slot / 2)
      return index < state.bySlot.count ? state.bySlot[index] : nil
    }
  }

  /// All users who have a view.
  var users: [UInt32] { state.withLock { $0.byUser.keys.sorted() } }
}
