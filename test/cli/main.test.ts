import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { policyFiles } from "./policy-files.ts";
import type { Ran } from "./run-corsd.ts";

const FINE = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";

/** Runs the program as a process of its own. */
async function corsd(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["src/main.ts", ...args], (error, out, err) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, out, err });
    });
  });
}

describe("the program as a process", () => {
  const file = policyFiles({ "fine.yaml": FINE, "bad.yaml": "policies: 7\n" });

  test.each([
    { args: ["--help"], code: 0, out: "Usage: corsd", err: "" },
    { args: [], code: 2, out: "", err: "Usage: corsd" },
    { args: ["chek"], code: 2, out: "", err: "unknown command" },
  ])("corsd $args: exit $code", async ({ args, code, out, err }) => {
    const ran = await corsd(...args);
    expect(ran.code).toBe(code);
    expect(ran.out).toContain(out);
    expect(ran.err).toContain(err);
  });

  test.each([
    { name: "fine.yaml", code: 0, says: "fine: 1 policy, 1 group\n" },
    { name: "bad.yaml", code: 1, says: "1 error\n" },
  ])("corsd check $name: exit $code", async ({ name, code, says }) => {
    const ran = await corsd("check", file(name));
    expect({ code: ran.code, err: ran.err }).toEqual({ code, err: "" });
    expect(ran.out).toContain(says);
  });

  test("corsd explain of a refused request: exit 3", async () => {
    const origin = ["-H", "Origin: https://other.example.com"];
    const { code } = await corsd(
      ...["explain", file("fine.yaml"), "--method", "GET", "--url", "/", ...origin],
    );
    expect(code).toBe(3);
  });

  test("corsd explain reads what was pasted from standard input, and colours it where that is asked for", async () => {
    const pasted = "curl https://api.example.com/ -H 'Origin: https://other.example.com'";
    const args = ["src/main.ts", "explain", file("fine.yaml"), "--paste", "-"];
    const env = { ...process.env, FORCE_COLOR: "1", NO_COLOR: "" };
    const child = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (piece: Buffer) => {
      out += piece.toString();
    });
    child.stdin.end(pasted);
    expect(await once(child, "close")).toEqual([3, null]);
    expect(out).toContain("\u001b[31mrefused (origin-not-allowed)");
    expect(out).toContain("add `https://other.example.com` to `allowOrigins` of policy `web`");
  });

  test("corsd serve of a document with errors: exit 1, with every problem", async () => {
    const args = ["serve", "--policy", file("bad.yaml"), "--listen", "127.0.0.1:0"];
    const { code, out, err } = await corsd(...args);
    expect(code).toBe(1);
    expect(out + err).toContain("bad.yaml:1:11");
  });

  test("corsd serve runs until it is told to stop: exit 0", async () => {
    const args = [
      "--policy",
      file("fine.yaml"),
      "--listen",
      "127.0.0.1:0",
      "--admin",
      "none",
    ].concat(["--drain-delay", "0"]);
    const child = spawn(process.execPath, ["src/main.ts", "serve", ...args]);
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const closed = once(child, "close");
    child.stderr.resume();
    for await (const text of child.stdout.setEncoding("utf8")) {
      if (String(text).includes('"serving"')) child.kill("SIGTERM");
    }
    expect(await closed).toEqual([0, null]);
  });

  test("a reader that leaves early is no fault of ours", async () => {
    const child = spawn(process.execPath, ["src/main.ts", "schema"]);
    child.stdout.destroy();
    let err = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    await once(child, "close");
    expect(err).toBe("");
  });
});
