import { fileSchema, type JsonObject } from "../policy/schema.ts";
import { TEST_FILE_FIELDS } from "./test-fields.ts";

/** JSON Schema of a test file, for editors. */
export function testSchema(): JsonObject {
  return fileSchema(
    "corsd tests",
    "What a corsd policy document has to decide about requests.",
    TEST_FILE_FIELDS,
  );
}
