import Glibc

/// A source tree with one of everything, for tools to make images of.
enum Menagerie {
  /// Makes the tree in a new directory.
  static func make(at path: String) throws {
    try ReaderShell.run(script, in: makeDirectory(path))
    _ = mknod(path + "/kinds/socket", S_IFSOCK | 0o640, 0)
    if ReaderShell.isRoot { try ReaderShell.run(rootScript, in: path) }
    // Bytes that are no UTF-8, and the longest name there is.
    try make(file: Array("\(path)/names/".utf8) + [0xFF, 0xFE, 0x80])
    try make(file: Array("\(path)/names/".utf8) + Array(repeating: UInt8(ascii: "n"), count: 255))
    try ReaderShell.run("find . -depth -exec touch -h -d @1234567890 {} +", in: path)
    try ReaderShell.run(
      "touch -d @0 times/epoch; touch -d @4294967295 times/end; touch -d @2147483648 times/2038",
      in: path)
  }

  private static func makeDirectory(_ path: String) throws -> String {
    guard mkdir(path, 0o755) == 0 else { throw ReaderShell.Failed(description: "mkdir \(path)") }
    return path
  }

  private static func make(file path: [UInt8]) throws {
    let descriptor = (path + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { path in
        path.baseAddress.map { open($0, O_CREAT | O_WRONLY, 0o644) } ?? -1
      }
    }
    guard descriptor >= 0 else { throw ReaderShell.Failed(description: "create \(path)") }
    _ = write(descriptor, "name", 4)
    close(descriptor)
  }

  private static let script = """
    mkdir -p empty sizes sparse links kinds names times xattrs modes many deep
    # Around every block size; half random, half text.
    for n in 0 1 2 100 4095 4096 4097 8191 8192 8193 65535 65536 65537 131071 131072 131073 \
             262144 1048575 1048576 1048577 3000000; do
      { head -c $((n / 2)) /dev/urandom; yes "line $n" | head -c $((n - n / 2)); } > sizes/$n
    done
    cp sizes/131073 sizes/duplicate
    yes text | head -c 5000000 > sizes/compressible
    cp /bin/ls sizes/program
    truncate -s 3000000 sparse/all
    truncate -s 1048576 sparse/aligned
    truncate -s 5000001 sparse/middle
    dd if=/dev/urandom of=sparse/middle bs=1000 seek=2500 count=7 conv=notrunc status=none
    { head -c 1048576 /dev/urandom; head -c 1500000 /dev/zero; } > sparse/end
    { head -c 1500000 /dev/zero; echo end; } > sparse/start
    # Links.
    ln -s target links/short
    ln -s "$(head -c 4095 /dev/zero | tr '\\0' x)" links/longest
    ln -s "$(head -c 1024 /dev/zero | tr '\\0' y)" links/kilobyte
    ln sizes/4097 links/hard1
    ln sizes/4097 links/hard2
    mkfifo -m 0600 kinds/fifo
    ln kinds/fifo links/hard-fifo
    # Names.
    touch 'names/with space' names/ü names/日本語 names/.hidden names/-dash names/... "names/new
    line"
    touch modes/plain modes/setuid modes/setgid modes/none
    mkdir modes/sticky
    chmod 4755 modes/setuid; chmod 2755 modes/setgid; chmod 0 modes/none; chmod 1777 modes/sticky
    touch times/epoch times/end times/2038
    i=0; while [ $i -lt 700 ]; do echo $i > many/file-$i; i=$((i + 1)); done
    d=deep; i=0; while [ $i -lt 60 ]; do d=$d/d$i; i=$((i + 1)); done; mkdir -p $d; touch $d/leaf
    # Extended attributes.
    touch xattrs/user xattrs/same1 xattrs/same2 xattrs/large1 xattrs/large2 xattrs/many
    large=$(head -c 600 /dev/zero | tr '\\0' v)
    setfattr -n user.one -v 1 xattrs/user; setfattr -n user.empty xattrs/user
    setfattr -n user.binary -v 0x00ff00 xattrs/user
    for f in same1 same2; do setfattr -n user.same -v same xattrs/$f; done
    for f in large1 large2; do setfattr -n user.large -v $large xattrs/$f; done
    setfattr -n user.alone -v $f xattrs/large2
    i=0; while [ $i -lt 40 ]; do setfattr -n user.name$i -v v$i xattrs/many; i=$((i + 1)); done
    setfattr -n user.on-directory -v d xattrs
    """

  private static let rootScript = """
    mknod kinds/null c 1 3; mknod kinds/block b 259 1048575; mknod -m 0666 kinds/large c 4095 70000
    chown 1000:1001 names; chown 4294967294:70000 modes/plain; chown -h 12:34 links/short
    setfattr -n trusted.hello -v world xattrs/user xattrs/many kinds/null
    setfattr -h -n trusted.on-link -v link links/short links/longest
    setfattr -n trusted.on-fifo -v fifo kinds/fifo
    setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 sizes/program
    setfattr -n security.other -v s xattrs/user
    """
}
