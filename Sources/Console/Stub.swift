import Mustache
import Hummingbird
enum ConsoleStub {}
