// stub
extension Engine {
    func checkEverything() {}
}
