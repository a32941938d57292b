import { Argument, Command } from "@commander-js/extra-typings";
import { print } from "../terminal";

const shells = ["bash", "zsh"] as const;

/** `hapg completion`: a script that completes commands and options in a shell. */
export const completion = new Command("completion")
  .description("print a script that completes commands and options")
  .addArgument(new Argument("<shell>", "the shell").choices(shells))
  .addHelpText("after", '\nExample:\n  eval "$(hapg completion bash)"')
  .action(function (shell) {
    const commands = (this.parent?.commands ?? []).map((one) => ({
      name: one.name(),
      words: [
        ...one.commands.map((inner) => inner.name()),
        ...[one, ...one.commands].flatMap(({ options }) =>
          options.flatMap(({ long }) => long ?? []),
        ),
      ],
    }));
    const cases = commands.map(({ name, words }) => `    ${name}) words='${words.join(" ")}' ;;`);
    const names = commands.map(({ name }) => name).join(" ");
    print(
      [
        // zsh reads bash completions with its own module.
        ...(shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
        "_hapg() {",
        "  local words",
        '  case "${COMP_WORDS[1]}" in',
        ...cases,
        "    *) words= ;;",
        "  esac",
        `  [ "$COMP_CWORD" -gt 1 ] || words='${names}'`,
        '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
        "}",
        "complete -o default -F _hapg hapg",
      ].join("\n"),
    );
  });
