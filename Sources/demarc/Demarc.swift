@main enum Demarc { static func main() { print("demarc") } }
