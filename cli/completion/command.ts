import { Argument, type Command, type Option } from 'commander';
import type { AddCommand } from '../command.ts';

const HELP = `
Examples:
  droste completion bash >> ~/.bashrc
  droste completion zsh > "\${fpath[1]}/_droste"
  droste completion fish > ~/.config/fish/completions/droste.fish`;

/** A command as the shells are told of it. */
interface Completed {
  /** `droste`, `droste model pull`. */
  readonly path: string;
  /** Names of its commands, and what they are for. */
  readonly commands: readonly (readonly [name: string, about: string])[];
  readonly options: readonly Option[];
  /** Words that its arguments may be. */
  readonly words: readonly string[];
}

const describe = (command: Command, path: string): readonly Completed[] => {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((each) => each.name() !== 'help');
  return [
    {
      path,
      commands: commands.map((each) => [each.name(), each.summary()] as const),
      options: help.visibleOptions(command),
      words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    },
    ...commands.flatMap((each) => describe(each, `${path} ${each.name()}`)),
  ];
};

const flagsOf = ({ short, long }: Option): readonly string[] => [short, long].flatMap((flag) => flag ?? []);

const wordsOf = ({ commands, options, words }: Completed): string =>
  [...commands.map(([name]) => name), ...words, ...options.flatMap(flagsOf)].join(' ');

/** A text in single quotes, for any shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What has to be said of options that take one of a few words. */
const choicesOf = ({
  options,
}: Completed): readonly (readonly [flags: readonly string[], choices: string])[] =>
  options.flatMap((option) =>
    option.argChoices ? [[flagsOf(option), option.argChoices.join(' ')] as const] : [],
  );

const bash = (all: readonly Completed[]): string => `_droste() {
  local path=droste word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} each
  # --format=table is three words
  if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $each" in
      ${all
        .slice(1)
        .map(({ path }) => quoted(path))
        .join('|')}) path="$path $each" ;;
    esac
  done
  case "$path $before" in
${all
  .flatMap((completed) =>
    choicesOf(completed).map(
      ([flags, choices]) =>
        `    ${flags.map((flag) => quoted(`${completed.path} ${flag}`)).join('|')}) COMPREPLY=($(compgen -W ${quoted(choices)} -- "$word")); return ;;`,
    ),
  )
  .join('\n')}
  esac
  case "$path" in
${all.map((completed) => `    ${quoted(completed.path)}) COMPREPLY=($(compgen -W ${quoted(wordsOf(completed))} -- "$word")) ;;`).join('\n')}
  esac
}
complete -o default -F _droste droste
`;

/** zsh runs what bash has: its own compatibility layer is part of every zsh. */
const zsh = (all: readonly Completed[]): string =>
  `#compdef droste\nautoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;

const fish = (all: readonly Completed[]): string => {
  const lines = all.flatMap(({ path, commands, options, words }) => {
    const names = path.split(' ').slice(1);
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const others = commands.map(([name]) => name).join(' ');
    const when = [...seen, ...(others === '' ? [] : [`not __fish_seen_subcommand_from ${others}`])].join(
      '; and ',
    );
    const begin = `complete -c droste${when === '' ? '' : ` -n ${quoted(when)}`}`;
    return [
      ...commands.map(([name, about]) => `${begin} -f -a ${name} -d ${quoted(about)}`),
      ...(words.length > 0 ? [`${begin} -f -a ${quoted(words.join(' '))}`] : []),
      ...options.map(({ short, long, description, required, argChoices }) =>
        [
          begin,
          ...(short ? [`-s ${short.slice(1)}`] : []),
          ...(long ? [`-l ${long.slice(2)}`] : []),
          ...(required ? ['-r'] : []),
          ...(argChoices ? [`-f -a ${quoted(argChoices.join(' '))}`] : []),
          `-d ${quoted(description)}`,
        ].join(' '),
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
};

const shells = { bash, zsh, fish } as const;

/** `droste completion <shell>`: a script that completes commands, options and their words. */
export const completionCommand: AddCommand = (program, { terminal }) => {
  program
    .command('completion')
    .summary('print a script that completes commands in a shell')
    .description('Print a script by which a shell completes commands, options and their words.')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(shells)))
    .addHelpText('after', HELP)
    .action((shell: keyof typeof shells) => {
      terminal.stdout.write(shells[shell](describe(program, 'droste')));
    });
};
