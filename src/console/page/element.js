import { printable, printableLines } from "./printable.js";

/** @typedef {Record<string, string | number | boolean | undefined>} Attributes */
/** @typedef {Node | string} Child */

/**
 * An element. Texts become text nodes, never markup, and show what cannot be printed as escapes; `false` and
 * `undefined` leave an attribute out.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children.map(asNode));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element of SVG.
 *
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  setAttributes(element, attributes);
  element.append(...children.map(asNode));
  return element;
}

/**
 * Text that is code, of one line.
 *
 * @param {string} text
 */
export function code(text) {
  return h("code", {}, text);
}

/**
 * A sentence of the server, whose quotes of what somebody wrote stand in backticks.
 *
 * @param {string} text
 * @returns {Node[]}
 */
export function prose(text) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? code(part) : asNode(part)));
}

/**
 * Text of several lines, as it is.
 *
 * @param {string} text
 */
export function lines(text) {
  const element = h("pre");
  element.textContent = printableLines(text);
  return element;
}

/**
 * An element of the page that is there.
 *
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @returns {Kind}
 */
export function find(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return /** @type {Kind} */ (element);
}

/**
 * Shows a text in an element, and touches nothing where it is shown already: what listens for changes hears none.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  const shown = printable(text);
  if (element.textContent !== shown) element.textContent = shown;
}

/**
 * @param {Element} element
 * @param {Attributes} attributes
 */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : printable(String(value)));
  }
}

/** @param {Child} child */
function asNode(child) {
  return typeof child === "string" ? document.createTextNode(printable(child)) : child;
}
