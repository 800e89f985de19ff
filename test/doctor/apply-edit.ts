import type { Edit } from "../../src/doctor/finding.ts";

/** A JSON Merge Patch (RFC 7396): the target with the patch merged in. Nothing given is changed. */
export function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === "object" && target !== null && !Array.isArray(target);
  const result = new Map<string, unknown>(Object.entries(isObject ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

/** What stands at a JSON Pointer (RFC 6901); throws where there is nothing. */
export function resolve(root: unknown, pointer: string): unknown {
  let value = root;
  for (const key of keysOf(pointer)) {
    if (!Object.hasOwn(Object(value), key)) throw new Error(`there is no ${key} of ${pointer}`);
    value = Reflect.get(Object(value), key);
  }
  return value;
}

/** Makes the edit of a finding in `root`, at the finding's place. */
export function applyEdit(root: object, pointer: string, edit: Edit): void {
  switch (edit.kind) {
    case "merge":
      put(root, pointer, merged(resolve(root, pointer), edit.value));
      break;
    case "insert": {
      const { list, index } = itemAt(root, pointer);
      list.splice(index, 0, edit.value);
      break;
    }
    case "move": {
      const { list, index } = itemAt(root, pointer);
      const [moved] = list.splice(index, 1);
      list.splice(itemAt(root, edit.before).index, 0, moved);
      break;
    }
  }
}

function put(root: object, pointer: string, value: unknown): void {
  const keys = keysOf(pointer);
  const last = keys.at(-1) ?? "";
  const parent = resolve(root, pointer.slice(0, pointer.lastIndexOf("/")));
  Reflect.set(Object(parent), last, value);
}

function itemAt(root: unknown, pointer: string): { list: unknown[]; index: number } {
  const list = resolve(root, pointer.slice(0, pointer.lastIndexOf("/")));
  if (!Array.isArray(list)) throw new Error(`${pointer} is in no list`);
  return { list, index: Number(keysOf(pointer).at(-1)) };
}

function keysOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}
