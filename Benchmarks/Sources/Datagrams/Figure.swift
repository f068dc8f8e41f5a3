/// One measured figure, as a line `name value unit`.
package enum Figure {
    package static func print(_ name: String, _ value: Int, _ unit: String) { Swift.print(name, value, unit) }

    package static func print(_ name: String, _ value: Double, _ unit: String) {
        Swift.print(name, value.isFinite ? "\((value * 1000).rounded() / 1000)" : "0", unit)
    }
}
