import { useMemo, useRef } from 'react';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunStage } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Controls,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type NodeHandle,
  type NodeTypes,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { modelCiTranslationRef } from '../../translation';
import { firstView, layoutStages, NODE_HEIGHT, NODE_WIDTH } from './layout';
import { StageNode, type StageNodeType } from './StageNode';

const nodeTypes: NodeTypes = { stage: StageNode };
/**
 * Where edges begin and end. Without it they are measured anew whenever a stage changes, and are not drawn until that is
 * done: a run that goes on would be a graph without arrows.
 */
const HANDLES: NodeHandle[] = [
  handleAt('target', Position.Left, 0),
  handleAt('source', Position.Right, NODE_WIDTH),
];
const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };
const PADDING = 48;
const HIGHEST = 460;

const useStyles = makeStyles(theme => ({
  root: {
    '& .react-flow': { backgroundColor: 'transparent' },
    '& .react-flow__node': { cursor: 'pointer' },
    '& .react-flow__handle': {
      opacity: 0,
      pointerEvents: 'none',
      minWidth: 1,
      minHeight: 1,
    },
    '& .react-flow__attribution': {
      backgroundColor: 'transparent',
      '& a': { color: theme.palette.text.disabled },
    },
  },
}));

function handleAt(
  type: NodeHandle['type'],
  position: Position,
  x: number,
): NodeHandle {
  return { type, position, x, y: NODE_HEIGHT / 2, width: 1, height: 1 };
}

/** The stages of a run as a graph. Each stage is a button that selects it. */
export function StageGraph(props: {
  stages: RunStage[];
  selected?: string;
  onSelect: (stage: string) => void;
}) {
  const { stages, selected, onSelect } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const classes = useStyles();
  const root = useRef<HTMLDivElement>(null);
  // A retry changes states all the time, but hardly ever the shape.
  const shape = JSON.stringify(
    stages.map(({ name, needs }) => ({ name, needs })),
  );
  const placed = useMemo(() => layoutStages(JSON.parse(shape)), [shape]);

  const nodes: StageNodeType[] = stages.map(stage => ({
    id: stage.name,
    type: 'stage',
    position: placed.positions.get(stage.name) ?? { x: 0, y: 0 },
    ...SIZE,
    measured: SIZE,
    handles: HANDLES,
    // React Flow lets the mouse through nodes that can be neither dragged nor selected.
    style: { pointerEvents: 'all' },
    data: { stage, selected: stage.name === selected, onSelect },
  }));
  const edges: Edge[] = placed.edges.map(({ from, to }) => {
    const running =
      stages.find(({ name }) => name === to)?.status === 'running';
    return {
      id: `${from} ${to}`,
      source: from,
      target: to,
      animated: running,
      focusable: false,
      markerEnd: {
        type: MarkerType.ArrowClosed,
        color: theme.palette.text.disabled,
      },
      style: { stroke: theme.palette.text.disabled },
    };
  });

  return (
    <div
      ref={root}
      className={classes.root}
      role="group"
      aria-label={t('run.graph.label')}
      style={{ height: Math.min(HIGHEST, placed.height + PADDING * 2) }}
    >
      <ReactFlow
        key={shape}
        colorMode={theme.palette.type}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        zoomOnDoubleClick={false}
        minZoom={0.2}
        maxZoom={1.5}
        onInit={flow =>
          flow.setViewport(
            firstView(
              placed,
              {
                width: root.current?.clientWidth ?? 0,
                height: root.current?.clientHeight ?? 0,
              },
              selected,
            ),
          )
        }
        ariaLabelConfig={{
          'controls.zoomIn.ariaLabel': t('run.graph.zoomIn'),
          'controls.zoomOut.ariaLabel': t('run.graph.zoomOut'),
          'controls.fitView.ariaLabel': t('run.graph.fit'),
        }}
      >
        <Controls
          showInteractive={false}
          position="bottom-right"
          orientation="horizontal"
          fitViewOptions={{ maxZoom: 1, padding: 0.08 }}
        />
      </ReactFlow>
    </div>
  );
}
