/**
 * Checks templates: `yarn lint:templates [--without-tests] [file …]`, by default all of `templates/`.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { lintTemplate } from './lintTemplate';
import { TemplateRenderer } from './TemplateRenderer';

const TEMPLATES = path.resolve(
  require.resolve('../package.json'),
  '../../../templates',
);

async function main(args: string[]): Promise<number> {
  const isTested = !args.includes('--without-tests');
  const named = args.filter(arg => !arg.startsWith('--'));
  const files =
    named.length > 0
      ? named
      : readdirSync(TEMPLATES)
          .filter(name => name.endsWith('.yaml'))
          .map(name => path.join(TEMPLATES, name));
  const renderer = await TemplateRenderer.start();
  let problems = 0;
  for (const file of files) {
    const lint = await lintTemplate(file, renderer, { isTested }).catch(
      (error: Error) => ({
        combinations: 0,
        tested: 0,
        problems: [error.message],
      }),
    );
    problems += lint.problems.length;
    const name = path.relative(process.cwd(), file);
    process.stdout.write(
      `${name}: ${count(
        lint.combinations,
        'combination',
      )} of the form, tests of ${count(lint.tested, 'project')}, ${count(
        lint.problems.length,
        'problem',
      )}\n`,
    );
    for (const problem of lint.problems) {
      process.stdout.write(`\n${problem}\n`);
    }
  }
  await renderer.stop();
  return problems === 0 ? 0 : 1;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(2);
  },
);
