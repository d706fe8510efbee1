import ArgumentParser
import Files

/// A word on the command line that stands where a command is wanted and is none.
struct UnknownCommand {
    /// What is wrong and which command was probably meant.
    let message: String

    /// Finds the first such word of `arguments`; nil when every command is one that exists.
    init?(in arguments: [String]) {
        var command: any ParsableCommand.Type = Pagefold.self
        for word in arguments {
            let choices = command.configuration.subcommands
            if choices.isEmpty || word.hasPrefix("-") || word == "help" { return nil }
            if let chosen = choices.first(where: { $0._commandName == word }) {
                command = chosen
                continue
            }
            let names = choices.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
            let near = Suggestion.nearest(to: word, among: names)
            let path = command == Pagefold.self ? "" : "\(command._commandName) "
            // What is not a command may be an argument of the default one.
            if command.configuration.defaultSubcommand != nil && near == nil { return nil }
            let remedy = near.map { "did you mean 'pagefold \(path)\($0)'?" }
            message =
                "there is no command '\(path)\(word.prefix(60))' "
                + "(\(remedy ?? "the commands are \(names.joined(separator: ", "))"))"
            return
        }
        return nil
    }
}
