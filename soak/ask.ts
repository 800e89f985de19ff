import { type Agent, request } from "node:http";
import type { Answer } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

/** Asks once; the error's message where there was no answer. */
export function ask(port: number, agent: Agent, scenario: Scenario): Promise<Answer | string> {
  const { method, path, headers } = scenario;
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, agent, method, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.once("error", (error) => resolve(error.message));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: joined(response.headers), body }),
      );
    });
    asked.once("error", (error) => resolve(error.message));
    asked.end();
  });
}

function joined(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Answer["headers"] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : String(value),
    ]),
  );
}
