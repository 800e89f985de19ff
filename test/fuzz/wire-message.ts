import type { Random } from "./random.ts";

// Messages of protocol buffers as trees, so that what is changed is a field, a length or a wire type, and not any byte.

/** A field as it will stand on the wire. */
export type WireField = {
  readonly number: number;
  readonly wireType: number;
  /** Of a length-delimited field the fields inside, or bytes; of another one the bytes of its value. */
  readonly content: Uint8Array | readonly WireField[];
  /** What the length says in place of the right one. */
  readonly length?: number;
  /** Bytes that its tag and length are stretched to: a varint may end in zeros. */
  readonly padded?: number;
};

export function bytesField(number: number, content: WireField["content"]): WireField {
  return { number, wireType: 2, content };
}

export function textField(number: number, text: string): WireField {
  return bytesField(number, Buffer.from(text, "latin1"));
}

export function varintField(number: number, value: number): WireField {
  return { number, wireType: 0, content: varint(value) };
}

/** A varint of at least so many bytes; it says at most 2^53. */
export function varint(value: number, least = 1): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80 || bytes.length + 1 < least) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

export function encodeWire(fields: readonly WireField[]): Buffer {
  return Buffer.concat(fields.map(encodeField));
}

function encodeField({ number, wireType, content, length, padded }: WireField): Buffer {
  const bytes = content instanceof Uint8Array ? content : encodeWire(content);
  const tag = varint(number * 8 + wireType, padded);
  if (wireType !== 2) return Buffer.concat([tag, bytes]);
  return Buffer.concat([tag, varint(length ?? bytes.length, padded), bytes]);
}

/** Changes after which the message still says the same: fields that nobody knows, and longer varints. */
export function decorated(random: Random, fields: readonly WireField[]): WireField[] {
  return fields.flatMap((field) => {
    const { content } = field;
    const inside = content instanceof Uint8Array ? content : decorated(random, content);
    const same = {
      ...field,
      content: inside,
      ...(random.oneIn(8) ? { padded: 1 + random.below(5) } : {}),
    };
    return random.oneIn(8) ? [unknownField(random), same] : [same];
  });
}

function unknownField(random: Random): WireField {
  const number = random.pick([100, 2047, 2048, 2 ** 29 - 1]);
  switch (random.below(4)) {
    case 0:
      return { number, wireType: 0, content: varint(random.uint32(), random.between(1, 10)) };
    case 1:
      return { number, wireType: 1, content: random.bytes(8) };
    case 2:
      return { number, wireType: 5, content: random.bytes(4) };
    default:
      return bytesField(number, random.bytes(random.below(12)));
  }
}

const LENGTHS = [0, 1, 127, 128, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];

/** One change, somewhere in the tree, after which it says anything. */
export function spoilt(random: Random, fields: readonly WireField[]): WireField[] {
  const list = [...fields];
  const at = random.below(list.length + 1);
  const field = list[at];
  if (field === undefined) return [...list, oddField(random)];
  const { content } = field;
  if (!(content instanceof Uint8Array) && !random.oneIn(3)) {
    list[at] = { ...field, content: spoilt(random, content) };
    return list;
  }
  list.splice(at, 1, ...spoiltField(random, field));
  return list;
}

function spoiltField(random: Random, field: WireField): readonly WireField[] {
  switch (random.below(9)) {
    case 0:
      return [];
    case 1:
      return [field, field];
    case 2:
      return [{ ...field, length: random.pick(LENGTHS) }];
    case 3:
      return [{ ...field, wireType: random.below(8) }];
    case 4:
      return [{ ...field, number: random.pick([0, 1, 2, 3, 4, 5, 6, 7, 9, 10]) }];
    case 5:
      return [{ ...field, padded: random.between(9, 12) }];
    case 6:
      return [{ ...field, content: random.bytes(random.below(20)) }];
    case 7:
      return [nested(random, field)];
    default:
      return [oddField(random), field];
  }
}

/** In itself again and again. */
function nested(random: Random, field: WireField): WireField {
  let inner = field;
  for (let depth = random.pick([1, 2, 100, 300]); depth > 0; depth -= 1) {
    inner = bytesField(field.number, [inner]);
  }
  return inner;
}

function oddField(random: Random): WireField {
  switch (random.below(4)) {
    case 0:
      // A group, with or without an end.
      return { number: random.between(1, 12), wireType: random.pick([3, 4]), content: Buffer.of() };
    case 1:
      return {
        number: random.between(1, 12),
        wireType: 0,
        content: Buffer.alloc(random.between(9, 12), 0xff),
      };
    case 2:
      return bytesField(random.between(1, 12), [bytesField(1, random.bytes(6))]);
    default:
      return unknownField(random);
  }
}
