/// What every page has around what it is about; `{{name}}` is always escaped, and nothing is written unescaped.
enum PageFrame {
    /// A page's Mustache text: `title` of the window, `heading`, and what stands beside it.
    static func page(title: String, heading: String, about: String, main: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="15">
        <title>Demarc: \(title)</title>
        <link rel="stylesheet" href="/console.css">
        </head>
        <body>
        <header>
        <h1>\(heading)</h1>
        <p>version {{version}} &middot; \(about)</p>
        </header>
        <main>
        \(main)</main>
        </body>
        </html>

        """
    }

    /// A page about one thing, which leads back to the first.
    static func page(title: String, main: String) -> String {
        page(title: title, heading: #"<a href="/">Demarc</a>"#, about: "{{now}} UTC", main: main)
    }

    static let style = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5d6878; --line: #dde2e9; --ground: #f5f7f9;
          --card: #fff; --accent: #0b6e6e; --alarm: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --soft: #93a0b0; --line: #2c3643;
          --ground: #12171d; --card: #1a2129; --accent: #52c4bf; --alarm: #ff8a80; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink);
          font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        header { display: flex; gap: 1.5rem; align-items: baseline; background: var(--card);
          padding: 1rem max(2rem, calc((100% - 78rem) / 2 + 2rem)); border-bottom: 3px solid var(--accent); }
        h1 { margin: 0; font-size: 1.35rem; letter-spacing: .02em; }
        header p { margin: 0; color: var(--soft); }
        main { max-width: 78rem; margin: 0 auto; padding: 1.25rem 2rem 3rem; }
        h2 { margin: 1.6rem 0 .5rem; font-size: 1rem; color: var(--soft); font-weight: 600; }
        .figures { display: flex; flex-wrap: wrap; gap: .75rem; }
        .figures div { flex: 1 1 7rem; padding: .7rem 1rem; background: var(--card); border: 1px solid var(--line);
          border-radius: 8px; }
        .figures b { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
        .figures span { color: var(--soft); }
        .figures .warn b { color: var(--alarm); }
        table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card);
          border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
        th, td { padding: .45rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
          overflow-wrap: anywhere; }
        th { font-size: .82rem; color: var(--soft); font-weight: 600; white-space: nowrap; }
        tr:last-child td { border-bottom: 0; }
        .time { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .none { color: var(--soft); }
        .more { margin: .4rem .2rem; color: var(--soft); }
        a { color: inherit; }
        code { font: .88em ui-monospace, "DejaVu Sans Mono", monospace; }
        .listeners code { display: inline-block; margin: 0 .3rem .3rem 0; padding: .2rem .55rem; background: var(--card);
          border: 1px solid var(--line); border-radius: 6px; }
        .alarm { padding: .7rem 1rem; border: 1px solid var(--alarm); border-radius: 8px; color: var(--alarm); }

        """
}
