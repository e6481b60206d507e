import type { ReactNode } from 'react';
import IconButton from '@material-ui/core/IconButton';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import CloseIcon from '@material-ui/icons/Close';
import VerticalAlignTopIcon from '@material-ui/icons/VerticalAlignTop';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { VersionComparison } from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../../translation';
import { VersionLink } from '../../common';
import { RunLink } from '../../runs';
import { historyKey } from '../metrics/points';
import { CodeChange } from './CodeChange';
import { ComparedValue } from './ComparedValue';
import { factRows, isDifferent, type FactRow } from './facts';

/** Metrics, parameters, data and code of versions side by side, each against the first one. */
export function ComparisonTable(props: {
  pipelineRef: string;
  comparison: VersionComparison;
  sourceUrl?: string;
  onlyDifferent: boolean;
  onRemove(version: number): void;
  onReference(version: number): void;
}) {
  const { pipelineRef, comparison, sourceUrl, onlyDifferent } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { versions } = comparison;
  const metrics = comparison.metrics.filter(
    row => !onlyDifferent || isDifferent(row.values.map(({ value }) => value)),
  );
  const facts = factRows(versions).filter(
    row => !onlyDifferent || isDifferent(row.values),
  );
  const of = (kind: FactRow['kind']) => facts.filter(row => row.kind === kind);
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('compare.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('compare.metric')}</TableCell>
            {versions.map((version, index) => (
              <TableCell key={version.version} align="right">
                <VersionHead
                  pipelineRef={pipelineRef}
                  version={version}
                  isReference={index === 0}
                  onRemove={() => props.onRemove(version.version)}
                  onReference={() => props.onReference(version.version)}
                />
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {metrics.map(row => (
            <TableRow key={historyKey(row)}>
              <TableCell>{historyKey(row)}</TableCell>
              {row.values.map(value => (
                <TableCell key={value.version} align="right">
                  <ComparedValue
                    pipelineRef={pipelineRef}
                    versions={versions.map(({ version }) => version)}
                    row={row}
                    value={value}
                  />
                </TableCell>
              ))}
            </TableRow>
          ))}
          <Section title={t('compare.parameters')} rows={of('parameter')} />
          <Section title={t('compare.datasets')} rows={of('dataset')} />
          <TableRow>
            <TableCell component="th">{t('compare.code')}</TableCell>
            {versions.map((version, index) => (
              <TableCell key={version.version} align="right">
                <CodeChange
                  from={index === 0 ? undefined : versions[0].commit}
                  to={version.commit}
                  sourceUrl={sourceUrl}
                />
              </TableCell>
            ))}
          </TableRow>
        </TableBody>
      </Table>
    </div>
  );
}

function VersionHead(props: {
  pipelineRef: string;
  version: VersionComparison['versions'][number];
  isReference: boolean;
  onRemove(): void;
  onReference(): void;
}) {
  const { version, isReference, onRemove, onReference } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const name = t('common.version', { version: String(version.version) });
  return (
    <>
      <VersionLink pipelineRef={props.pipelineRef} version={version.version} />{' '}
      {!isReference && (
        <Action
          label={t('compare.makeReference', { version: name })}
          onClick={onReference}
        >
          <VerticalAlignTopIcon fontSize="small" />
        </Action>
      )}
      <Action label={t('compare.remove', { version: name })} onClick={onRemove}>
        <CloseIcon fontSize="small" />
      </Action>
      <div>
        <RunLink runId={version.runId} number={version.runNumber} />
        {version.aliases.length > 0 && ` · ${version.aliases.join(', ')}`}
      </div>
    </>
  );
}

function Action(props: {
  label: string;
  onClick(): void;
  children: ReactNode;
}) {
  return (
    <IconButton
      size="small"
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      {props.children}
    </IconButton>
  );
}

function Section({ title, rows }: { title: string; rows: FactRow[] }) {
  const classes = useTableStyles();
  if (rows.length === 0) {
    return null;
  }
  return (
    <>
      <TableRow>
        <TableCell component="th" colSpan={rows[0].values.length + 1}>
          {title}
        </TableCell>
      </TableRow>
      {rows.map(({ name, values, titles }) => (
        <TableRow key={name}>
          <TableCell>{name}</TableCell>
          {values.map((value, index) => (
            <TableCell
              key={titles[index].version}
              align="right"
              title={titles[index].title}
              className={classes.code}
              style={
                index > 0 && value !== values[0]
                  ? { fontWeight: 600 }
                  : undefined
              }
            >
              {value ?? '–'}
            </TableCell>
          ))}
        </TableRow>
      ))}
    </>
  );
}
