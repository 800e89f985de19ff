import type { Deployment, Step } from "../../extproc/exchange.ts";
import { type Observer, observeEvent, type StreamEnd } from "../observe.ts";
import type { MessageFault } from "./grpc-messages.ts";
import type { Call, GrpcStream } from "./grpc-stream.ts";

/** What is done with the messages of one stream. */
export type Receiver = { receive(bytes: Uint8Array): Step };

/** Called at the start of each stream. */
export type Open = (deployment: Deployment) => Receiver;

/** `ExternalProcessor/Process`: one stream, one exchange. Envoy resets every stream when it is done with it. */
export class ProcessCall implements Call {
  readonly #stream: GrpcStream;
  readonly #receiver: Receiver;
  readonly #observer: Observer;
  #end: StreamEnd = "peer";

  constructor(stream: GrpcStream, receiver: Receiver, observer: Observer) {
    this.#stream = stream;
    this.#receiver = receiver;
    this.#observer = observer;
    observer.streamOpened();
  }

  receive(message: Uint8Array): void {
    const started = performance.now();
    const step = this.#receiver.receive(message);
    const seconds = (performance.now() - started) / 1000;
    for (const event of step.events) observeEvent(this.#observer, event, seconds);
    this.#answer(step);
  }

  peerEnded(): void {
    this.#stream.end("OK", "");
  }

  failed(cause: MessageFault["kind"] | "deadline"): void {
    this.#end = "failure";
    if (cause !== "deadline") this.#observer.unexpected(cause);
  }

  broke(error: unknown): void {
    this.#end = "bug";
    this.#observer.bug(error);
  }

  closed(): void {
    this.#observer.streamEnded(this.#end);
  }

  #answer(step: Step): void {
    switch (step.kind) {
      case "silence":
        return;
      case "reply":
        if (step.end) this.#finish(step.bytes);
        else this.#stream.write(step.bytes);
        return;
      case "failure":
        this.#end = "failure";
        this.#stream.end(step.code, step.message);
    }
  }

  #finish(last: Uint8Array): void {
    this.#end = "answered";
    this.#stream.finish(last);
  }
}
