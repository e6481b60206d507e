import { reason } from '../reasons';
import { addStage, type Draft, type DraftStage } from './draft';
import type { Findings } from './Findings';

/** Lets a stage wait for a person: one before it succeeds at once and holds the run. */
export function approve(
  stage: DraftStage,
  draft: Draft,
  findings: Findings,
  { offset, what }: { offset: number; what: string },
): void {
  const gate = addStage(draft, `approve-${stage.name}`, offset);
  // Before the stage that waits, where people look for it.
  draft.stages.pop();
  draft.stages.splice(draft.stages.indexOf(stage), 0, gate);
  gate.needs = stage.needs;
  gate.hold = true;
  stage.needs = [gate.name];
  findings.changed(
    offset,
    what,
    reason('import.approval', { stage: gate.name }),
  );
}
