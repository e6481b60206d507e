import { reason } from '../../reasons';
import { addStage, type DraftStage } from '../draft';
import { approve } from '../approve';
import type { Context } from './context';
import type { Statement } from './parse';
import { readAgent } from './readAgent';
import { readEnvironment } from './readEnvironment';
import { readOptions } from './readOptions';
import { readPost } from './readPost';
import { readSteps, stepsOf } from './readSteps';
import { readWhen } from './readWhen';
import { plainArg } from './values';

/** What the stages of a group have from the stage around them. */
interface Group {
  image?: string;
  env: Record<string, string>;
  guard?: string;
}

/** Stages one after the other; answers the names of those that the next has to wait for. */
export function readStages(
  section: Statement,
  needs: string[],
  context: Context,
  group: Group = { env: {} },
): string[] {
  let before = needs;
  for (const item of section.block ?? []) {
    if (item.name === 'stage') {
      before = readStage(item, before, context, group);
    } else {
      context.findings.left(item.offset, item.text, reason('import.unknown'));
    }
  }
  return before;
}

function readStage(
  item: Statement,
  needs: string[],
  context: Context,
  group: Group,
): string[] {
  const inner = (item.block ?? []).find(({ name }) =>
    ['stages', 'parallel', 'matrix'].includes(name),
  );
  return inner
    ? readGroup(item, inner, needs, context, group)
    : [readSingle(item, needs, context, group).name];
}

function readGroup(
  item: Statement,
  inner: Statement,
  needs: string[],
  context: Context,
  outer: Group,
): string[] {
  const { draft, findings } = context;
  const first = draft.stages.length;
  const group: Group & { timeout?: string } = {
    ...outer,
    env: { ...outer.env },
  };
  const called = plainArg(item, 'name') ?? item.text;
  for (const section of item.block ?? []) {
    if (section.name === 'agent') {
      readAgent(section, group, 'stages.*', context);
    } else if (section.name === 'environment') {
      readEnvironment(section, group.env, 'stages.*', context);
    } else if (section.name === 'options') {
      readOptions(section, group, 'stages.*', context);
    } else if (section.name === 'when') {
      group.guard = readWhen(section, findings) ?? group.guard;
    } else if (section !== inner && section.name !== 'failFast') {
      findings.left(section.offset, section.text, reason('import.ofGroup'));
    }
  }
  const ends =
    inner.name === 'stages'
      ? readStages(inner, needs, context, group)
      : readSideBySide(inner, needs, context, group);
  const made = draft.stages.slice(first).map(({ name }) => name);
  findings.carried(
    item.offset,
    `stage '${called}'`,
    reason('import.group', { stages: made }),
  );
  return ends.length > 0 ? ends : needs;
}

function readSideBySide(
  inner: Statement,
  needs: string[],
  context: Context,
  group: Group,
): string[] {
  if (inner.name === 'parallel') {
    return (inner.block ?? []).flatMap(item =>
      item.name === 'stage' ? readStage(item, needs, context, group) : [],
    );
  }
  const stages = (inner.block ?? []).find(({ name }) => name === 'stages');
  context.findings.left(
    inner.offset,
    inner.text,
    reason('import.matrix'),
    reason('import.remedyMatrix'),
  );
  return stages ? readStages(stages, needs, context, group) : needs;
}

function readSingle(
  item: Statement,
  needs: string[],
  context: Context,
  group: Group,
): DraftStage {
  const { draft, findings } = context;
  const called = plainArg(item, 'name') ?? '';
  const stage = addStage(draft, called, item.offset);
  stage.needs = [...needs];
  stage.image = group.image;
  stage.env = { ...group.env };
  stage.guard = group.guard;
  const key = `stages.${stage.name}`;
  const what = `stage '${called}'`;
  findings.carried(item.offset, what, reason('import.became', { key }));
  for (const section of item.block ?? []) {
    readSection(section, stage, context);
  }
  return stage;
}

function readSection(
  section: Statement,
  stage: DraftStage,
  context: Context,
): void {
  const { findings } = context;
  const { name, offset, text } = section;
  const where = `stages.${stage.name}`;
  switch (name) {
    case 'agent':
      readAgent(section, stage, where, context);
      return;
    case 'environment':
      readEnvironment(section, stage.env, where, context);
      return;
    case 'options':
      readOptions(section, stage, where, context);
      return;
    case 'when':
      stage.guard = readWhen(section, findings) ?? stage.guard;
      return;
    case 'steps':
      readSteps(section.block ?? [], stepsOf(stage), context);
      return;
    case 'post':
      readPost(section, stage, context);
      return;
    case 'input':
      approve(stage, context.draft, findings, { offset, what: text });
      return;
    case 'tools':
      findings.left(
        offset,
        text,
        reason('import.tool'),
        reason('import.remedyTool'),
      );
      return;
    default:
      findings.left(offset, text, reason('import.unknown'));
  }
}
