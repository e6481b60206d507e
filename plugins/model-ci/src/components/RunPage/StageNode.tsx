import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  isFinal,
  type RunStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  Handle,
  Position,
  useReactFlow,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import type { FocusEvent } from 'react';
import {
  useLanguage,
  useReasonText,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration } from '../../format';
import { STATUS_LOOKS, toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { Duration, StatusBadge, useDecidedText, workTime } from '../common';
import { NODE_HEIGHT, NODE_WIDTH } from './layout';

/** A stage in the graph. */
export type StageNodeType = Node<
  {
    stage: RunStage;
    selected: boolean;
    onSelect: (stage: string) => void;
  },
  'stage'
>;

const useStyles = makeStyles(theme => ({
  root: {
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'center',
    alignItems: 'stretch',
    gap: 2,
    padding: theme.spacing(0.5, 1.5),
    textAlign: 'left',
    font: 'inherit',
    fontSize: 14,
    color: theme.palette.text.primary,
    backgroundColor: theme.palette.background.paper,
    border: `1px solid ${theme.palette.divider}`,
    borderLeftWidth: 4,
    borderRadius: theme.shape.borderRadius,
    cursor: 'pointer',
    '&:hover': { backgroundColor: theme.palette.action.hover },
    '&:focus-visible': {
      outline: `2px solid ${theme.palette.primary.main}`,
      outlineOffset: 2,
    },
  },
  /** Drawn as the first of a pile, which opens. */
  several: {
    boxShadow: `4px 4px 0 -1px ${theme.palette.background.paper}, 4px 4px 0 0 ${theme.palette.text.disabled}`,
  },
  selected: {
    boxShadow: `0 0 0 2px ${theme.palette.primary.main}`,
    backgroundColor: theme.palette.action.selected,
  },
  name: {
    fontWeight: 600,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  line: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    fontSize: 12.5,
  },
  note: { color: theme.palette.text.secondary, fontWeight: 400, fontSize: 12 },
}));

/** A stage as a button: its name, how it stands, and how long it took. */
export function StageNode({
  data,
  positionAbsoluteX,
  positionAbsoluteY,
}: NodeProps<StageNodeType>) {
  const { stage, selected, onSelect } = data;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  const language = useLanguage();
  const describe = useReasonText();
  const describeDecided = useDecidedText();
  const reason = stage.reason ?? stage.waitingFor;
  const flow = useReactFlow();
  // The graph does not scroll, so that the keyboard has to bring what is out of sight into view.
  const showWhole = ({ currentTarget }: FocusEvent) => {
    const view = currentTarget.closest('.react-flow')?.getBoundingClientRect();
    const own = currentTarget.getBoundingClientRect();
    if (
      view &&
      (own.left < view.left ||
        own.right > view.right ||
        own.top < view.top ||
        own.bottom > view.bottom)
    ) {
      flow.setCenter(
        positionAbsoluteX + NODE_WIDTH / 2,
        positionAbsoluteY + NODE_HEIGHT / 2,
        { zoom: flow.getZoom() },
      );
    }
  };
  const look = STATUS_LOOKS[stage.status];
  const duration =
    stage.startedAt && stage.finishedAt
      ? formatDuration(
          workTime(
            { ...stage, startedAt: stage.startedAt },
            Date.parse(stage.finishedAt),
          ),
          language,
        )
      : '–';
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <button
        type="button"
        className={`nodrag nopan ${classes.root} ${
          selected ? classes.selected : ''
        } ${stage.instances ? classes.several : ''}`}
        style={{
          borderLeftColor: toneColor(theme, look.tone),
          borderStyle:
            stage.status === 'skipped' || stage.status === 'queued'
              ? 'dashed'
              : 'solid',
        }}
        aria-pressed={selected}
        aria-label={t('run.graph.stageLabel', {
          stage: stage.title ?? stage.name,
          status: [
            t(look.label),
            ...(stage.decided ? [describeDecided(stage.decided)] : []),
          ].join(' · '),
          duration,
        })}
        title={reason ? describe(reason) : stage.name}
        onFocus={showWhole}
        onClick={() => onSelect(stage.name)}
      >
        <span className={classes.line}>
          <span className={classes.name}>{stage.title ?? stage.name}</span>
          {stage.instances && (
            <span
              className={classes.note}
              title={t('instances.count', { count: stage.instances.length })}
            >
              {t('instances.progress', {
                ended: String(
                  stage.instances.filter(({ status }) => isFinal(status))
                    .length,
                ),
                all: String(stage.instances.length),
              })}
            </span>
          )}
          {stage.allowFailure && (
            <span
              className={classes.note}
              title={t('run.graph.allowFailureHelp')}
            >
              {t('run.graph.allowFailure')}
            </span>
          )}
        </span>
        <span className={classes.line}>
          <StatusBadge status={stage.status} decided={stage.decided} />
          {/* Of a stage that waits for a person, the time says little and has no room. */}
          {stage.startedAt && stage.status !== 'waiting' && (
            <Duration {...stage} />
          )}
        </span>
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
}
