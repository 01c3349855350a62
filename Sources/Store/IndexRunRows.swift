internal import Digests

/// The rows of an index run, in memory or read as they are needed.
enum IndexRunRows: Sendable {
  case whole(IndexRun)
  case paged(IndexRunLookup, IndexRunRecord)

  func block(_ content: SHA256Digest) -> IndexBlockRow? {
    switch self {
    case .whole(let run): run.block(content)
    case .paged(let run, _): run.row(of: content)
    }
  }

  func piece(_ content: SHA256Digest) -> PieceLocation? {
    switch self {
    case .whole(let run): run.piece(content)
    case .paged(let run, _): run.row(of: content, IndexPieceRow.self)?.location
    }
  }

  var blockCount: Int {
    switch self {
    case .whole(let run): run.blockCount
    case .paged(let run, _): Int(clamping: run.run.trailer.blockCount)
    }
  }
}
