import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { RunDataset } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatBytes } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { Digest } from '../common';

/** The data sets of a run, by the digest of the bytes that it read. */
export function DatasetsTable(props: {
  /** With the catalog's entity of each, where it is known. */
  datasets: Array<RunDataset & { resourceRef?: string }>;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.datasets.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.datasets.column.name')}</TableCell>
            <TableCell>{t('run.datasets.column.uri')}</TableCell>
            <TableCell>{t('run.datasets.column.size')}</TableCell>
            <TableCell>{t('run.datasets.column.digest')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.datasets.map(({ name, uri, size, digest, resourceRef }) => (
            <TableRow key={name}>
              <TableCell>
                {resourceRef === undefined ? (
                  name
                ) : (
                  <EntityRefLink
                    entityRef={resourceRef}
                    defaultKind="resource"
                    hideIcon
                  >
                    {name}
                  </EntityRefLink>
                )}
              </TableCell>
              <TableCell className={classes.code}>{uri}</TableCell>
              <TableCell className={classes.nowrap}>
                {formatBytes(size, language)}
              </TableCell>
              <TableCell>
                <Digest digest={digest} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
