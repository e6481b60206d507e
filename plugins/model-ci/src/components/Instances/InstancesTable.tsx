import Link from '@material-ui/core/Link';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import CheckIcon from '@material-ui/icons/Check';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunStageInstance } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { Duration, StatusBadge, ToneBadge } from '../common';
import { MetricValue } from '../metrics';
import { metricNames, metricValue, parameterNames } from './coordinates';

/** As many as a table has room for; each instance has all. */
const SHOWN_METRICS = 6;

/** All executions of a stage with their parameters, metrics and states. */
export function InstancesTable(props: {
  instances: RunStageInstance[];
  onSelect: (key: string) => void;
}) {
  const { instances, onSelect } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const parameters = parameterNames(instances);
  const metrics = metricNames(instances).slice(0, SHOWN_METRICS);
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('instances.table.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('instances.column.status')}</TableCell>
            <TableCell>{t('instances.column.instance')}</TableCell>
            {parameters.map(name => (
              <TableCell key={name} align="right">
                <code>{name}</code>
              </TableCell>
            ))}
            {metrics.map(name => (
              <TableCell key={name} align="right">
                {name}
              </TableCell>
            ))}
            <TableCell>{t('instances.column.duration')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {instances.map(instance => (
            <TableRow key={instance.key} selected={instance.selected === true}>
              <TableCell>
                <StatusBadge
                  status={instance.status}
                  decided={instance.decided}
                />
                {instance.reason && (
                  <div>
                    <ReasonText reason={instance.reason} />
                  </div>
                )}
              </TableCell>
              <TableCell>
                <Link
                  component="button"
                  variant="body2"
                  align="left"
                  onClick={() => onSelect(instance.key)}
                >
                  <code>{instance.key}</code>
                </Link>{' '}
                {instance.selected && (
                  <ToneBadge
                    icon={CheckIcon}
                    tone="good"
                    label={t('instances.selected')}
                  />
                )}
              </TableCell>
              {parameters.map(name => (
                <TableCell key={name} align="right">
                  {String(instance.parameters[name] ?? '–')}
                </TableCell>
              ))}
              {metrics.map(name => {
                const value = metricValue(instance, name);
                return (
                  <TableCell key={name} align="right">
                    {value === undefined ? '–' : <MetricValue value={value} />}
                  </TableCell>
                );
              })}
              <TableCell className={classes.nowrap}>
                <Duration {...instance} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
