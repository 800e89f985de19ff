import type { SourcePage } from "./source-page.ts";

/**
 * A heading of the navigation and what stands below it: pages, or folders, whose pages come as the README of the folder
 * links to them, and without one by their names.
 */
type Section = { readonly title: string; readonly holds: readonly string[] };

/** By what a reader wants to do. */
const SECTIONS: readonly Section[] = [
  { title: "Start", holds: ["README.md", "docs/tutorial.md"] },
  { title: "Why did it fail?", holds: ["docs/pains/README.md", "docs/pains/"] },
  {
    title: "Policies",
    holds: [
      "docs/policy.md",
      "docs/presets.md",
      "docs/decisions-explained.md",
      "docs/watched-file.md",
    ],
  },
  { title: "Envoy", holds: ["docs/attaching.md", "docs/doctor.md", "docs/clusters.md"] },
  {
    title: "Running",
    holds: [
      "docs/console.md",
      "docs/operations.md",
      "docs/metrics-and-admin.md",
      "docs/performance.md",
      "docs/reliability.md",
      "SECURITY.md",
    ],
  },
  {
    title: "Pipelines",
    holds: ["docs/pipelines.md", "docs/policy-tests.md", "docs/conformance.md"],
  },
  { title: "Moving", holds: ["docs/moving.md", "docs/importing.md", "docs/exporting.md"] },
  { title: "Reference", holds: ["docs/reference/", "docs/command-line.md", "CHANGELOG.md"] },
  { title: "How it proves itself", holds: ["docs/proof/"] },
  { title: "Decisions", holds: ["CONTRIBUTING.md", "docs/decisions/"] },
];

export type NavigationSection = { readonly title: string; readonly pages: readonly SourcePage[] };

/** The pages in the order of reading. Throws where one is in no section, or where a section names none. */
export function navigationOf(pages: readonly SourcePage[]): readonly NavigationSection[] {
  const left = new Set(pages);
  const take = (held: string): readonly SourcePage[] => {
    const found = held.endsWith("/")
      ? inOrderOf(
          pages.find(({ source }) => source === `${held}README.md`),
          held,
          left,
        )
      : [...left].filter(({ source }) => source === held);
    if (found.length === 0) throw new Error(`site/navigation.ts: there is no page ${held}`);
    for (const page of found) left.delete(page);
    return found;
  };
  const sections = SECTIONS.map(({ title, holds }) => ({ title, pages: holds.flatMap(take) }));
  if (left.size > 0) {
    const names = [...left].map(({ source }) => source).join(", ");
    throw new Error(`site/navigation.ts: in no section: ${names}`);
  }
  return sections;
}

function inOrderOf(
  index: SourcePage | undefined,
  folder: string,
  pages: ReadonlySet<SourcePage>,
): readonly SourcePage[] {
  const inFolder = [...pages].filter(({ source }) => source.startsWith(folder));
  if (index === undefined) return inFolder;
  const place = ({ source }: SourcePage): number =>
    index.text.indexOf(`(${source.slice(folder.length)})`);
  return inFolder.toSorted((a, b) => place(a) - place(b));
}
