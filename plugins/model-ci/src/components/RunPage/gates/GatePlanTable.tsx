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
import { useRuleText } from '../../gates/useRuleText';

/** What the gates of a stage will demand, as it was fixed when the run started. */
export function GatePlanTable({ plan }: { plan: GatePlan }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const ruleText = useRuleText();
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

/** Gates that an earlier version had to pass, and this run does not; and what else was stricter, or another. */
export function Loosenings({ plan }: { plan: GatePlan }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const ruleText = useRuleText();
  const removed = plan.removed.map(gate =>
    t('run.gates.removed', {
      version: String(gate.since),
      metric: [gate.stage, gate.metric, gate.dataset, gate.slices]
        .filter(Boolean)
        .join(' · '),
      rule: ruleText(gate.demand),
    }),
  );
  const loosened = (plan.loosened ?? []).map(({ since, ...was }) => {
    const version = String(since);
    switch (was.type) {
      case 'inconclusive':
        return t('run.gates.loosenedInconclusive', { version, was: was.from });
      case 'direction':
        return t('run.gates.otherDirection', {
          version,
          metric: was.metric,
          was: was.from ?? '–',
        });
      default:
        return t('run.gates.otherPromote', { version, was: was.from ?? '–' });
    }
  });
  const unreadable = (plan.unreadable ?? []).map(version =>
    t('run.gates.unreadable', { version: String(version) }),
  );
  return (
    <>
      {[...unreadable, ...removed, ...loosened].map(text => (
        <Typography key={text}>
          <strong>{text}</strong>
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
