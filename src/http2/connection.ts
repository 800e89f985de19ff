import { ERROR, type ErrorCode } from "./error-code.ts";
import type { DecodedFields } from "./field-decoder.ts";
import { FLAG, FRAME, MAX_31_BITS, uint31, uint32 } from "./frame.ts";
import { FrameReader, PRIORITY_LENGTH } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HeadReader } from "./head-reader.ts";
import { readSettings, SETTING } from "./peer-settings.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { areTrailers, type RequestHead } from "./request-head.ts";
import type { Stream, StreamHandler } from "./stream.ts";
import { DEFAULT_WINDOW, MAX_STREAMS, Streams } from "./streams.ts";

/** What the peer says first (RFC 9113 section 3.4). */
const PREFACE: Uint8Array = Uint8Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (character) =>
  character.charCodeAt(0),
);

/** What all streams of a connection may have under way to us, in bytes: with the default, forty exchanges would wait. */
const RECEIVE_WINDOW = 4_194_304;
/** Fields of one request: Envoy takes 100 from a client by default, and initial metadata may copy them. */
const MAX_FIELDS = 128;
/** Bytes of the fields of one request: Envoy takes 60 KiB from a client by default. */
const MAX_FIELDS_LENGTH = 65_536;

/** The payload of the PING whose answer shows that the peer has heard that we leave. */
const FAREWELL: Uint8Array = Uint8Array.of(0x63, 0x6f, 0x72, 0x73, 0x64, 0, 0, 1);

/** Why the connection cannot go on (section 5.4.1); undefined: it can. */
type Fault = ErrorCode | undefined;

type Fields = Exclude<DecodedFields, "malformed">;

/** What a connection needs around it. */
export type Surroundings = {
  /** Takes bytes to the peer, in their order. */
  readonly send: (bytes: Uint8Array) => void;
  /** A request has come. Undefined where it was answered at once. */
  readonly open: (stream: Stream, head: RequestHead) => StreamHandler | undefined;
  /** The peer has reset a stream, or made us do it; false where it does so too often. */
  readonly allowsReset: () => boolean;
  /** All was said: the transport is to be closed once the bytes are out. */
  readonly over: () => void;
};

/**
 * The server's side of one HTTP/2 connection (RFC 9113) as a value: bytes come in by {@link receive}, go out by
 * `send`. Nothing that a peer sends throws: what breaks the protocol ends the stream or the connection, with the code
 * that the RFC names. Priorities are read and ignored, and nothing is pushed.
 */
export class Connection {
  readonly #around: Surroundings;
  readonly #writer: FrameWriter = new FrameWriter();
  readonly #streams: Streams;
  readonly #reader: FrameReader = new FrameReader();
  readonly #heads: HeadReader = new HeadReader({ fields: MAX_FIELDS, length: MAX_FIELDS_LENGTH });
  readonly #receiveWindow: ReceiveWindow = new ReceiveWindow(RECEIVE_WINDOW);
  /** Bytes of the preface that have come. */
  #prefaceRead = 0;
  #hasSettings = false;
  /** The stream whose fields go on in the next frame; 0: none. */
  #continued = 0;
  /** The flags of the HEADERS whose fields are read. */
  #headFlags = 0;
  #leaving: "no" | "announced" | "final" = "no";
  #isReceiving = false;
  #isOver = false;
  #isTold = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#streams = new Streams(this.#writer, {
      wrote: () => {
        if (!this.#isReceiving) this.#flush();
      },
      closed: () => this.#endIfLeft(),
    });
  }

  /** True until the peer has said who it is. */
  get isUnknown(): boolean {
    return !this.#hasSettings;
  }

  /** Says who we are (section 3.4): to be called once, first. */
  greet(): void {
    this.#writer.settings([
      [SETTING.MAX_CONCURRENT_STREAMS, MAX_STREAMS],
      [SETTING.MAX_HEADER_LIST_SIZE, MAX_FIELDS_LENGTH],
    ]);
    this.#writer.windowUpdate(0, RECEIVE_WINDOW - DEFAULT_WINDOW);
    this.#flush();
  }

  /** Takes bytes of the peer; they are not used after it returns. */
  receive(chunk: Uint8Array): void {
    this.#isReceiving = true;
    const start = this.#readPreface(chunk);
    if (!this.#isOver) this.#readFrames(chunk, start);
    this.#isReceiving = false;
    this.#flush();
  }

  /** The peer will send nothing more, or cannot be reached. */
  lost(): void {
    this.#end();
  }

  /**
   * Takes no new streams, finishes those that are open, and is over. In two steps (section 6.8): first the peer is told
   * to open no more; only when it must have heard, those that it opened meanwhile included, it is told which was last.
   */
  leave(): void {
    if (this.#isOver || this.#leaving !== "no") return;
    this.#leaving = "announced";
    if (this.isUnknown) {
      this.#end();
    } else {
      this.#writer.goAway(MAX_31_BITS, ERROR.NO_ERROR);
      this.#writer.frame(FRAME.PING, 0, 0, FAREWELL);
      this.#flush();
    }
  }

  #flush(): void {
    if (!this.#writer.isEmpty) this.#around.send(this.#writer.take());
    if (!this.#isOver || this.#isTold) return;
    this.#isTold = true;
    this.#around.over();
  }

  /** Ends without a word of why; all streams with it. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#streams.closeAll();
    if (!this.#isReceiving) this.#flush();
  }

  #endIfLeft(): void {
    if (this.#leaving === "final" && this.#streams.count === 0) this.#end();
  }

  /** Where the frames begin in the chunk. */
  #readPreface(chunk: Uint8Array): number {
    let at = 0;
    for (; this.#prefaceRead < PREFACE.length && at < chunk.length; at += 1) {
      if (chunk[at] !== PREFACE[this.#prefaceRead]) {
        this.#end();
        return at;
      }
      this.#prefaceRead += 1;
    }
    return at;
  }

  #readFrames(chunk: Uint8Array, start: number): void {
    const reader = this.#reader;
    reader.push(chunk, start);
    while (!this.#isOver && reader.next()) this.#stopAt(this.#readFrame());
    if (reader.isTooLong) this.#stopAt(ERROR.FRAME_SIZE_ERROR);
  }

  #stopAt(fault: Fault): void {
    if (fault === undefined || this.#isOver) return;
    this.#writer.goAway(this.#streams.last, fault);
    this.#end();
  }

  #readFrame(): Fault {
    const { type, stream } = this.#reader;
    if (this.#continued !== 0) {
      const goesOn = type === FRAME.CONTINUATION && stream === this.#continued;
      return goesOn ? this.#readContinuation() : ERROR.PROTOCOL_ERROR;
    }
    if (this.#hasSettings) return this.#readAny(type);
    if (type !== FRAME.SETTINGS || this.#reader.has(FLAG.ACK)) return ERROR.PROTOCOL_ERROR;
    this.#hasSettings = true;
    return this.#readSettings();
  }

  #readAny(type: number): Fault {
    switch (type) {
      case FRAME.DATA:
        return this.#readData();
      case FRAME.HEADERS:
        return this.#readHeaders();
      case FRAME.RST_STREAM:
        return this.#readRstStream();
      case FRAME.WINDOW_UPDATE:
        return this.#readWindowUpdate();
      case FRAME.SETTINGS:
        return this.#readSettings();
      case FRAME.PING:
        return this.#readPing();
      case FRAME.GOAWAY:
        return this.#readGoAway();
      case FRAME.PRIORITY:
        return this.#readPriority();
      case FRAME.PUSH_PROMISE:
      case FRAME.CONTINUATION:
        return ERROR.PROTOCOL_ERROR;
      default:
        // An extension, which is to be ignored (section 5.5).
        return undefined;
    }
  }

  #readHeaders(): Fault {
    const reader = this.#reader;
    const { stream, flags } = reader;
    if (stream % 2 === 0 || !reader.unpad()) return ERROR.PROTOCOL_ERROR;
    if (reader.has(FLAG.PRIORITY) && !reader.skipPriority()) return ERROR.PROTOCOL_ERROR;
    this.#headFlags = flags;
    if (reader.has(FLAG.END_HEADERS)) return this.#takeFields();
    this.#continued = stream;
    return this.#keepFields();
  }

  #readContinuation(): Fault {
    if (!this.#reader.has(FLAG.END_HEADERS)) return this.#keepFields();
    this.#continued = 0;
    return this.#takeFields();
  }

  #keepFields(): Fault {
    const { bytes, start, end } = this.#reader;
    return this.#heads.keep(bytes, start, end) ? undefined : ERROR.ENHANCE_YOUR_CALM;
  }

  /** A block is whole. It is decoded whatever the stream is like, since later ones refer to it (section 4.3). */
  #takeFields(): Fault {
    const { stream: id, bytes, start, end } = this.#reader;
    const fields = this.#heads.read(bytes, start, end);
    if (fields === "malformed") return ERROR.COMPRESSION_ERROR;
    const stream = this.#streams.get(id);
    const isLast = (this.#headFlags & FLAG.END_STREAM) !== 0;
    if (stream !== undefined) return this.#takeTrailers(stream, fields, isLast);
    if (id > this.#streams.last) return this.#open(id, fields, isLast);
    return this.#faultOfLateHeaders(id);
  }

  #takeTrailers(stream: Stream, fields: Fields, isLast: boolean): Fault {
    if (stream.peerEnded) return this.#breakOff(stream, ERROR.STREAM_CLOSED);
    const isGood = isLast && fields !== "too-large" && areTrailers(fields);
    return isGood ? this.#peerEnded(stream) : this.#breakOff(stream, ERROR.PROTOCOL_ERROR);
  }

  /** On a stream that is not open any more, or never was (sections 5.1 and 5.1.1). */
  #faultOfLateHeaders(id: number): Fault {
    const by = this.#streams.closedBy(id);
    if (by === "us") return undefined;
    return by === "peer" ? ERROR.STREAM_CLOSED : ERROR.PROTOCOL_ERROR;
  }

  #open(id: number, fields: Fields, isLast: boolean): Fault {
    const stream = this.#streams.open(id);
    const head = this.#headFor(fields);
    if (typeof head === "number") return this.#breakOff(stream, head);
    stream.missing = head.contentLength;
    stream.peerEnded = isLast;
    stream.serve(this.#around.open(stream, head));
    return isLast ? this.#peerEnded(stream) : undefined;
  }

  /** Resets a stream for what the peer did, and takes that for a reset by the peer: both cost us the same. */
  #breakOff(stream: Stream, code: ErrorCode): Fault {
    stream.reset(code);
    // Refused is who comes too late or too soon, and may try again.
    if (code === ERROR.REFUSED_STREAM) return undefined;
    return this.#around.allowsReset() ? undefined : ERROR.ENHANCE_YOUR_CALM;
  }

  /** The head of a new stream; or why the stream is not served. */
  #headFor(fields: Fields): RequestHead | ErrorCode {
    if (this.#leaving === "final" || this.#streams.count > MAX_STREAMS) return ERROR.REFUSED_STREAM;
    if (fields === "too-large") return ERROR.ENHANCE_YOUR_CALM;
    return this.#heads.headOf(fields) ?? ERROR.PROTOCOL_ERROR;
  }

  #peerEnded(stream: Stream): Fault {
    stream.peerEnded = true;
    if (stream.missing > 0) return this.#breakOff(stream, ERROR.PROTOCOL_ERROR);
    stream.handler?.ended();
    return undefined;
  }

  #readData(): Fault {
    const reader = this.#reader;
    const { stream: id, length } = reader;
    if (id === 0) return ERROR.PROTOCOL_ERROR;
    // Padding counts too (section 6.9.1). It cannot run out: no frame is as long as the half that is left at least.
    this.#receiveWindow.take(length);
    const more = this.#receiveWindow.renew();
    if (more > 0) this.#writer.windowUpdate(0, more);
    if (!reader.unpad()) return ERROR.PROTOCOL_ERROR;
    const stream = this.#streams.get(id);
    if (stream === undefined) return this.#readLateData(id);
    if (stream.peerEnded) return this.#breakOff(stream, ERROR.STREAM_CLOSED);
    if (stream.receiveWindow.take(length)) return this.#takeData(stream);
    return this.#breakOff(stream, ERROR.FLOW_CONTROL_ERROR);
  }

  #takeData(stream: Stream): Fault {
    const { bytes, start, end, length } = this.#reader;
    stream.missing -= length;
    if (stream.missing < 0) return this.#breakOff(stream, ERROR.PROTOCOL_ERROR);
    // Known before the content is: who answers it need not tell the peer to stop.
    stream.peerEnded = this.#reader.has(FLAG.END_STREAM);
    if (length > 0) stream.handler?.data(bytes.subarray(start, end));
    if (stream.peerEnded) return this.#peerEnded(stream);
    this.#streams.renew(stream);
    return undefined;
  }

  #readLateData(id: number): Fault {
    if (this.#streams.isIdle(id)) return ERROR.PROTOCOL_ERROR;
    if (this.#streams.closedBy(id) !== "us") this.#writer.rstStream(id, ERROR.STREAM_CLOSED);
    return undefined;
  }

  #readRstStream(): Fault {
    const { stream: id, length } = this.#reader;
    if (length !== 4) return ERROR.FRAME_SIZE_ERROR;
    if (this.#streams.isIdle(id)) return ERROR.PROTOCOL_ERROR;
    this.#streams.get(id)?.close("peer");
    return this.#around.allowsReset() ? undefined : ERROR.ENHANCE_YOUR_CALM;
  }

  #readWindowUpdate(): Fault {
    const { stream: id, bytes, start, length } = this.#reader;
    if (length !== 4) return ERROR.FRAME_SIZE_ERROR;
    const increment = uint31(bytes, start);
    if (id === 0) return this.#streams.widenAll(increment);
    if (this.#streams.isIdle(id)) return ERROR.PROTOCOL_ERROR;
    const stream = this.#streams.get(id);
    if (stream === undefined) return undefined;
    const fault = this.#streams.widen(stream, increment);
    return fault === undefined ? undefined : this.#breakOff(stream, fault);
  }

  #readSettings(): Fault {
    const { stream, bytes, start, end, length } = this.#reader;
    if (stream !== 0) return ERROR.PROTOCOL_ERROR;
    if (this.#reader.has(FLAG.ACK)) return length === 0 ? undefined : ERROR.FRAME_SIZE_ERROR;
    const settings = readSettings(bytes, start, end);
    if (typeof settings === "number") return settings;
    this.#writer.settingsAck();
    const { initialWindow } = settings;
    return initialWindow === undefined
      ? undefined
      : this.#streams.changeInitialWindow(initialWindow);
  }

  #readPing(): Fault {
    const { stream, bytes, start, end, length } = this.#reader;
    if (stream !== 0) return ERROR.PROTOCOL_ERROR;
    if (length !== FAREWELL.length) return ERROR.FRAME_SIZE_ERROR;
    if (this.#reader.has(FLAG.ACK)) this.#farewellHeard();
    else this.#writer.frame(FRAME.PING, FLAG.ACK, 0, bytes.subarray(start, end));
    return undefined;
  }

  /** We send no other PING. */
  #farewellHeard(): void {
    if (this.#leaving !== "announced") return;
    this.#leaving = "final";
    this.#writer.goAway(this.#streams.last, ERROR.NO_ERROR);
    this.#endIfLeft();
  }

  /** The peer opens no more streams, but waits for those that are open; unless it says that all is lost. */
  #readGoAway(): Fault {
    const { stream, bytes, start, length } = this.#reader;
    if (stream !== 0) return ERROR.PROTOCOL_ERROR;
    if (length < 8) return ERROR.FRAME_SIZE_ERROR;
    this.#leaving = "final";
    if (uint32(bytes, start + 4) === ERROR.NO_ERROR) this.#endIfLeft();
    else this.#end();
    return undefined;
  }

  #readPriority(): Fault {
    const { stream, length } = this.#reader;
    if (stream === 0) return ERROR.PROTOCOL_ERROR;
    if (length !== PRIORITY_LENGTH) return ERROR.FRAME_SIZE_ERROR;
    return this.#reader.skipPriority() ? undefined : ERROR.PROTOCOL_ERROR;
  }
}
