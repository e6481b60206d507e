import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ParityResult } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { ExampleText } from '../common';

/** The examples whose predictions differ most from the reference. */
export function DifferingTable({ result }: { result: ParityResult }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  const { reference, differing } = result;
  // Labels have none.
  const hasDifferences = differing.some(
    ({ difference }) => difference !== undefined,
  );
  const show = (value: number | string | null) => {
    if (value === null) {
      return t('parity.notANumber');
    }
    // All digits: a difference may be in the last one.
    return typeof value === 'number' ? String(value) : value;
  };
  if (differing.length === 0) {
    return (
      <Typography color="textSecondary">
        {t('parity.differing.none')}
      </Typography>
    );
  }
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('parity.differing.caption', { reference })}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('parity.column.example')}</TableCell>
            <TableCell>{t('instances.column.environment')}</TableCell>
            <TableCell align="right">
              {t('parity.column.reference', { reference })}
            </TableCell>
            <TableCell align="right">{t('parity.column.prediction')}</TableCell>
            {hasDifferences && (
              <TableCell align="right">
                {t('parity.column.difference')}
              </TableCell>
            )}
          </TableRow>
        </TableHead>
        <TableBody>
          {differing.map(example => (
            <TableRow key={`${example.environment} ${example.id}`}>
              <TableCell>
                <code>{example.id}</code>
                <ExampleText text={example.text} />
              </TableCell>
              <TableCell>{example.environment}</TableCell>
              <TableCell align="right">{show(example.reference)}</TableCell>
              <TableCell align="right">{show(example.prediction)}</TableCell>
              {hasDifferences && (
                <TableCell align="right">
                  {example.difference === undefined
                    ? '–'
                    : formatMetric(example.difference, undefined, language)}
                </TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
