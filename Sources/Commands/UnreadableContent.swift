internal import Failures

extension Failure {
  /// An image's content could not be read; what reads it has logged why.
  static var unreadableContent: Failure {
    Failure(
      .storeCorrupt, "the image could not be read from the store",
      cause: "see the messages above",
      nextStep: "Run firn fsck --data --repair, with --from for another source")
  }
}
