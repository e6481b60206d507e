import { quote } from './quote';
import { splitCommands } from './splitCommands';

/** Characters of a command that are echoed. */
const MOST_ECHOED = 300;
/** Scripts are passed on a command line, which has room for hardly more. */
const LONGEST_SCRIPT = 64 * 1024;

/** What an echo between two commands would change, or be changed by. */
const REDIRECTED = /\bexec\b[^;|&\n]*[<>]/;
const STATUS_OF_PREVIOUS = /\$(?:\?|_)|\$\{(?:\?|_)|PIPESTATUS/;
const BLANK = /^\s*(?:#.*)?$/;

/**
 * Has a script write each of its commands into the log before it runs, as the title of a section: `##[model-ci.command
 * 2/3] pytest`. Lines keep their numbers, as error messages of the shell name them. A script that is not understood is
 * echoed as one command.
 */
export function echoCommands(script: string): string {
  const commands = REDIRECTED.test(script)
    ? [script]
    : splitCommands(script) ?? [script];
  const echoed = commands.map(
    (command, index) =>
      !BLANK.test(firstLine(command)) &&
      (index === 0 || !STATUS_OF_PREVIOUS.test(command)),
  );
  const total = echoed.filter(Boolean).length;
  let number = 0;
  const result = commands
    .map((command, index) => {
      if (!echoed[index]) {
        return command;
      }
      number += 1;
      return `${echo(command, number, total)}${command}`;
    })
    .join('\n');
  return Buffer.byteLength(result) > LONGEST_SCRIPT ? script : result;
}

function echo(command: string, number: number, total: number): string {
  const line = `##[model-ci.command ${number}/${total}] ${titleOf(command)}`;
  return `printf '%s\\n' ${quote(line)} || :; `;
}

function firstLine(command: string): string {
  return command.split('\n', 1)[0];
}

/** The first line of a command, without anything that a terminal would act on. */
function titleOf(command: string): string {
  const line = firstLine(command).trim();
  const shown = line
    .slice(0, MOST_ECHOED)
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, escapeCharacter);
  const rest = command.trim() !== line || line.length > MOST_ECHOED;
  return rest ? `${shown} …` : shown;
}

function escapeCharacter(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
