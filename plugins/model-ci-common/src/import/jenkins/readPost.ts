import { reason } from '../../reasons';
import type { AfterWhen, DraftStage } from '../draft';
import type { Context } from './context';
import type { Statement } from './parse';
import { readSteps, type Steps } from './readSteps';

const WHEN: Record<string, AfterWhen[]> = {
  always: ['always'],
  cleanup: ['cleanup'],
  success: ['success'],
  failure: ['failure'],
  unsuccessful: ['failure'],
};

/** Where commands run that follow the whole pipeline. */
const PLACES = {
  success: 'import.inLast',
  failure: 'import.inFailing',
  always: 'import.inLastAndFailing',
  cleanup: 'import.inLastAndFailing',
} as const;

/** `post` of a stage: runs in the stage, whatever became of its commands. */
export function readPost(
  section: Statement,
  stage: DraftStage,
  context: Context,
): void {
  forEachCondition(section, context, (condition, when) => {
    const steps: Steps = {
      stage,
      emit: command => stage.after.push({ when, command }),
    };
    readSteps(condition.block ?? [], steps, context);
    context.findings.carried(
      condition.offset,
      condition.name,
      reason('import.after', { stage: stage.name }),
    );
  });
}

/**
 * `post` of the pipeline. What follows a success is a last stage. What follows a failure runs in the stage that fails, so it
 * is in each of them.
 */
export function readPipelinePost(
  section: Statement,
  context: Context,
  addLast: (called: string, offset: number) => DraftStage,
): void {
  const { draft, findings } = context;
  const stages = draft.stages.filter(({ run }) => run.length > 0);
  const last: string[] = [];
  forEachCondition(section, context, (condition, when) => {
    const { offset, name } = condition;
    const commands: string[] = [];
    readSteps(
      condition.block ?? [],
      { emit: add => commands.push(add) },
      context,
    );
    if (when !== 'failure') {
      last.push(...commands);
    }
    if (when !== 'success') {
      const after = commands.map(command => ({
        when: 'failure' as const,
        command,
      }));
      stages.forEach(stage => stage.after.push(...after));
    }
    findings.carried(offset, name, reason(PLACES[when]));
  });
  if (last.length > 0 && stages.length > 0) {
    addLast('post', section.offset).run.push(...last);
  }
}

function forEachCondition(
  section: Statement,
  { findings }: Context,
  visit: (condition: Statement, when: AfterWhen) => void,
): void {
  for (const condition of section.block ?? []) {
    const { name, offset, text } = condition;
    if (Object.hasOwn(WHEN, name)) {
      WHEN[name].forEach(when => visit(condition, when));
    } else {
      findings.left(offset, text, reason('import.postCondition'));
    }
  }
}
