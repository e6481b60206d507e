import Chip from '@material-ui/core/Chip';
import LinearProgress from '@material-ui/core/LinearProgress';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { makeStyles } from '@material-ui/core/styles';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import ErrorIcon from '@material-ui/icons/Error';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ComputeNode } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatBytes } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { ToneBadge } from '../common';
import { NodeActions } from './NodeActions';
import { NodeCordonState } from './NodeCordonState';

const useStyles = makeStyles(theme => ({
  usage: { minWidth: 100 },
  bar: { height: 6, borderRadius: 3, marginTop: theme.spacing(0.5) },
  message: { minWidth: 220, maxWidth: 360, overflowWrap: 'anywhere' },
  labels: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) },
  label: { margin: 0 },
  // Their text begins where the name does.
  actions: { marginLeft: -5 },
}));

/** One row per node, with bars of what is reserved. */
export function NodesTable(props: {
  nodes: ComputeNode[];
  onChange: () => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const table = useTableStyles();
  return (
    <div className={table.scroll}>
      <Table size="small" className={table.table}>
        <caption>{t('nodes.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('nodes.column.node')}</TableCell>
            <TableCell>{t('nodes.column.executor')}</TableCell>
            <TableCell>{t('nodes.column.health')}</TableCell>
            <TableCell>{t('nodes.column.cpus')}</TableCell>
            <TableCell>{t('nodes.column.memory')}</TableCell>
            <TableCell>{t('nodes.column.gpus')}</TableCell>
            <TableCell align="right">{t('nodes.column.running')}</TableCell>
            <TableCell>{t('nodes.column.labels')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.nodes.map(node => (
            <NodeRow key={node.name} node={node} onChange={props.onChange} />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function NodeRow(props: { node: ComputeNode; onChange: () => void }) {
  const { node, onChange } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(modelCiTranslationRef);
  const table = useTableStyles();
  const language = useLanguage();
  const count = (value: number) => value.toLocaleString(language);
  const bytes = (value: number) => formatBytes(value, language);
  const { reserved, capacity } = node;
  return (
    <TableRow>
      <TableCell className={table.nowrap}>
        <span className={table.code}>{node.name}</span>
        <div className={classes.actions}>
          <NodeActions node={node} onChange={onChange} />
        </div>
      </TableCell>
      <TableCell>{node.executor}</TableCell>
      <TableCell>
        <NodeHealth node={node} />
        <NodeCordonState node={node} />
      </TableCell>
      <TableCell>
        <Usage
          node={node}
          resource={t('nodes.column.cpus')}
          used={reserved.cpus}
          total={capacity.cpus}
          format={count}
        />
      </TableCell>
      <TableCell>
        <Usage
          node={node}
          resource={t('nodes.column.memory')}
          used={reserved.memoryBytes}
          total={capacity.memoryBytes}
          format={bytes}
        />
      </TableCell>
      <TableCell>
        <Usage
          node={node}
          resource={t('nodes.column.gpus')}
          used={reserved.gpus}
          total={capacity.gpus}
          format={count}
        />
      </TableCell>
      <TableCell align="right">{count(node.running)}</TableCell>
      <TableCell>
        <NodeLabels labels={node.labels} />
      </TableCell>
    </TableRow>
  );
}

function NodeHealth({ node }: { node: ComputeNode }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const healthy = node.health === 'healthy';
  return (
    <>
      <ToneBadge
        icon={healthy ? CheckCircleIcon : ErrorIcon}
        tone={healthy ? 'good' : 'bad'}
        label={t(`nodes.health.${node.health}`)}
      />
      {node.message && <div className={classes.message}>{node.message}</div>}
      {node.away && (
        <div className={classes.message}>
          {t(node.away.isLost ? 'nodes.lost' : 'nodes.away', {
            time: <ExactTime time={node.away.since} />,
          })}
        </div>
      )}
    </>
  );
}

function NodeLabels({ labels }: Pick<ComputeNode, 'labels'>) {
  const classes = useStyles();
  return (
    <div className={classes.labels}>
      {Object.entries(labels).map(([name, value]) => (
        <Chip
          key={name}
          size="small"
          variant="outlined"
          className={classes.label}
          label={`${name}=${value}`}
        />
      ))}
    </div>
  );
}

/** How much of a node's resource is reserved; of a cluster, which has several machines, also what one stage may ask for. */
function Usage(props: {
  node: ComputeNode;
  resource: string;
  used: number;
  total: number;
  format: (value: number) => string;
}) {
  const { node, resource, used, total, format } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const table = useTableStyles();
  const classes = useStyles();
  if (total === 0 && used === 0) {
    return <span className={table.muted}>{t('common.none')}</span>;
  }
  const values = { used: format(used), total: format(total) };
  if (node.scheduling === 'cluster') {
    return (
      <>
        <div className={table.nowrap}>{t('nodes.reserved', values)}</div>
        <div className={`${table.nowrap} ${table.muted}`}>
          {t('nodes.largest', values)}
        </div>
      </>
    );
  }
  return (
    <div className={classes.usage}>
      <span className={table.nowrap}>{t('nodes.usage', values)}</span>
      <LinearProgress
        variant="determinate"
        className={classes.bar}
        value={total > 0 ? Math.min(100, (used / total) * 100) : 100}
        color={used >= total ? 'secondary' : 'primary'}
        aria-label={t('nodes.usageLabel', {
          node: node.name,
          resource,
          ...values,
        })}
      />
    </div>
  );
}
