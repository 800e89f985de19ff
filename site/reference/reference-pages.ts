import { commandsPage } from "./commands-page.ts";
import { policyDocumentPage } from "./policy-document-page.ts";
import { problemsPage } from "./problems-page.ts";

/** Generated pages by their paths, as seen from the repository's root. */
export const REFERENCE_PAGES: Readonly<Record<string, () => string>> = {
  "docs/reference/policy-document.md": policyDocumentPage,
  "docs/reference/problems.md": problemsPage,
  "docs/reference/commands.md": commandsPage,
};
