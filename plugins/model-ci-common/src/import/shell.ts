import type { DraftStage } from './draft';

/** What `sh` does not know and `bash` does. */
const BASH =
  /\[\[ |(?:^|[\s;&(])(?:source|declare|pushd|popd|shopt|function) |pipefail|<\(|<<<|&>|\$\{\w{1,100}(?:\/|\^|,|:\d)|^#!.{0,40}bash/m;

/** What would be felt by the commands that follow in the same shell. */
const LEAVES_TRACES =
  /(?:^|[\n;&|({])[ \t]*(?:(?:cd|pushd|popd|export|set|unset|exit|exec|source|trap|umask|alias|\.)(?=[ \t\n;]|$)|[A-Za-z_]\w{0,100}=)/;

export function needsBash(commands: string[]): boolean {
  return commands.some(command => BASH.test(command));
}

export function quoteShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** As a word of a command, in quotes only if it needs them. */
export function toWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : quoteShell(text);
}

/** A step that had a shell of its own, as a command in the shell of others. */
export function isolate(command: string): string {
  const script = trimCommand(command);
  const shebang = /^#!\s*(\S[^\n]{0,200})\n/.exec(script);
  if (shebang && !/\b(?:ba|da|a|k)?sh\b/.test(shebang[1])) {
    return interpret(
      shebang[1].replace(/^\/usr\/bin\/env\s+/, ''),
      script.slice(shebang[0].length),
    );
  }
  return shebang || LEAVES_TRACES.test(script) ? `(\n${script}\n)` : script;
}

/** A script of another language. */
export function interpret(interpreter: string, script: string): string {
  let end = 'END_OF_SCRIPT';
  while (script.includes(end)) {
    end = `${end}_`;
  }
  return `${interpreter} - <<'${end}'\n${script}\n${end}`;
}

/** Takes out the indentation that all lines have in common, and empty lines around. */
export function trimCommand(command: string): string {
  const lines = command.replaceAll('\r', '').split('\n');
  const widths = lines
    .slice(/^\s/.test(command) ? 0 : 1)
    .filter(line => line.trim() !== '')
    .map(line => line.length - line.trimStart().length);
  const width = widths.reduce((a, b) => Math.min(a, b), Infinity);
  const shift = Number.isFinite(width) ? width : 0;
  return lines
    .map(line =>
      line.slice(Math.min(shift, line.length - line.trimStart().length)),
    )
    .join('\n')
    .replace(/^\n+/, '')
    .trimEnd();
}

/** The commands of a stage, with the test before and what comes after them. */
export function toRun(stage: DraftStage): string[] {
  const commands = stage.run.filter(command => command.trim() !== '');
  return [
    ...(stage.guard ? [skipUnless(stage.guard)] : []),
    ...(stage.after.length > 0 ? [finish(stage.after)] : []),
    // A stage that others need is there even if nothing of it is.
    ...(commands.length > 0 ? commands : ['true']),
  ];
}

function skipUnless(test: string): string {
  return `if ! { ${test}; }; then\n  echo 'Skipped: the condition of this stage does not hold.'\n  exit 0\nfi`;
}

/** Runs what comes after the commands, and lets the stage end as they did. */
function finish(after: DraftStage['after']): string {
  const of = (wanted: string, margin: string) =>
    after
      .filter(({ when }) => when === wanted)
      .map(({ command }) => indent(command, margin));
  const success = of('success', '    ');
  const failure = of('failure', '    ');
  return [
    'finish() {',
    '  code=$?',
    '  set +e',
    ...of('always', '  '),
    ...branch('-eq', success),
    ...branch('-ne', failure),
    ...of('cleanup', '  '),
    '  exit "$code"',
    '}',
    'trap finish EXIT',
  ].join('\n');
}

function branch(comparison: '-eq' | '-ne', commands: string[]): string[] {
  return commands.length > 0
    ? [`  if [ "$code" ${comparison} 0 ]; then`, ...commands, '  fi']
    : [];
}

/** Lines of several may be text, such as that of a file, which stays as it is. */
function indent(command: string, margin: string): string {
  return command.includes('\n') ? command : `${margin}${command}`;
}

/** A test of the branch of the run, by a name or a pattern of the shell. */
export function isBranch(patterns: string[]): string {
  const words = patterns.map(pattern =>
    pattern.split(/(\*+)/).map((part, index) => {
      const wild = index % 2 === 1;
      return wild ? '*' : part && toWord(part);
    }),
  );
  const choice = words.map(parts => parts.join('')).join(' | ');
  return `case "$MODEL_CI_BRANCH" in ${choice}) true ;; *) false ;; esac`;
}

export function isNot(test: string): string {
  return `! { ${test}; }`;
}

export function allOf(tests: string[]): string {
  return together(tests, ' && ');
}

export function anyOf(tests: string[]): string {
  return together(tests, ' || ');
}

function together(tests: string[], operator: string): string {
  return tests.length === 1
    ? tests[0]
    : tests.map(test => `{ ${test}; }`).join(operator);
}
