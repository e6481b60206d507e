/**
 * Checks templates: `yarn lint:templates [--without-tests] [file …]`, by default all of `templates/`.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { templateLanguages } from '@model-ci/backstage-plugin-model-ci-common';
import { lintTemplate } from './lintTemplate';
import { readTemplate } from './readTemplate';
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
  const languages = await listLanguages(files);
  const renderer = await TemplateRenderer.start();
  let problems = 0;
  for (const file of files) {
    const lint = await lintTemplate(file, renderer, {
      isTested,
      languages,
    }).catch((error: Error) => ({
      combinations: 0,
      tested: 0,
      problems: [error.message],
    }));
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

/** Those that any of the templates is translated into, so that none of them stays behind. */
async function listLanguages(files: string[]): Promise<string[]> {
  const languages = await Promise.all(
    files.map(file =>
      readTemplate(file).then(templateLanguages, () => [] as string[]),
    ),
  );
  return [...new Set(languages.flat())];
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
