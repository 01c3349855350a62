internal import CCrypto

/// An algorithm as OpenSSL holds it, looked up once per process: a look-up costs more than
/// hashing a small file.
struct HashAlgorithm: @unchecked Sendable {
  // Unchecked because of the pointer: OpenSSL's EVP_MD objects are immutable once fetched.
  fileprivate let method: OpaquePointer

  static let sha256 = HashAlgorithm(named: "SHA256")
  static let sha512 = HashAlgorithm(named: "SHA512")

  private init(named name: String) {
    guard let method = EVP_MD_fetch(nil, name, nil) else {
      preconditionFailure("OpenSSL's configuration on this machine offers no \(name)")
    }
    self.method = method
  }
}

/// One running EVP_MD_CTX (OpenSSL 3, EVP_DigestInit(3)).
///
/// None of its calls can fail with a valid algorithm except for want of memory, which ends the
/// process as every other allocation in Swift does.
struct HashComputation: ~Copyable, @unchecked Sendable {
  // Unchecked because of the pointer, which nobody else knows.

  /// The longest output of an algorithm that OCI knows.
  private static let longestOutput = 64

  private let context: OpaquePointer

  init(_ algorithm: HashAlgorithm) {
    guard let context = EVP_MD_CTX_new(),
      EVP_DigestInit_ex2(context, algorithm.method, nil) == 1
    else { preconditionFailure("out of memory for a hash computation") }
    self.context = context
  }

  mutating func update(_ bytes: RawSpan) {
    let done = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(done == 1, "a hash computation in progress cannot fail")
  }

  /// Hands the output to `body`; the computation is over.
  consuming func finalize<Result>(_ body: (RawSpan) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longestOutput) { output in
      var count: UInt32 = 0
      let done = EVP_DigestFinal_ex(context, output.baseAddress, &count)
      precondition(done == 1, "a hash computation in progress cannot fail")
      let bytes = UnsafeRawBufferPointer(start: output.baseAddress, count: Int(count))
      return body(bytes.bytes)
    }
  }

  deinit {
    EVP_MD_CTX_free(context)
  }
}
