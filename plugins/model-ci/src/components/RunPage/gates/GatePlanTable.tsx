import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  GatePlan,
  PlannedGate,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../../translation';
import { GateSubject } from './GatesTable';
import { ruleText } from './ruleText';

/** What the gates of a stage will demand, as it was fixed when the run started. */
export function GatePlanTable({ plan }: { plan: GatePlan }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.gates.plan.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.gates.column.metric')}</TableCell>
            <TableCell>{t('run.gates.column.rule')}</TableCell>
            <TableCell>{t('run.gates.plan.baseline')}</TableCell>
            <TableCell>{t('run.gates.plan.examples')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {plan.gates.map((gate, index) => (
            <TableRow key={index}>
              <TableCell>
                <GateSubject gate={{ ...gate, slice: gate.slices }} />
              </TableCell>
              <TableCell>
                {ruleText(gate.demand)}
                {gate.loosened && (
                  <div>
                    <strong>
                      {t('run.gates.loosened', {
                        version: String(gate.loosened.since),
                        rule: ruleText(gate.loosened.from),
                      })}
                    </strong>
                  </div>
                )}
              </TableCell>
              <TableCell>
                <Baseline gate={gate} />
              </TableCell>
              <TableCell>
                <Examples gate={gate} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

/** Gates that an earlier version had to pass, and this run does not. */
export function RemovedGates({
  removed,
  unreadable = [],
}: Pick<GatePlan, 'removed' | 'unreadable'>) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
      {unreadable.map(version => (
        <Typography key={version}>
          <strong>
            {t('run.gates.unreadable', { version: String(version) })}
          </strong>
        </Typography>
      ))}
      {removed.map(({ metric, dataset, slices, demand, since }) => (
        <Typography key={`${metric} ${dataset} ${slices} ${ruleText(demand)}`}>
          <strong>
            {t('run.gates.removed', {
              version: String(since),
              metric: [metric, dataset, slices].filter(Boolean).join(' · '),
              rule: ruleText(demand),
            })}
          </strong>
        </Typography>
      ))}
    </>
  );
}

function Baseline({ gate: { baseline } }: { gate: PlannedGate }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (!baseline) {
    return <>–</>;
  }
  const { name, version, missing } = baseline;
  if (missing) {
    return (
      <>
        {name}: <ReasonText reason={missing} />
      </>
    );
  }
  return (
    <>
      {version === undefined
        ? t('run.gates.plan.firstVersion', { name })
        : t('run.gates.plan.version', { name, version: String(version) })}
    </>
  );
}

function Examples({ gate: { examples, planned } }: { gate: PlannedGate }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const facts = [
    examples !== undefined &&
      t('run.gates.plan.has', { examples: examples.toLocaleString(language) }),
    planned !== undefined &&
      t('run.gates.planned', { examples: planned.toLocaleString(language) }),
  ].filter(Boolean);
  return <>{facts.join(' · ') || '–'}</>;
}
