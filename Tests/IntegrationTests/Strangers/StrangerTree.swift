import Glibc

/// Trees to make SquashFS images of that look for the corners of a reader.
enum StrangerTree {
  /// Every kind of inode and many sizes, some 15 MB.
  static func everything(in root: String) throws {
    try output("mkdir", "-p", root)
    try sizes(in: root)
    try sparseFiles(in: root)
    try names(in: root)
    try special(in: root)
  }

  private static func sizes(in root: String) throws {
    try output("mkdir", "\(root)/sizes", "\(root)/small")
    let edges = [4096, 65_536, 131_072, 1 << 20]
    let sizes = [0, 1, 2] + edges.flatMap { [$0 - 1, $0, $0 + 1] } + [3_300_000]
    for (index, size) in sizes.enumerated() {
      try writeFile("\(root)/sizes/noise-\(size)", noise(size, seed: UInt64(index + 1)))
      let text = Array("line \(index) of text\n".utf8)
      try writeFile(
        "\(root)/sizes/text-\(size)", (0..<size).map { text[$0 % text.count] })
    }
    for number in 0..<500 {
      try writeFile("\(root)/small/\(number)", noise(number * 7, seed: UInt64(number + 100)))
    }
    try output("cp", "\(root)/sizes/noise-131073", "\(root)/sizes/duplicate")
    try output("ln", "\(root)/sizes/noise-65536", "\(root)/small/link")
    try output("ln", "\(root)/sizes/noise-65536", "\(root)/link")
  }

  private static func sparseFiles(in root: String) throws {
    try shell(
      """
      cd "$1"
      truncate -s 20M all-hole
      truncate -s 20M hole
      dd if=sizes/noise-65536 of=hole bs=4096 seek=1000 conv=notrunc status=none
      dd if=sizes/noise-65536 of=hole bs=4096 seek=5000 conv=notrunc status=none
      truncate -s 1000001 hole-last; dd if=sizes/noise-4097 of=hole-last conv=notrunc status=none
      truncate -s 700000 hole-first; echo end >>hole-first
      """, root)
  }

  private static func names(in root: String) throws {
    let deep = (0..<40).map { "level\($0)" }.joined(separator: "/")
    try output("mkdir", "-p", "\(root)/deep/\(deep)")
    try writeFile("\(root)/deep/\(deep)/bottom", Array("here".utf8))
    let longName = String(repeating: "n", count: 255)
    try shell(
      """
      cd "$1"
      mkdir names empty; echo long >"names/$2"
      printf x >"names/$(printf 'bad\\377\\200utf8')"; printf y >"names/new
      line"; printf z >'names/sp ace\\back'
      ln -s "$(head -c 4094 /dev/zero | tr '\\0' t)" names/long-link
      ln -s a names/short-link; ln -s ../sizes/none names/dangling
      mkdir many; cd many; seq -f 'file-with-a-rather-long-name-%05g' 3000 | xargs touch
      """, root, longName)
  }

  private static func special(in root: String) throws {
    try shell(
      """
      cd "$1"
      mkdir special xattr owners; mkfifo special/fifo
      mknod special/char c 1 3; mknod special/block b 259 70000; mknod special/large c 511 300
      for i in fifo char block; do ln special/$i special/$i-again; done
      echo data >xattr/file; mkdir xattr/dir; echo two >xattr/same
      setfattr -n user.small -v v xattr/file; setfattr -n user.small -v v xattr/same
      setfattr -n user.empty xattr/file
      setfattr -n trusted.secret -v "$(head -c 900 /dev/zero | tr '\\0' q)" xattr/dir
      setfattr -n user.binary -v 0x00ff0001 xattr/dir
      setfattr -n trusted.of-fifo -v 1 special/fifo
      cp /bin/true xattr/capable; setcap cap_net_raw,cap_sys_time+ep xattr/capable
      echo a >owners/a; chown 70000:80000 owners/a
      echo b >owners/b; chown 4000000000:1 owners/b; chmod 6751 owners/b
      mkdir -m 1777 owners/sticky; echo c >owners/c; chmod 0 owners/c
      touch -d @0 owners/a; touch -d @4000000000 owners/b; touch -d @1 owners/sticky
      """, root)
    try socket(at: "\(root)/special/socket")
  }

  private static func socket(at path: String) throws {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw SystemFailure("cannot make a socket at \(path)") }
  }

  /// A file of more than 4 GiB, nearly all of it holes, and a directory of 100,000 files.
  static func huge(in root: String) throws {
    try shell(
      """
      mkdir -p "$1/many"; cd "$1"
      truncate -s 4400000001 large
      for at in 0 524288 1048500 1048576 1074200; do
        printf "at $at" | dd of=large bs=4096 seek=$at conv=notrunc status=none
      done
      cd many; seq -f 'entry-%06g' 100000 | xargs touch -d @1700000000
      """, root)
  }
}
