import DemarcServer

@main
enum Demarc {
    static func main() async { await DemarcCommand.start() }
}
