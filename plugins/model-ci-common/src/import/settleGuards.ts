import { reason } from '../reasons';
import type { Draft } from './draft';
import type { Findings } from './Findings';

/** A stage that is skipped writes nothing, so that one with artifacts or reports would fail: it runs always. */
export function settleGuards(draft: Draft, findings: Findings): void {
  for (const stage of draft.stages) {
    const writes =
      Object.keys(stage.artifacts).length > 0 || stage.junit.length > 0;
    if (stage.guard === 'false') {
      stage.artifacts = {};
      stage.junit = [];
    } else if (stage.guard && writes) {
      stage.guard = undefined;
      findings.changed(
        stage.offset,
        stage.title ?? stage.name,
        reason('import.conditionOfWriter'),
        reason('import.remedyConditionOfWriter'),
      );
    }
  }
}
