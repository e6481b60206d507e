import Paper from '@material-ui/core/Paper';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Alert from '@material-ui/lab/Alert';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { DefinitionError } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

/** Everything that is wrong with the definition, each with its place in the file. */
export function DefinitionErrors({ errors }: { errors: DefinitionError[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <Paper>
      <Alert severity="error">
        {t('run.definitionErrors.title', { count: errors.length })}
      </Alert>
      <div className={classes.scroll}>
        <Table size="small" className={classes.table}>
          <caption>{t('run.definitionErrors.caption')}</caption>
          <TableHead>
            <TableRow>
              <TableCell>{t('run.definitionErrors.position')}</TableCell>
              <TableCell>{t('run.definitionErrors.path')}</TableCell>
              <TableCell>{t('run.definitionErrors.message')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {errors.map(({ file, line, column, path, reason }) => (
              <TableRow
                key={`${file}:${line}:${column}:${path}:${reason.text}`}
              >
                <TableCell className={`${classes.code} ${classes.nowrap}`}>
                  {`${file}:${line}:${column}`}
                </TableCell>
                <TableCell className={classes.code}>{path}</TableCell>
                <TableCell>
                  <ReasonText reason={reason} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </Paper>
  );
}
