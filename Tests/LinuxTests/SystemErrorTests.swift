import Failures
import Linux
import SystemPackage
import Testing

@Suite("Errors of the system")
struct SystemErrorTests {
  private let path: FilePath = "/lustre/store"

  @Test(
    "become failures with a code that fits",
    arguments: [
      (.noSpace, .noSpace), (.diskQuotaExceeded, .noSpace),
      (.permissionDenied, .permissionDenied), (.notPermitted, .permissionDenied),
      (.readOnlyFileSystem, .permissionDenied), (.noSuchFileOrDirectory, .inputOutput),
      (.notDirectory, .inputOutput), (.fileExists, .alreadyExists), (.ioError, .inputOutput),
      (.staleNFSFileHandle, .inputOutput),
    ] as [(Errno, FailureCode)])
  func codes(errno: Errno, code: FailureCode) {
    let failure = SystemError("write", path, errno).failure
    #expect(failure.code == code)
    #expect(failure.sentence.contains("/lustre/store"))
    #expect(!failure.sentence.hasSuffix("."))
    #expect(failure.cause?.hasPrefix("write: ") == true)
  }

  @Test(
    "say what to do where something can be done",
    arguments: [.noSpace, .permissionDenied, .noSuchFileOrDirectory] as [Errno])
  func nextSteps(errno: Errno) {
    #expect(SystemError("open", path, errno).failure.nextStep != nil)
  }

  @Test("do not say that a file is missing which is there, but no directory")
  func notDirectory() {
    let sentence = SystemError("open", path, .notDirectory).failure.sentence
    #expect(sentence == "a part of /lustre/store is a file where a directory is wanted")
    #expect(
      SystemError("open", path, .noSuchFileOrDirectory).failure.sentence
        == "/lustre/store is not there")
  }

  @Test("show call, path and reason in one line")
  func description() {
    let text = "\(SystemError("pread", path, .ioError))"
    #expect(text.hasPrefix("pread /lustre/store: "))
    #expect("\(SystemError("fsync", nil, .ioError))".hasPrefix("fsync: "))
    #expect(SystemError("fsync", nil, .ioError).failure.sentence.contains("the system"))
  }

  @Test("are equal when call, path and number are")
  func equality() {
    let error = SystemError("read", path, .ioError)
    #expect(error == SystemError("read", path, .ioError))
    #expect(error != SystemError("write", path, .ioError))
    #expect(error != SystemError("read", nil, .ioError))
    #expect(error != SystemError("read", path, .noSpace))
  }
}
