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

  /// How many slots of node ids a view takes, a power of two.
  static let slotsPerView = 4

  let accounts: any Accounts
  private let record: TreeRecord?
  private let state: Mutex<State>
  /// The public part of the tree: everything as it is in the images.
  let open = View(slot: View.publicSlot, identity: .unshifted(uid: 0, gid: 0))

  init(accounts: any Accounts, record: TreeRecord? = nil) {
    self.accounts = accounts
    self.record = record
    state = Mutex(State(bySlot: [open]))
  }

  /// The view of a user, made when first asked for; nil when this node has run out of slots.
  func view(of uid: UInt32) -> View? {
    let identity = accounts.identity(of: uid)
    return state.withLock { state in
      if let known = state.byUser[uid], known.identity == identity { return known }
      guard (state.bySlot.count + 1) * Self.slotsPerView <= NodeAddress.viewLimit else {
        return nil
      }
      let slot = UInt16(state.bySlot.count * Self.slotsPerView)
      let view = View(slot: slot, identity: identity)
      record?.keep(identity, asView: state.bySlot.count)
      state.bySlot.append(view)
      state.byUser[uid] = view
      return view
    }
  }

  /// Takes the views that another tree has made, at the slots they had; before any is made here.
  func restore() {
    guard let identities = record?.views, !identities.isEmpty else { return }
    state.withLock { state in
      for identity in identities {
        let slot = UInt16(state.bySlot.count * Self.slotsPerView)
        let view = View(slot: slot, identity: identity)
        state.bySlot.append(view)
        state.byUser[identity.uid] = view
      }
    }
  }

  /// The view that a slot belongs to.
  func view(slot: UInt16) -> View? {
    state.withLock { state in
      let index = Int(slot) / Self.slotsPerView
      return index < state.bySlot.count ? state.bySlot[index] : nil
    }
  }

  /// The present views of all users who have one.
  var current: [View] {
    state.withLock { $0.byUser.values.sorted { $0.slot < $1.slot } }
  }

  /// All users who have a view.
  var users: [UInt32] { state.withLock { $0.byUser.keys.sorted() } }
}
