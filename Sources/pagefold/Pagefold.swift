import ArgumentParser

@main
struct Pagefold: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pagefold", abstract: "Compare serverless memory policies on one bench.")
}
