import { reason } from '../reasons';
import type { Draft } from './draft';
import { expandInShell } from './expandInShell';
import { Findings } from './Findings';
import { readGithub } from './github/readGithub';
import { readGitlab } from './gitlab/readGitlab';
import { readJenkins } from './jenkins/readJenkins';
import { recognize } from './recognize';
import { settleGuards } from './settleGuards';
import { readTravis } from './travis/readTravis';
import type { ImportInput, ImportKind, PipelineImport } from './types';
import { provideVariables } from './variables';
import { writeDefinition } from './writeDefinition';

/** Characters of a file. A text with many characters beyond ASCII may be refused before, by the size of the request's body. */
export const MAX_IMPORT_LENGTH = 64 * 1024;

const READERS: Record<
  ImportKind,
  (text: string, findings: Findings) => Draft | undefined
> = {
  jenkins: readJenkins,
  travis: readTravis,
  gitlab: readGitlab,
  github: readGithub,
};

const FILES: Record<ImportKind, string> = {
  jenkins: 'Jenkinsfile',
  travis: '.travis.yml',
  gitlab: '.gitlab-ci.yml',
  github: 'workflow.yml',
};

/** Makes a `model-pipeline.yaml` to start from, and says of each piece of the file what became of it. */
export function importPipeline(input: ImportInput): PipelineImport {
  if (input.text.length > MAX_IMPORT_LENGTH) {
    const findings = new Findings('');
    const { length } = input.text;
    const why = { length, max: MAX_IMPORT_LENGTH };
    findings.left(0, input.name ?? '', reason('definition.fileTooLong', why));
    return { findings: findings.list() };
  }
  const text = input.text.replace(/^\ufeff/, '');
  const findings = new Findings(text);
  const kind = recognize({ ...input, text });
  if (!kind) {
    const remedy = reason('import.remedyKind');
    findings.left(0, input.name ?? '', reason('import.unrecognized'), remedy);
    return { findings: findings.list() };
  }
  const draft = READERS[kind](text, findings);
  if (!draft) {
    return { kind, findings: findings.list() };
  }
  settleGuards(draft, findings);
  if (kind === 'gitlab' || kind === 'travis') {
    expandInShell(draft);
  }
  provideVariables(draft, kind, findings);
  const source = input.name || FILES[kind];
  const definition = writeDefinition(draft, source, findings);
  return {
    kind,
    ...(definition !== undefined && { definition }),
    findings: findings.list(),
  };
}
