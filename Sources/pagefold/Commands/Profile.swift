import ArgumentParser

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Measures what the pages of sandboxes share, and makes profiles for simulations of it.",
        discussion: """
            Examples:
              pagefold profile build captures/on --output on.pfprofile
              pagefold profile info on.pfprofile
              pagefold profile methods captures/on
              pagefold profile redundancy captures/on
            """,
        subcommands: [
            ProfileBuild.self, ProfileInfo.self, ProfileMerge.self, ProfileCheck.self, ProfileMethods.self,
            ProfileRedundancy.self, ProfileExact.self,
        ]
    )
}
