public import Store

/// Why a collector does something, or does not yet.
///
/// Times are in seconds since the epoch.
public enum Reason: Hashable, Sendable {
  /// The image's last name moved away or was removed then.
  case nameless(since: Int64)
  /// The image is there again, with another object.
  case superseded
  /// It was removed from the store then.
  case retired(since: Int64)
  /// No image counts on it.
  case unused
  /// It was condemned then, and nobody can need it any more.
  case condemned(since: Int64)
  /// It was condemned, and stays readable until then.
  case grace(until: Int64)
  /// It was condemned, but a lease says that it may be read.
  case leased(Lease)
  /// No generation lists it, and who wrote it has ended.
  case orphaned
  /// No generation lists it yet, but who wrote it may still publish one.
  case beingWritten
  /// No generation lists it; who wrote it cannot be read, and nobody is writing.
  case unreadable
  /// No generation lists it; who wrote it cannot be read, and somebody is writing.
  case unreadableForNow
  /// No image has the layer.
  case needlessRecipe
  /// No image has the layer, but an import may go on with it.
  case spareRecipe
  /// The image that it belongs to is gone.
  case withoutImage
  /// An image object cannot be read, so nobody knows which layers it has.
  case unknownLayers
  /// They are older than generations are kept.
  case old
  /// The lease ended then.
  case ended(Int64)
  /// The process is dead or its time ran out.
  case gone
  /// The process may be alive, at most until then.
  case writing(until: Int64)
  /// It was staged, and its owner is not there any more.
  case ownerless
  /// Of so many bytes, so many are of no image.
  case dead(bytes: UInt64, of: UInt64)
  /// There are more than there should be.
  case many
}

extension Reason: CustomStringConvertible {
  /// The reason as a clause, without times, which every program shows in its own way.
  public var description: String {
    switch self {
    case .nameless: "lost its last name"
    case .superseded: "was imported again as another object"
    case .retired: "was removed"
    case .unused: "no image counts on it"
    case .condemned: "was condemned, and the grace period is over"
    case .grace: "is condemned, and stays for the grace period"
    case .leased(let lease): "is condemned, and lease \(lease.token) may read it"
    case .orphaned: "no generation lists it, and its writer has ended"
    case .beingWritten: "its writer has not published it yet"
    case .unreadable: "no generation lists it, it is damaged, and nobody is writing"
    case .unreadableForNow: "no generation lists it, but it is damaged and somebody is writing"
    case .needlessRecipe: "no image has the layer"
    case .spareRecipe: "no image has the layer, but an import may go on with it"
    case .withoutImage: "its image is gone"
    case .unknownLayers: "an image object cannot be read, so its layers are not known"
    case .old: "are older than generations are kept"
    case .ended: "the lease has ended"
    case .gone: "the command is dead or its time ran out"
    case .writing: "the command may still be writing"
    case .ownerless: "the command that staged it is gone"
    case .dead(let bytes, let size): "\(bytes) of its \(size) bytes are of no image"
    case .many: "there are more than \(Store.mostIndexRuns)"
    }
  }

  /// The time that the reason names; nil when it names none.
  public var time: Int64? {
    switch self {
    case .nameless(let time), .retired(let time), .condemned(let time), .grace(let time),
      .ended(let time), .writing(let time):
      time
    case .leased(let lease): lease.expires
    default: nil
    }
  }
}
