import { execFileSync } from 'node:child_process';
import { echoCommands } from './echoCommands';

const MARK = /^##\[model-ci\.command (\d+)\/(\d+)\] (.*)$/;

function run(script: string): { status: number; lines: string[] } {
  try {
    const output = execFileSync('sh', ['-ec', script], { stdio: 'pipe' });
    return { status: 0, lines: output.toString().split('\n') };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: Buffer };
    return { status, lines: stdout.toString().split('\n') };
  }
}

const titles = (script: string) =>
  run(echoCommands(script))
    .lines.map(line => MARK.exec(line))
    .flatMap(match => (match ? [match[3]] : []));

const SCRIPTS: Record<string, string> = {
  'simple commands': 'echo one\necho two\n',
  'comments and empty lines': '# first\n\necho one # why\n\n# end\n',
  'quotes over lines': 'echo "a\nb"\necho \'c\nd\'\n',
  'a command substitution in quotes': 'echo "$(echo "x"\necho y)"\necho z\n',
  'a here-document':
    "cat <<EOF\nif x\n'quote\nEOF\ncat <<-'E O'\n\ttext\n\tE O\necho end\n",
  'compound commands':
    'if true\nthen echo a\nelse echo b\nfi\nfor i in 1 2\ndo\necho $i\ndone\ncase x in\nx) echo is;;\n*) echo not\nesac\nwhile false; do :; done\necho end\n',
  'words that only look like some': 'echo if\necho for done\necho }\n',
  'a function': 'f()\n{\necho "in $1"\n}\ng() { echo g; }\nf 1\ng\n',
  'lines that go on': 'echo a \\\n b &&\n echo c |\n cat\necho d\n',
  'braces and subshells': '(\necho a\n)\n{ echo b\n}\necho ${x:-"y}"}\n',
  'the status of the command before': 'false && true\necho $?\n',
  'output that goes elsewhere': 'exec >/dev/null\necho nothing\necho more\n',
  'the end of a failed command': 'echo a\nfalse\necho b\n',
  'an arithmetic expansion': 'echo $((1 << 2))\necho $(( (1+2) * 3 ))\n',
  backticks: 'echo `echo "a"\necho b`\necho c\n',
  'parameters and comments':
    'set -- a b\n[ $# = 2 ] && \\\necho two # "\ntrue && # (\n false || echo no\necho ${#1}\n',
  'a syntax error': 'echo a\nif true\n',
};

describe('echoCommands', () => {
  it.each(Object.entries(SCRIPTS))('changes nothing about %s', (_, script) => {
    const echoed = run(echoCommands(script));
    const lines = echoed.lines.filter(line => !MARK.test(line));
    expect({ ...echoed, lines }).toEqual(run(script));
  });

  it('writes each command before it runs, and those that are not reached never', () => {
    expect(run(echoCommands('echo one\nfalse\necho two')).lines).toEqual([
      '##[model-ci.command 1/3] echo one',
      'one',
      '##[model-ci.command 2/3] false',
      '',
    ]);
  });

  it('shows the first line of a command of several', () => {
    expect(titles('for i in 1 2; do\n echo $i\ndone\necho end')).toEqual([
      'for i in 1 2; do …',
      'echo end',
    ]);
  });

  it('keeps what a terminal would act on out of the log', () => {
    expect(titles("echo '\u001b[2J\rx'")).toEqual(["echo '\\x1b[2J\\x0dx'"]);
  });

  it('keeps the line numbers that the shell names in its errors', () => {
    const script = 'true\ntrue\nnosuchcommand';
    const error = (text: string) => {
      try {
        execFileSync('sh', ['-ec', text], { stdio: 'pipe' });
        return '';
      } catch (failure) {
        return (failure as { stderr: Buffer }).stderr.toString();
      }
    };
    expect(error(echoCommands(script))).toBe(error(script));
  });

  it('leaves a script alone that would become too long', () => {
    const script = 'true\n'.repeat(10_000);
    expect(echoCommands(script)).toBe(script);
  });
});
