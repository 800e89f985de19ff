export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  /** The first cell of a row is text and stands at the left; all others at the right. */
  readonly rows: readonly (readonly string[])[];
  /** Said below it. */
  readonly notes?: readonly string[];
};

/** A table for people, in columns of the width that they need. */
export function renderTable({ title, head, rows, notes = [] }: Table): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    widths.map((width, column) => pad(cells[column] ?? "", width, column)).join("  ");
  const rule = "-".repeat(line(head).length);
  const below = notes.map((note) => `  ${note}`);
  const all = [title, rule, line(head), rule, ...rows.map(line), ...below];
  return `${all.map((each) => each.trimEnd()).join("\n")}\n`;
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** What stands where nothing was measured. */
export const NOTHING = "-";

/** A number with so many digits behind the point and blanks between thousands. */
export function written(value: number | undefined, digits = 0): string {
  if (value === undefined || !Number.isFinite(value)) return NOTHING;
  const [whole = "", fraction] = value.toFixed(digits).split(".");
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, " ");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
