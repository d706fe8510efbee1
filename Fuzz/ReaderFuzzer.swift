import Files
import Glibc
import PageContent
import Snapshots

// A target of libFuzzer: hands its input to the reader that the environment variable READER names (core,
// dump, memory or criu). scripts/fuzz builds and runs it.

/// A file in memory that holds the input.
private let scratch = open(
    "/dev/shm", O_RDWR | 0o20_200_000 /* O_TMPFILE */, S_IRUSR | S_IWUSR)
private let scratchPath = "/proc/self/fd/\(scratch)"

/// The names of images, by the byte that begins a part of the input.
private let imageNames = [
    "inventory.img", "pstree.img", "files.img", "mm-10.img", "pagemap-10.img", "pages-1.img", "core-10.img",
    "mm-11.img", "pagemap-11.img", "pages-2.img", "pagemap-shmem-77.img", "pages-3.img",
]
private let directory: String = {
    var template = Array("/dev/shm/pagefold-fuzz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return "" }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    symlink(".", "\(path)/self")
    return path
}()
private let reader = getenv("READER").map { String(cString: $0) } ?? "core"
private let label = InstanceLabel(function: "fuzz", instance: 0)

/// Writes the parts of the input: a byte that chooses the image, two bytes of length, content.
private func writeImages(_ input: UnsafeRawBufferPointer) {
    for name in imageNames { unlink("\(directory)/\(name)") }
    var position = 0
    while input.count - position >= 3 {
        let name = imageNames[Int(input[position]) % imageNames.count]
        let size = min(Int(input[position + 1]) | Int(input[position + 2]) << 8, input.count - position - 3)
        let part = UnsafeRawBufferPointer(rebasing: input[(position + 3)...].prefix(size))
        let file = open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR)
        if file >= 0 {
            _ = write(file, part.baseAddress, part.count)
            close(file)
        }
        position += 3 + size
    }
}

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReader(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = UnsafeRawBufferPointer(start: bytes, count: count)
    if reader == "criu" {
        writeImages(input)
    } else {
        ftruncate(scratch, 0)
        _ = pwrite(scratch, input.baseAddress, input.count, 0)
    }
    let snapshot: Snapshot?
    switch reader {
    case "criu": snapshot = try? CRIUImages.read(directory, label: label)
    case "dump": snapshot = try? GuestDump.read(scratchPath, label: label)
    case "memory": snapshot = try? RawMemory.read(scratchPath, label: label)
    default: snapshot = try? CoreFile.read(scratchPath, label: label)
    }
    if let snapshot {
        precondition(snapshot.pages.count <= count / Page.size, "more pages than the input holds")
        for index in 0..<snapshot.pages.count { _ = Page.isZero(snapshot.pages.memory.page(index)) }
    }
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The name that the package manager gives an executable's entry; libFuzzer's own `main` is not linked.
@_cdecl("ReaderFuzzer_main")
public func fuzzerMain(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?)
    -> Int32
{
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments, fuzzReader)
}
