/// No reclaimer: a request that finds no memory waits until a sandbox goes by itself.
enum NoReclaim {
    static let entry = PolicyEntry<(any Reclaimer)?>("none", "evicts nothing; requests wait") { _, _ in nil }
}
