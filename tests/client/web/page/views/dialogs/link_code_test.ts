import { assertEquals } from "@std/assert";
import { codeIn } from "../../../../../../client/web/page/views/dialogs/link_code.ts";

const cases: readonly (readonly [string, string | undefined])[] = [
  ["chat_k3x9", "chat_k3x9"],
  ["http://127.0.0.1:8000/join#chat_k3x9", "chat_k3x9"],
  ["/join#chat_k3x9", "chat_k3x9"],
  ["#chat_k3x9", "chat_k3x9"],
  ["http://127.0.0.1:8000/join#", undefined],
  ["http://127.0.0.1:8000/join", undefined],
  ["come in: chat_k3x9", undefined],
  ["", undefined],
];

for (const [text, code] of cases) {
  Deno.test(`codeIn() finds ${code ?? "no code"} in "${text}"`, () => {
    assertEquals(codeIn(text), code);
  });
}
