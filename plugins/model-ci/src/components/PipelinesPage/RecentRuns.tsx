import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { STATUS_LOOKS, toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { RunLink } from '../runs';

const useStyles = makeStyles({
  root: { display: 'flex', gap: 2, marginTop: 2 },
  run: { display: 'block', width: 10, height: 10, borderRadius: 2 },
});

/** How the last runs went, oldest first, as dots that lead to them. */
export function RecentRuns({ runs }: { runs: PipelineSummary['recentRuns'] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  return (
    <div className={classes.root}>
      {runs.map(({ id, number, status }) => {
        const look = STATUS_LOOKS[status];
        const text = t('pipelines.recentRun', {
          number: String(number),
          status: t(look.label),
        });
        return (
          <RunLink key={id} runId={id} number={number}>
            <span
              role="img"
              aria-label={text}
              title={text}
              className={classes.run}
              style={{ backgroundColor: toneColor(theme, look.tone) }}
            />
          </RunLink>
        );
      })}
    </div>
  );
}
