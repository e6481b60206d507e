import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  stageKey,
  type GateExamples,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useGateExamples } from '../../../hooks';
import type { CursorPaging } from '../../../hooks/useCursorPaging';
import { modelCiTranslationRef } from '../../../translation';
import { Pager, ResourceView } from '../../common';
import { ExamplesTable } from '../../Evaluations/examples/ExamplesTable';

/** Whose gate it is. */
export interface GateOwner {
  runId: string;
  /** Of what is to be decided. */
  evidence?: string;
}

/** Whether a gate compared examples at all. */
export function hasFlippedExamples(gate: GateResult): boolean {
  return Boolean(gate.baseline?.examplesDigest && gate.examplesDigest);
}

/** The examples at which a run became worse or better than the baseline of a gate; nothing where none were compared. */
export function FlippedExamples(props: { gate: GateResult; of: GateOwner }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [open, setOpen] = useState(false);
  if (!hasFlippedExamples(props.gate)) {
    return null;
  }
  return (
    <>
      <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open}>
        {t(open ? 'run.gates.flipped.hide' : 'run.gates.flipped.show')}
      </Button>
      {open && <Pages {...props} />}
    </>
  );
}

function Pages({ gate, of }: { gate: GateResult; of: GateOwner }) {
  const { metric, dataset, slice } = gate;
  const { runId, evidence } = of;
  const [trail, setTrail] = useState<string[]>([]);
  const examples = useGateExamples(runId, stageKey(gate.stage, gate.instance), {
    metric,
    dataset,
    slice,
    evidence,
    cursor: trail.at(-1),
  });
  return (
    <ResourceView resource={examples}>
      {data => (
        <Page data={data} paging={pagingOf(trail, setTrail, data.nextCursor)} />
      )}
    </ResourceView>
  );
}

function Page(props: { data: GateExamples; paging: CursorPaging }) {
  const { baseline, items, total, higherIsBetter } = props.data;
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (total === 0) {
    return (
      <Typography variant="body2">{t('run.gates.flipped.none')}</Typography>
    );
  }
  const { name, version } = baseline;
  return (
    <>
      <Typography variant="body2">
        {t('run.gates.flipped.total', { count: total })}
      </Typography>
      <ExamplesTable
        examples={items}
        isDirectionKnown={higherIsBetter !== undefined}
        names={{
          baseline:
            version === undefined
              ? name
              : t('run.gates.plan.version', { name, version: String(version) }),
          candidate: t('run.gates.flipped.candidate'),
        }}
      />
      <Pager paging={props.paging} />
    </>
  );
}

/** Not in the URL: a dialog is not, either. */
function pagingOf(
  trail: string[],
  setTrail: (trail: string[]) => void,
  nextCursor: string | undefined,
): CursorPaging {
  return {
    cursor: trail.at(-1),
    ...(trail.length > 0 && {
      toFirst: () => setTrail([]),
      toPrevious: () => setTrail(trail.slice(0, -1)),
    }),
    ...(nextCursor !== undefined && {
      toNext: () => setTrail([...trail, nextCursor]),
    }),
  };
}
