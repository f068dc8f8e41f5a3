import TestSupport

/// What happens to the server of a soak and when, all of it chosen by the seed.
struct MixedPlan {
    enum Episode {
        /// Nothing: the load goes on and is held to its promises.
        case calm
        case disk(FaultyMachine.Trouble, Duration)
        /// The wall clock is set, in seconds from the true time.
        case clock(Int64)
        /// The disk refuses, and the server is killed in the middle of that.
        case killedOnABadDisk(FaultyMachine.Trouble, Duration)
        case killed
    }

    struct Step {
        /// When it begins, from the start of the soak.
        let at: Duration
        let episode: Episode
    }

    let steps: [Step]

    /// A life ends with a kill and lasts a few minutes, or half of a short soak; between its episodes there is calm.
    init(length: Duration, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let seconds = length / .seconds(1)
        let lives = max(2, Int(seconds / 240))
        let life = seconds / Double(lives)
        let gap = min(12, max(1.5, life / 8))
        var steps: [Step] = []
        for number in 0..<lives {
            let start = Double(number) * life
            // The last quarter of a life is calm, so that its memory can be compared.
            var at = start + gap
            var count = 0
            while at < start + life * 0.8 {
                steps.append(Step(at: .seconds(at), episode: Self.episode(count, &random)))
                at += gap * Double.random(in: 0.7...1.6, using: &random)
                count += 1
            }
            guard number < lives - 1 else { continue }
            let end: Episode =
                number.isMultiple(of: 2) ? .killed : .killedOnABadDisk(Self.trouble(&random), .milliseconds(700))
            steps.append(Step(at: .seconds(start + life), episode: end))
        }
        self.steps = steps
    }

    /// Trouble and clocks in turn, so that a short soak has both.
    private static func episode(_ count: Int, _ random: inout SeededRandom) -> Episode {
        switch count % 3 {
        case 0: .disk(trouble(&random), .milliseconds(Int.random(in: 300...3000, using: &random)))
        case 1: .clock([-86_400, -3600, 0, 3600, 86_400].randomElement(using: &random) ?? 0)
        default: Bool.random(using: &random) ? .calm : .disk(trouble(&random), .milliseconds(200))
        }
    }

    private static func trouble(_ random: inout SeededRandom) -> FaultyMachine.Trouble {
        FaultyMachine.Trouble.all[Int.random(in: 0..<FaultyMachine.Trouble.all.count, using: &random)]
    }
}
