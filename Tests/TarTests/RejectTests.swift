import Failures
import Testing

@testable import Tar

@Suite("Archives that must be refused")
struct RejectTests {
  static let defects: [String: TarError.Defect] = [
    "truncated-header": .truncated,
    "truncated-content": .truncated,
    "truncated-extended-header": .truncated,
    "truncated-between-extended-header-and-member": .missingMember,
    "checksum-wrong": .checksum,
    "checksum-not-a-number": .checksum,
    "lone-zero-block": .loneZeroBlock,
    "garbage-after-member": .checksum,
    "not-a-tar": .checksum,
    "size-negative": .outOfRange(.size),
    "size-beyond-64-bits": .malformed(.size),
    "size-not-a-number": .malformed(.size),
    "size-beyond-limit": .tooLarge(.size),
    "uid-negative": .outOfRange(.uid),
    "uid-beyond-32-bits": .malformed(.uid),
    "mtime-not-a-number": .malformed(.mtime),
    "mtime-beyond-64-bits": .malformed(.mtime),
    "pax-size-negative": .malformed(.size),
    "pax-size-beyond-64-bits": .malformed(.size),
    "pax-path-with-nul": .malformed(.path),
    "pax-linkpath-with-nul": .malformed(.linkPath),
    "pax-record-length-zero": .malformed(.extendedHeader),
    "pax-record-length-too-long": .malformed(.extendedHeader),
    "pax-record-length-too-short": .malformed(.extendedHeader),
    "pax-record-length-huge": .malformed(.extendedHeader),
    "pax-record-without-length": .malformed(.extendedHeader),
    "pax-record-without-equals": .malformed(.extendedHeader),
    "pax-record-without-key": .malformed(.extendedHeader),
    "pax-record-without-newline": .malformed(.extendedHeader),
    "pax-record-followed-by-nuls": .malformed(.extendedHeader),
    "pax-header-too-large": .tooLarge(.extendedHeader),
    "long-name-too-large": .tooLarge(.path),
    "xattr-without-name": .malformed(.xattrs),
    "xattr-name-with-nul": .malformed(.xattrs),
    "xattr-name-too-long": .tooLarge(.xattrs),
    "symbolic-link-without-target": .missingLinkTarget,
    "hard-link-without-target": .missingLinkTarget,
    "hard-link-with-body": .checksum,
    "directory-with-content": .directoryWithContent,
    "extended-header-without-member": .missingMember,
    "long-name-without-member": .missingMember,
    "multi-volume": .multiVolume,
    "obsolete-name-list": .obsoleteNameList,
    "sparse-overlap": .sparseMapMismatch,
    "sparse-out-of-order": .sparseMapMismatch,
    "sparse-beyond-size": .sparseMapMismatch,
    "sparse-unmapped-content": .sparseMapMismatch,
    "sparse-missing-content": .sparseMapMismatch,
    "sparse-offset-overflow": .sparseMapMismatch,
    "sparse-size-negative": .outOfRange(.size),
    "sparse-size-beyond-limit": .tooLarge(.size),
    "sparse-star": .unknownSparseFormat,
    "sparse-extension-missing": .truncated,
    "sparse-number-malformed": .malformed(.sparseMap),
    "sparse-pax-version-2": .unknownSparseFormat,
    "sparse-pax-without-size": .malformed(.sparseMap),
    "sparse-pax-on-directory": .unknownSparseFormat,
    "sparse-pax-odd-map": .malformed(.sparseMap),
    "sparse-pax-wrong-count": .malformed(.sparseMap),
    "sparse-pax-length-before-offset": .malformed(.sparseMap),
    "sparse-map-unfinished": .malformed(.sparseMap),
    "sparse-map-without-block": .sparseMapMismatch,
    "sparse-map-not-a-number": .malformed(.sparseMap),
    "sparse-map-endless-number": .malformed(.sparseMap),
    "sparse-map-too-many": .tooLarge(.sparseMap),
  ]

  @Test("the table lists exactly the archives in fixtures/reject/tar")
  func completeness() {
    #expect(Set(Fixtures.rejected) == Set(Self.defects.keys))
  }

  @Test("it is refused for the reason in its name", arguments: Fixtures.rejected)
  func reason(name: String) throws {
    let error = try read(try Fixtures.archive("reject/tar/\(name)")).error
    #expect(error?.defect == Self.defects[name])
    #expect(error?.failure.code == .imageInvalid)
    #expect(error?.failure.nextStep != nil)
  }

  @Test("an archive cut short is refused, unless the cut is between members")
  func truncation() throws {
    let archive = try Fixtures.archive("tar/endings/complete")
    let acceptable = { (cut: Int) in
      // Two members of one block each: nothing, the first, the second with or without its filling,
      // and any part of the end marker.
      cut == 0 || cut == 1024 || cut >= 1024 + 514
    }
    for cut in 0..<archive.count {
      let outcome = try read(Array(archive[..<cut]))
      #expect((outcome.error == nil) == acceptable(cut), "cut at \(cut)")
      #expect(outcome.error == nil || outcome.error?.defect == .truncated)
    }
  }
}
