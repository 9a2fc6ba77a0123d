import { render } from "preact";
import { useState } from "preact/hooks";
import { Session } from "../../connection/session.ts";
import { systemClock } from "../../../lib/clock.ts";
function App() {
  const [n, setN] = useState(0);
  return (
    <button type="button" onClick={() => setN(n + 1)}>
      {n} {String(Session)}
      {systemClock.now()}
    </button>
  );
}
const root = document.getElementById("page");
if (root !== null) render(<App />, root);
