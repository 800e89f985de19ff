import { code, h } from "./element.js";
import { counted } from "./format.js";
import { originList } from "./origins.js";

/** @typedef {import("./server.js").Policy} Policy */
/** @typedef {import("./server.js").Group} Group */
/** @typedef {import("./server.js").Application} Application */

/**
 * Something that unfolds; what is in it is made when it does first.
 *
 * @param {(Node | string)[]} title
 * @param {() => Node[]} body
 */
function fold(title, body) {
  const details = h("details", { class: "fold" }, h("summary", {}, ...title));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) {
      details.append(h("div", { class: "inside" }, ...body()));
    }
  });
  return details;
}

/**
 * @param {Group} group
 * @param {string[]} everywhere applications of all groups
 */
export function groupCard(group, everywhere) {
  const { name, match, policies, applications } = group;
  const first = match[0];
  const place = first === undefined ? "named by Envoy alone" : placeOf(first);
  const more = match.length > 1 ? `, and ${match.length - 1} more` : "";
  const title = [
    h("b", {}, name),
    h("span", { class: "hint" }, `${place}${more}`),
    h("span", { class: "badge" }, counted(policies.length, "policy", "policies")),
  ];
  return fold(title, () => [
    matchTable(group),
    facts([
      ["Policies, in their order", linked(policies)],
      ["Applications", applications.length === 0 ? none("none of its own") : names(applications)],
      ["Applications everywhere", everywhere.length === 0 ? none("none") : names(everywhere)],
    ]),
  ]);
}

/** @param {import("./server.js").Match} match */
function placeOf({ host, path, route }) {
  const place = `${host ?? ""}${path ?? ""}`;
  if (route === null) return place === "" ? "everything" : place;
  return place === "" ? `route ${route}` : `route ${route}, ${place}`;
}

/** @param {Group} group */
function matchTable({ name, match }) {
  if (match.length === 0)
    return h("p", { class: "hint" }, "It has no match: a route of Envoy names it.");
  const rows = match.map(({ host, path, route }) =>
    h(
      "tr",
      {},
      ...[host, path, route].map((each) => h("td", {}, each === null ? none("any") : code(each))),
    ),
  );
  const heads = ["Host", "Path begins", "Route"].map((words) => h("th", { scope: "col" }, words));
  return h(
    "section",
    { class: "scroll", "aria-label": `Match of ${name}`, tabindex: 0 },
    h(
      "table",
      {},
      h("caption", {}, "Selected by any of"),
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...rows),
    ),
  );
}

/** @param {Policy} policy */
export function policyCard(policy) {
  const { name, mode, enabled, tags, originCount, description } = policy;
  const title = [
    h("b", {}, name),
    h("span", { class: `badge ${mode}` }, enabled ? mode : "not enabled"),
    h("span", { class: "hint" }, counted(originCount, "origin")),
    ...tags.map(tagOf),
  ];
  return fold(title, () => [
    ...(description === null ? [] : [h("p", {}, description)]),
    facts([...admissionOf(policy), ...behaviorOf(policy)]),
  ]);
}

/**
 * Who is admitted to what.
 *
 * @param {Policy} policy
 * @returns {Fact[]}
 */
function admissionOf(policy) {
  const { name, mode, maxAge, tags } = policy;
  return [
    ["Mode", mode === "shadow" ? "shadow: decided beside the others, never applied" : "enforce"],
    ["Origins", originList("policy", name, policy.allowOrigins, policy.originCount)],
    ["Methods", nameList(policy.allowMethods)],
    ["Request headers", nameList(policy.allowHeaders)],
    ["Exposed headers", nameList(policy.exposeHeaders)],
    ["Credentials", yes(policy.allowCredentials, "allowed")],
    ["Max age", maxAge === null ? "not sent" : `${maxAge} s`],
    ["Tags", tags.length === 0 ? none("none") : h("span", {}, ...tags.map(tagOf))],
  ];
}

/**
 * @param {Policy} policy
 * @returns {Fact[]}
 */
function behaviorOf(policy) {
  const { httpVersions, preflight, webSocket, requireOrigin } = policy;
  return [
    ["HTTP versions", httpVersions === "*" ? "any" : httpVersions.join(", ")],
    [
      "Allowed preflights",
      preflight === "continue" ? "go on to Envoy’s other filters" : "are answered",
    ],
    ["WebSocket", webSocket === "check" ? "origins are checked" : "not touched"],
    ["Without an Origin", requireOrigin ? "refused" : "not touched"],
    ["Private network access", yes(policy.allowPrivateNetwork, "allowed")],
    ["Timing-Allow-Origin", yes(policy.timingAllowOrigin, "sent")],
    ["Preset", policy.preset],
  ];
}

/**
 * @param {boolean} is
 * @param {string} words
 */
function yes(is, words) {
  return is ? words : `not ${words}`;
}

/** @param {Application} application */
export function applicationCard({ name, origins, originCount, apiGroups }) {
  const title = [
    h("b", {}, name),
    h("span", { class: "hint" }, counted(originCount, "origin")),
    h(
      "span",
      { class: "badge" },
      apiGroups === "*" ? "everywhere" : counted(apiGroups.length, "group"),
    ),
  ];
  return fold(title, () => [
    facts([
      ["Origins", originList("application", name, origins, originCount)],
      ["Groups", apiGroups === "*" ? "all of them" : names(apiGroups)],
    ]),
  ]);
}

/** @typedef {[term: string, value: Node | string]} Fact */

/** @param {Fact[]} pairs */
function facts(pairs) {
  return h(
    "dl",
    { class: "sheet" },
    ...pairs.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))),
  );
}

/** @param {string[]} policies */
function linked(policies) {
  const items = policies.map((name) =>
    h("li", {}, h("a", { href: `#policy/${encodeURIComponent(name)}` }, name)),
  );
  return items.length === 0 ? none("none: exchanges pass untouched") : h("ol", {}, ...items);
}

/** @param {string[]} all */
function names(all) {
  return h("ul", { class: "inline" }, ...all.map((name) => h("li", {}, name)));
}

/** @param {string[] | "*"} list */
function nameList(list) {
  if (list === "*") return "any";
  return list.length === 0
    ? none("none")
    : h("ul", { class: "inline" }, ...list.map((name) => h("li", {}, code(name))));
}

/** @param {string} tag */
function tagOf(tag) {
  return h("span", { class: "tag" }, tag);
}

/** @param {string} words */
function none(words) {
  return h("span", { class: "hint" }, words);
}
