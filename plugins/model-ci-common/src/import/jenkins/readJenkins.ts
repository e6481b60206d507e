import { reason } from '../../reasons';
import { addStage, type Draft, type DraftStage } from '../draft';
import type { Findings } from '../Findings';
import { parseStatements, type Statement } from './parse';
import { readAgent } from './readAgent';
import { readEnvironment } from './readEnvironment';
import { readOptions } from './readOptions';
import { readParameters } from './readParameters';
import { readPipelinePost } from './readPost';
import { readStages } from './readStages';
import { type Context } from './context';
import { tokenize } from './tokenize';

/** Reads a declarative Jenkinsfile. */
export function readJenkins(
  text: string,
  findings: Findings,
): Draft | undefined {
  const split = tokenize(text);
  const parsed = 'fault' in split ? split : parseStatements(text, split.tokens);
  if ('fault' in parsed) {
    findings.left(parsed.fault.offset, 'Jenkinsfile', parsed.fault.reason);
    return undefined;
  }
  const draft: Draft = { env: {}, stages: [] };
  const context: Context = { draft, findings, stashes: new Map() };
  const pipelines = parsed.statements.filter(
    ({ name, block }) => name === 'pipeline' && block,
  );
  for (const statement of parsed.statements) {
    if (statement !== pipelines[0]) {
      findings.left(
        statement.offset,
        statement.text,
        reason('import.code'),
        reason('import.remedyCode'),
      );
    }
  }
  if (!pipelines[0]) {
    const remedy = reason('import.remedyDeclarative');
    findings.left(0, 'Jenkinsfile', reason('import.notDeclarative'), remedy);
    return undefined;
  }
  readPipeline(pipelines[0], context);
  return draft;
}

function readPipeline(pipeline: Statement, context: Context): void {
  const { draft, findings } = context;
  // Known before the commands are read, which may have parameters in them.
  const sections = pipeline.block ?? [];
  for (const section of sections) {
    readSection(section, context);
  }
  for (const section of sections.filter(({ name }) => name === 'post')) {
    readPipelinePost(section, context, (called, offset) => {
      const leaves = leavesOf(draft.stages);
      const stage = addStage(draft, called, offset);
      stage.needs = leaves;
      return stage;
    });
  }
  findings.changed(
    pipeline.offset,
    'pipeline',
    reason('import.noTrigger'),
    reason('import.remedyTrigger'),
  );
}

function leavesOf(stages: DraftStage[]): string[] {
  const needed = new Set(stages.flatMap(({ needs }) => needs));
  return stages.map(({ name }) => name).filter(name => !needed.has(name));
}

function readSection(section: Statement, context: Context): void {
  const { draft, findings } = context;
  const { name, offset, text } = section;
  switch (name) {
    case 'agent':
      readAgent(section, draft, 'defaults', context);
      return;
    case 'environment':
      readEnvironment(section, draft.env, 'defaults', context);
      return;
    case 'options':
      readOptions(section, draft, 'defaults', context);
      return;
    case 'parameters':
      readParameters(section, context);
      return;
    case 'stages':
      readStages(section, [], context);
      if (draft.stages.length > 1) {
        findings.changed(
          offset,
          name,
          reason('import.workspace'),
          reason('import.remedyWorkspace'),
        );
      }
      return;
    case 'post':
      return;
    case 'triggers':
      findings.left(
        offset,
        text,
        reason('import.schedule'),
        reason('import.remedySchedule'),
      );
      return;
    case 'tools':
      for (const tool of section.block ?? []) {
        const remedy = reason('import.remedyTool');
        findings.left(tool.offset, tool.text, reason('import.tool'), remedy);
      }
      return;
    default:
      findings.left(offset, text, reason('import.unknown'));
  }
}
