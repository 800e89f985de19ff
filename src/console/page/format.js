const WHOLE = new Intl.NumberFormat("en");
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** @param {number} value */
export function number(value) {
  return WHOLE.format(Math.round(value));
}

/**
 * How often a second, with as many digits as say something.
 *
 * @param {number} value
 */
export function rate(value) {
  if (value === 0) return "0";
  return value < 10 ? value.toFixed(value < 1 ? 2 : 1) : number(value);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/**
 * The time of the day, in the reader's time zone.
 *
 * @param {string} iso
 */
export function time(iso) {
  return TIME.format(new Date(iso));
}

/** @param {string} iso */
export function moment(iso) {
  return MOMENT.format(new Date(iso));
}
