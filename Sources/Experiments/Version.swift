/// The version of Pagefold; it goes into every result.
public let pagefoldVersion = "0.5.1"
