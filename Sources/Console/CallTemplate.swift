/// The page of one call.
enum CallTemplate {
    static let page = PageFrame.page(
        title: "call from {{from}} to {{to}}",
        main: """
            <section>
            <h2>Call {{call}} of account {{account}}</h2>
            <table>
            <tbody>
            <tr><th>Caller</th><td>{{from}}</td></tr>
            <tr><th>Known as</th><td>{{identity}}</td></tr>
            <tr><th>Called</th><td>{{to}}</td></tr>
            </tbody>
            </table>
            <p class="more">What it would come to now: <code>demarc route explain</code></p>
            </section>
            <section>
            <h2>Legs</h2>
            <table>
            <thead><tr><th>Leg</th><th>Party</th><th>Began</th><th>Rang</th><th>Answered</th><th>Lasted</th><th>Status</th>
            <th>Why it ended</th><th>Cost</th></tr></thead>
            <tbody>
            {{#legs}}<tr><td>{{position}}</td><td><code>{{party}}</code></td><td class="time">{{began}}</td>
            <td class="time">{{rang}}</td><td class="time">{{answered}}</td><td class="time">{{lasted}}</td><td>{{status}}</td>
            <td>{{cause}}</td><td class="time">{{cost}}</td></tr>
            {{/legs}}
            </tbody>
            </table>
            </section>
            <section>
            <h2>Messages</h2>
            <table>
            <tbody>
            {{#messages}}<tr><td class="time">{{at}}</td><td>{{way}}</td><td><code>{{remote}}</code></td>
            <td><details><summary><code>{{line}}</code></summary><pre>{{text}}</pre></details></td></tr>
            {{/messages}}
            {{^messages}}<tr><td>None is kept any more.</td></tr>{{/messages}}
            </tbody>
            </table>
            </section>

            """)
}
