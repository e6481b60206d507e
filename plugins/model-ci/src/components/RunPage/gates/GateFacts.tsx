import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../../translation';
import { useRuleText } from '../../gates/useRuleText';

const CAUTIONS = ['few-units', 'skewed', 'no-spread', 'reported'] as const;

/** What a reader of a verdict should know besides: how much it rests on, and what was demanded before. */
export function GateFacts({ gate }: { gate: GateResult }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const ruleText = useRuleText();
  const language = useLanguage();
  const { examples, groups, planned, flips, loosened } = gate;
  const isPaired = gate.demand.baseline !== undefined;
  const count = (value: number) => value.toLocaleString(language);
  const facts = [
    examples !== undefined &&
      (groups === undefined
        ? t(isPaired ? 'run.gates.pairs' : 'run.gates.examples', {
            examples: count(examples),
          })
        : t(
            isPaired ? 'run.gates.pairsInGroups' : 'run.gates.examplesInGroups',
            {
              examples: count(examples),
              groups: count(groups),
            },
          )),
    planned !== undefined &&
      t('run.gates.planned', { examples: count(planned) }),
    flips &&
      t('run.gates.flips', {
        gained: count(flips.gained),
        lost: count(flips.lost),
      }),
    ...CAUTIONS.filter(caution => gate.cautions?.includes(caution)).map(
      caution => t(`run.gates.caution.${caution}`),
    ),
  ].filter(Boolean);
  return (
    <>
      {facts.length > 0 && (
        <div className={classes.muted}>{facts.join(' · ')}</div>
      )}
      {loosened && (
        <div>
          <strong>
            {t('run.gates.loosened', {
              version: String(loosened.since),
              rule: ruleText(loosened.from),
            })}
          </strong>
        </div>
      )}
    </>
  );
}
