import { createHash } from 'node:crypto';
import type { JsonObject } from '@backstage/types';
import {
  listTemplateTexts,
  templateLanguages,
  templateTexts,
} from '@model-ci/backstage-plugin-model-ci-common';
import { checkProject } from './checkProject';
import { listCombinations } from './listCombinations';
import { readTemplate } from './readTemplate';
import { runTests } from './runTests';
import type { TemplateRenderer } from './TemplateRenderer';

export interface Lint {
  /** How many ways to fill in the form were rendered. */
  combinations: number;
  /** How many different projects had their tests run. */
  tested: number;
  /** What is wrong, each with the values with which it is. */
  problems: string[];
}

type Template = Parameters<typeof listTemplateTexts>[0];

/** Renders a template with all that its form can be filled in with, and checks what comes of it. */
export async function lintTemplate(
  file: string,
  renderer: TemplateRenderer,
  options: {
    isTested: boolean;
    /** Those that it has to be translated into, besides those that it is. */
    languages?: string[];
  },
): Promise<Lint> {
  const template = await readTemplate(file);
  const { parameters = [] } = template.spec as JsonObject;
  const combinations = listCombinations(parameters);
  /** By the first line: what a stage said is never twice the same. */
  const found = new Map<string, { problem: string; of: JsonObject[] }>();
  const tested = new Set<string>();
  for (const values of combinations) {
    for (const problem of await lintValues(values)) {
      const [key] = problem.split('\n', 1);
      const known = found.get(key) ?? { problem, of: [] };
      found.set(key, { ...known, of: [...known.of, values] });
    }
  }
  return {
    combinations: combinations.length,
    tested: tested.size,
    problems: [
      ...findUntranslated(template, options.languages ?? []),
      ...[...found.values()].map(
        ({ problem, of }) =>
          `${problem}${
            of.length === combinations.length
              ? ''
              : `\n  with ${describe(of[0], combinations)}`
          }`,
      ),
    ],
  };

  async function lintValues(values: JsonObject): Promise<string[]> {
    try {
      const { files } = await renderer.render(file, values);
      const { problems, definitions } = await checkProject(files);
      if (problems.length > 0 || !options.isTested) {
        return problems;
      }
      const digest = digestOf(files);
      if (tested.has(digest)) {
        return [];
      }
      tested.add(digest);
      const failures = await Promise.all(
        [...definitions].map(async ([path, definition]) => {
          const failure = await runTests(files, definition);
          return failure ? [`${path}: ${failure}`] : [];
        }),
      );
      return failures.flat();
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }
}

/** The texts that a template leaves in English in a language that it offers, or should. */
function findUntranslated(template: Template, demanded: string[]): string[] {
  const languages = new Set([...templateLanguages(template), ...demanded]);
  return [...languages].flatMap(language => {
    const texts = templateTexts(template, language);
    return texts
      ? listTemplateTexts(template)
          .filter(text => !texts.has(text))
          .map(
            text =>
              `spec.translations.${language}: there is no ${JSON.stringify(
                text,
              )}; what stays as it is, is given as itself`,
          )
      : [
          `spec.translations: there is no ${language}, which other templates here have`,
        ];
  });
}

/** Of what tests can depend on. The texts for people, the catalog and other CIs are not part of it. */
function digestOf(files: Map<string, Buffer>): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    if (!/\.(md|ya?ml)$|^Jenkinsfile$|^Dockerfile$/.test(path)) {
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** The values that not all combinations have in common. */
function describe(values: JsonObject, all: JsonObject[]): string {
  const own = Object.entries(values).filter(([name, value]) =>
    all.some(other => JSON.stringify(other[name]) !== JSON.stringify(value)),
  );
  return own.map(([name, value]) => `${name}=${value}`).join(' ');
}
