import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { VersionComparison } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../../format';
import { useUrlState, useVersionComparison } from '../../../hooks';
import { toneColor, type Tone } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { ResourceView, VersionLink } from '../../common';
import { historyKey } from '../metrics/points';
import { parseVersions } from '../versions';

type Row = VersionComparison['metrics'][number];
type Value = Row['values'][number];

const TONES: Record<Value['comparison'], Tone> = {
  reference: 'idle',
  better: 'good',
  worse: 'bad',
  equal: 'idle',
  different: 'idle',
  'not-comparable': 'broken',
  missing: 'idle',
};

/** Metrics of the chosen versions side by side, each against the first one. */
export function Comparison({ pipelineRef }: { pipelineRef: string }) {
  const { params, set } = useUrlState();
  const versions = parseVersions(params.get('compare'));
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const comparison = useVersionComparison(
    pipelineRef,
    versions.length > 1 ? versions : [],
  );
  return (
    <Paper>
      <div className={classes.filters}>
        <Typography variant="h6" component="h3">
          {t('compare.title')}
        </Typography>
        <span className={classes.spacer} />
        <Button size="small" onClick={() => set({ compare: undefined })}>
          {t('compare.clear')}
        </Button>
      </div>
      {versions.length < 2 ? (
        <Typography color="textSecondary" style={{ padding: 16 }}>
          {t('compare.hint')}
        </Typography>
      ) : (
        <ResourceView resource={comparison}>
          {data => (
            <div className={classes.scroll}>
              <Table size="small" className={classes.table}>
                <caption>{t('compare.caption')}</caption>
                <TableHead>
                  <TableRow>
                    <TableCell>{t('compare.metric')}</TableCell>
                    {data.versions.map(({ version }) => (
                      <TableCell key={version} align="right">
                        <VersionLink
                          pipelineRef={pipelineRef}
                          version={version}
                        />
                      </TableCell>
                    ))}
                  </TableRow>
                </TableHead>
                <TableBody>
                  {data.metrics.map(row => (
                    <TableRow key={historyKey(row)}>
                      <TableCell>{historyKey(row)}</TableCell>
                      {row.values.map(value => (
                        <TableCell key={value.version} align="right">
                          <ComparedValue row={row} value={value} />
                        </TableCell>
                      ))}
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            </div>
          )}
        </ResourceView>
      )}
    </Paper>
  );
}

function ComparedValue({ row, value }: { row: Row; value: Value }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const theme = useTheme();
  const language = useLanguage();
  if (value.value === undefined) {
    return (
      <span className={classes.muted}>
        {t(value.notMeasured ? 'compare.notMeasured' : 'compare.missing')}
      </span>
    );
  }
  const word =
    value.comparison === 'missing'
      ? undefined
      : t(`compare.${value.comparison}`);
  return (
    <>
      {formatMetric(value.value, row.unit, language)}
      {word && (
        <div
          style={{ color: toneColor(theme, TONES[value.comparison]) }}
          title={value.message}
        >
          {value.difference !== undefined &&
            value.comparison !== 'reference' &&
            `${value.difference > 0 ? '+' : ''}${formatMetric(
              value.difference,
              undefined,
              language,
            )} `}
          {word}
        </div>
      )}
    </>
  );
}
