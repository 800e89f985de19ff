import { type ChildProcess, spawn } from "node:child_process";

/** Where something stands in a text, both from 0, as the Language Server Protocol counts. */
export type Position = { readonly line: number; readonly character: number };

export type Diagnostic = {
  readonly message: string;
  readonly range: { readonly start: Position };
};

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
};

/** One server with one document at a time, spoken to as an editor does: JSON-RPC over its standard streams. */
export class LanguageServer {
  readonly #child: ChildProcess;
  readonly #answers: Map<number, (result: unknown) => void> = new Map();
  readonly #diagnosed: Map<string, (found: readonly Diagnostic[]) => void> = new Map();
  #received: Buffer = Buffer.alloc(0);
  #last = 0;

  constructor(program: string) {
    this.#child = spawn(program, ["--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
    this.#child.stdout?.on("data", (bytes: Buffer) => this.#receive(bytes));
  }

  async start(): Promise<void> {
    await this.#ask("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } },
    });
    this.#tell("initialized", {});
    const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
    this.#tell("workspace/didChangeConfiguration", { settings: { yaml } });
  }

  /** Opens a document; what the server finds wrong with it. */
  open(uri: string, text: string): Promise<readonly Diagnostic[]> {
    const diagnosed = new Promise<readonly Diagnostic[]>((found) =>
      this.#diagnosed.set(uri, found),
    );
    this.#tell("textDocument/didOpen", {
      textDocument: { uri, languageId: "yaml", version: 1, text },
    });
    return diagnosed;
  }

  /** What an editor shows under the pointer, as one text. */
  async hover(uri: string, position: Position): Promise<string> {
    const found = await this.#ask("textDocument/hover", { textDocument: { uri }, position });
    return JSON.stringify(found);
  }

  /** Labels of what can be written here. */
  async complete(uri: string, position: Position): Promise<readonly string[]> {
    const found = await this.#ask("textDocument/completion", { textDocument: { uri }, position });
    const { items = [] } = found as { readonly items?: readonly { readonly label: string }[] };
    return items.map(({ label }) => label);
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const answer = new Promise<unknown>((give) => this.#answers.set(id, give));
    this.#send({ id, method, params });
    return answer;
  }

  #tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#child.stdin?.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin?.write(body);
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      const head = this.#received.subarray(0, Math.max(0, end)).toString();
      const length = Number(/Content-Length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
      if (!(this.#received.length >= end + 4 + length)) return;
      const body = this.#received.subarray(end + 4, end + 4 + length).toString();
      this.#received = this.#received.subarray(end + 4 + length);
      this.#take(JSON.parse(body));
    }
  }

  #take({ id, method, params, result }: Message): void {
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      this.#diagnosed.get(uri)?.(diagnostics);
    } else if (method !== undefined && id !== undefined) {
      // It asks for settings, or to register something: there is nothing beyond what it was told.
      this.#send({ id, result: null });
    } else if (id !== undefined) {
      this.#answers.get(id)?.(result);
    }
  }
}
