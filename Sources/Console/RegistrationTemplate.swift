/// The page of one registration elsewhere.
enum RegistrationTemplate {
    static let page = PageFrame.page(
        title: "{{aor}}",
        main: """
            <section>
            <h2>Registration {{id}} of account {{account}}</h2>
            <table>
            <tbody>
            <tr><th>Address</th><td>{{aor}}</td></tr>
            <tr><th>State</th><td>{{state}}</td></tr>
            <tr><th>Last answer</th><td>{{answer}}</td></tr>
            <tr><th>Last success</th><td class="time">{{lastSuccess}}</td></tr>
            <tr><th>Lease</th><td>{{granted}}</td></tr>
            <tr><th>Expires in</th><td class="time">{{expires}}</td></tr>
            <tr><th>Next try in</th><td class="time">{{next}}</td></tr>
            <tr><th>Failed tries</th><td>{{attempts}}</td></tr>
            <tr><th>Target</th><td><code>{{target}}</code></td></tr>
            <tr><th>Contact</th><td><code>{{contact}}</code></td></tr>
            </tbody>
            </table>
            <p class="more">Try it now: <code>demarc registrations retry {{id}}</code></p>
            </section>
            <section>
            <h2>Transitions</h2>
            <table>
            <thead><tr><th>First</th><th>Last</th><th>Times</th><th>State</th><th>Answer</th></tr></thead>
            <tbody>
            {{#history}}<tr><td class="time">{{first}}</td><td class="time">{{last}}</td><td>{{times}}</td>
            <td>{{state}}</td><td>{{status}}</td></tr>
            {{/history}}
            {{^history}}<tr><td colspan="5" class="none">Nothing happened yet.</td></tr>{{/history}}
            </tbody>
            </table>
            </section>

            """)
}
