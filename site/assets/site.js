// Search and copying: all else of the site works without a script.

/** How many pages are shown for a search. */
const MOST = 8;

const root = document.body.dataset.root ?? "";

for (const block of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code")?.textContent ?? "");
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 1500);
  });
  // Off http(s) and loopback a browser has no clipboard for scripts.
  if (navigator.clipboard !== undefined) block.append(button);
}

const input = document.querySelector("#site-search");
const results = document.querySelector("#site-results");
const found = document.querySelector("#site-found");
document.querySelector("search").hidden = false;

/** As scripts and not by fetch, so that a copy of the site on a disk can be searched too. */
function load(path) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = root + path;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

function wordsOf(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Words, and pairs of neighbours: messages of browsers differ by what stands beside what, as in "origin null". */
function wordsAndPairsOf(text) {
  const words = wordsOf(text);
  return [...words, ...words.slice(1).map((word, at) => `${words[at]} ${word}`)];
}

let index;

/** The index, made when somebody first searches. */
function openIndex() {
  index ??= Promise.all([load("assets/minisearch.js"), load("assets/search-records.js")]).then(
    () => {
      const made = new globalThis.MiniSearch({
        fields: ["title", "heading", "messages", "text"],
        storeFields: ["address", "title", "heading", "text"],
        tokenize: (text, field) => (field === "messages" ? wordsAndPairsOf(text) : wordsOf(text)),
      });
      made.addAll(globalThis.searchRecords);
      return made;
    },
  );
  return index;
}

const FEW_WORDS = {
  boost: { title: 3, heading: 2, messages: 2 },
  combineWith: "AND",
  prefix: true,
  fuzzy: 0.1,
  tokenize: wordsOf,
};

/** For what somebody took out of a console: every word may be theirs alone. */
const MESSAGE = { boost: { messages: 4 }, combineWith: "OR", tokenize: wordsAndPairsOf };

/** The best section of each page. */
async function search(text) {
  const hits = (await openIndex()).search(text, wordsOf(text).length > 5 ? MESSAGE : FEW_WORDS);
  const pages = new Map();
  for (const hit of hits) {
    const [page] = hit.address.split("#");
    if (!pages.has(page)) pages.set(page, hit);
  }
  return [...pages.values()].slice(0, MOST);
}

function itemOf({ address, title, heading, text }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = root + address;
  const name = document.createElement("strong");
  name.textContent = heading === "" ? title : `${title}: ${heading}`;
  const about = document.createElement("small");
  about.textContent = text.slice(0, 200);
  link.append(name, about);
  item.append(link);
  return item;
}

function nothingFound() {
  const item = document.createElement("li");
  item.className = "nothing";
  item.textContent = "Nothing is found: try fewer words.";
  return item;
}

let asked = 0;

async function show() {
  asked += 1;
  const turn = asked;
  const text = input.value;
  const hits = text.trim() === "" ? [] : await search(text);
  // Somebody typed on meanwhile.
  if (turn !== asked) return;
  const isAsked = text.trim() !== "";
  results.replaceChildren(...(isAsked && hits.length === 0 ? [nothingFound()] : hits.map(itemOf)));
  results.hidden = !isAsked;
  found.textContent = isAsked ? `${hits.length} pages found` : "";
}

function close() {
  results.hidden = true;
}

input.addEventListener("focus", () => openIndex());
input.addEventListener("input", () => show());

document.querySelector("search").addEventListener("keydown", (event) => {
  const links = [...results.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    close();
    input.focus();
  } else if (event.key === "Enter" && document.activeElement === input) {
    links[0]?.click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (links[next] ?? input).focus();
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("search")) close();
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea");
  if (event.key === "/" && !isTyping) {
    input.focus();
    event.preventDefault();
  }
});
