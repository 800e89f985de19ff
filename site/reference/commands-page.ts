import type { Argument, Command, Option } from "commander";
import { declareProgram } from "../../src/cli/program.ts";
import { NO_INPUT } from "../../src/cli/read-input.ts";

/** `docs/reference/commands.md`: every command and flag, as the program declares them. */
export function commandsPage(): string {
  let printed = "";
  const program = declareProgram({
    environment: {},
    input: NO_INPUT,
    output: {
      out: (text) => {
        printed += text;
      },
      err: () => {},
      isTerminal: false,
    },
    finish: () => {},
  });
  const help = (command: Command): string => {
    printed = "";
    command.outputHelp();
    // What `addHelpText` puts behind the flags: commander has no other way to ask for it.
    return printed.slice(command.helpInformation().length).trim();
  };
  const sections = program.commands.flatMap(endsOf).map((command) => {
    return commandSection(command, nameOf(command), help(command));
  });
  return `# Every command and flag

${program.description()} What the commands are for, with what they print: [the command line](../command-line.md).

This page is made by \`npm run docs:reference\` from what the program declares. \`corsd COMMAND --help\` says the same.

\`\`\`text
${help(program)}
\`\`\`

${sections.join("\n")}`;
}

/** The command, or in its place those that it is divided into. */
function endsOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(endsOf);
}

/** As it is typed, `corsd` included. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function commandSection(command: Command, name: string, help: string): string {
  const { registeredArguments, options } = command;
  const rows = [
    ...registeredArguments.map((argument) => row(argumentText(argument), argument.description)),
    ...options.map((option) => row(option.flags, optionText(option))),
  ];
  const table =
    rows.length === 0 ? "" : `| argument or flag | meaning |\n|---|---|\n${rows.join("\n")}\n\n`;
  return `## ${name}

${sentence(command.description())}

\`\`\`sh
${name} ${command.usage()}
\`\`\`

${table}\`\`\`text
${help}
\`\`\`
`;
}

function row(name: string, meaning: string): string {
  // A bar would end the cell, in code too.
  return `| \`${name}\` | ${meaning} |`.replaceAll(/(?<=\S)\|(?=\S)/g, "\\|");
}

function argumentText(argument: Argument): string {
  const dots = argument.variadic ? "..." : "";
  return argument.required ? `<${argument.name()}${dots}>` : `[${argument.name()}${dots}]`;
}

function optionText({
  description,
  mandatory,
  defaultValue,
  defaultValueDescription,
  argChoices,
}: Option): string {
  const isSaid = defaultValue !== undefined && defaultValue !== "";
  const fallback = isSaid ? ` (default: ${defaultValueDescription ?? defaultValue})` : "";
  const choices = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
  // Where the declaration itself says the default, that stays last.
  const said = description.replace(/( \(default: .*\))?$/, `${choices}$1`);
  return `${said}${fallback}${mandatory ? "; needed" : ""}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
