import Foundation
import Testing

/// What a command says of input that is another than was meant.
@Suite(.enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"))
struct WrongInputTests {
    @Test(arguments: [
        (["simulat", "x"], "there is no command 'simulat' (did you mean 'pagefold simulate'?)"),
        (["trace", "inf", "x"], "there is no command 'trace inf' (did you mean 'pagefold trace info'?)"),
        (["sweep", "collec", "x"], "did you mean 'pagefold sweep collect'?"),
        (["fly"], "there is no command 'fly' (the commands are simulate, sweep"),
    ])
    func aCommandThatDoesNotExistIsNamedWithTheNearest(arguments: [String], part: String) throws {
        try withDirectory { directory in
            let run = try Command.run(arguments, in: directory)
            #expect(run.status == 2)
            #expect(run.errors.contains(part), "\(run.errors)")
            #expect(run.errors.contains("Usage: pagefold"))
        }
    }

    @Test(arguments: [
        (
            ["simulate", "smal.yaml"],
            "smal.yaml: cannot be opened: No such file or directory (did you mean `small.yaml`?)"
        ),
        (["simulate", "."], "is a directory"), (["simulate", "packed.yaml"], "is compressed (gzip)"),
        (["simulate", "wide.yaml"], "is UTF-16 text"),
        (["compare", "small.yaml"], "not a result store (it is text"),
        (["compare", "packed.yaml"], "not a result store (it is compressed (gzip)"),
        (["compare", "smal.yaml"], "did you mean `small.yaml`?"),
        (["trace", "info", "smal.yaml"], "did you mean `small.yaml`?"),
    ])
    func aFileThatIsAnotherIsNamed(arguments: [String], part: String) throws {
        try withDirectory { directory in
            let packed = Data([0x1F, 0x8B] + [UInt8](repeating: 8, count: 200))
            try packed.write(to: URL(fileURLWithPath: "\(directory)/packed.yaml"))
            let wide = Data([0xFF, 0xFE] + "name: x\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
            try wide.write(to: URL(fileURLWithPath: "\(directory)/wide.yaml"))
            let run = try Command.run(arguments, in: directory)
            #expect(run.status == 3)
            #expect(run.errors.contains(part), "\(run.errors)")
        }
    }
}
