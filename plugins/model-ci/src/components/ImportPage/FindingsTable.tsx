import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ImportFinding } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

const useStyles = makeStyles({
  // Elsewhere they come after a colon.
  sentence: { '&::first-letter': { textTransform: 'uppercase' } },
});

/** What became of the pieces of a file, line by line. */
export function FindingsTable(props: {
  findings: ImportFinding[];
  onLine(line: number): void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <Paper className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('import.findings')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('import.column.line')}</TableCell>
            <TableCell>{t('import.column.outcome')}</TableCell>
            <TableCell>{t('import.column.what')}</TableCell>
            <TableCell>{t('import.column.reason')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.findings.map((finding, index) => (
            <FindingRow
              // Several may say the same of one place.
              // eslint-disable-next-line react/no-array-index-key
              key={index}
              finding={finding}
              onLine={props.onLine}
            />
          ))}
        </TableBody>
      </Table>
    </Paper>
  );
}

function FindingRow(props: {
  finding: ImportFinding;
  onLine(line: number): void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = { ...useTableStyles(), ...useStyles() };
  const { line, outcome, what, reason, remedy } = props.finding;
  return (
    <TableRow>
      <TableCell>
        <Button
          size="small"
          aria-label={t('import.goToLine', { line: String(line) })}
          onClick={() => props.onLine(line)}
        >
          {line}
        </Button>
      </TableCell>
      <TableCell className={classes.nowrap}>
        {outcome === 'carried' ? (
          t('import.outcome.carried')
        ) : (
          <strong>{t(`import.outcome.${outcome}`)}</strong>
        )}
      </TableCell>
      <TableCell className={classes.code}>{what}</TableCell>
      <TableCell>
        <div className={classes.sentence}>
          <ReasonText reason={reason} />
        </div>
        {remedy && (
          <div className={`${classes.muted} ${classes.sentence}`}>
            <ReasonText reason={remedy} />
          </div>
        )}
      </TableCell>
    </TableRow>
  );
}
