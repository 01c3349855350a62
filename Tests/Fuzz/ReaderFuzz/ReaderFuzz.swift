import SquashFS

/// The entry point of libFuzzer: the bytes are a SquashFS image, the whole reader is used on it.
///
/// Build and run with `Tests/Fuzz/ReaderFuzz/run`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let blob = ArrayBlob(bytes: Array(UnsafeBufferPointer(start: start, count: count)))
  var exercise = VolumeExercise(bytesPerFile: 1 << 15, bytesInAll: 1 << 18)
  do throws(SquashFSError) {
    try exercise.run(blob)
  } catch {}
  return 0
}
