import type { ReactNode } from 'react';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { VersionLineage } from '@model-ci/backstage-plugin-model-ci-common';
import { runRouteRef } from '../../routes';
import { toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { VersionLink } from '../common';
import { layoutStages, NODE_HEIGHT, NODE_WIDTH } from '../RunPage/layout';
import { lineageGraph, vertexText, type LineageVertex } from './lineageGraph';

const PADDING = 16;

const useStyles = makeStyles(theme => ({
  scroll: { overflowX: 'auto', padding: PADDING },
  root: { position: 'relative', margin: 0, padding: 0, listStyle: 'none' },
  edges: { position: 'absolute', top: 0, left: 0, pointerEvents: 'none' },
  vertex: {
    position: 'absolute',
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'center',
    padding: theme.spacing(0.5, 1.5),
    backgroundColor: theme.palette.background.paper,
    border: `1px solid ${theme.palette.divider}`,
    borderLeftWidth: 4,
    borderRadius: theme.shape.borderRadius,
    '& > *': {
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
  },
  what: { color: theme.palette.text.secondary, fontSize: 12 },
  text: { fontWeight: 600 },
}));

/** What a version was made from, and where it went. */
export function LineageGraph({ lineage }: { lineage: VersionLineage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  const vertices = lineageGraph(lineage);
  const placed = layoutStages(
    vertices.map(({ id, needs }) => ({ name: id, needs })),
  );
  const place = (id: string) => placed.positions.get(id) ?? { x: 0, y: 0 };
  return (
    <div
      className={classes.scroll}
      role="group"
      aria-label={t('version.graph.label')}
    >
      <ul
        className={classes.root}
        style={{ width: placed.width, height: placed.height }}
      >
        <svg
          className={classes.edges}
          width={placed.width}
          height={placed.height}
          aria-hidden
        >
          {placed.edges.map(({ from, to }) => (
            <path
              key={`${from} ${to}`}
              d={curve(place(from), place(to))}
              fill="none"
              stroke={theme.palette.text.disabled}
            />
          ))}
        </svg>
        {vertices.map(vertex => {
          const { x, y } = place(vertex.id);
          return (
            <li
              key={vertex.id}
              className={classes.vertex}
              style={{
                left: x,
                top: y,
                ...accent(
                  vertex,
                  toneColor(theme, 'good'),
                  theme.palette.primary.main,
                ),
              }}
            >
              <VertexContent lineage={lineage} vertex={vertex} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface Point {
  x: number;
  y: number;
}

/** From the right side of a vertex to the left side of another. */
function curve(from: Point, to: Point): string {
  const [x1, y1] = [from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + NODE_HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M ${x1} ${y1} C ${middle} ${y1}, ${middle} ${y2}, ${x2} ${y2}`;
}

function accent(vertex: LineageVertex, serving: string, own: string) {
  if (vertex.kind === 'version') {
    return { borderLeftColor: own };
  }
  return vertex.kind === 'environment' && vertex.serving
    ? { borderLeftColor: serving }
    : {};
}

function VertexContent(props: {
  lineage: VersionLineage;
  vertex: LineageVertex;
}) {
  const { lineage, vertex } = props;
  const classes = useStyles();
  const what = useKind(vertex);
  const text = vertexText(vertex);
  return (
    <>
      <span className={classes.what}>{what}</span>
      <span className={classes.text} title={titleOf(vertex)}>
        <VertexLink lineage={lineage} vertex={vertex}>
          {text}
        </VertexLink>
      </span>
    </>
  );
}

function useKind(vertex: LineageVertex): string {
  const { t } = useTranslationRef(modelCiTranslationRef);
  switch (vertex.kind) {
    case 'more-datasets':
      return t('version.graph.moreDatasets', { count: vertex.count });
    case 'environment':
      return t(
        vertex.serving ? 'version.graph.servesIn' : 'version.graph.environment',
      );
    default:
      return t(`version.graph.${vertex.kind}`);
  }
}

function titleOf(vertex: LineageVertex): string | undefined {
  switch (vertex.kind) {
    case 'commit':
      return vertex.message ?? vertex.commit;
    case 'dataset':
      return vertex.digest;
    default:
      return undefined;
  }
}

function VertexLink(props: {
  lineage: VersionLineage;
  vertex: LineageVertex;
  children: ReactNode;
}) {
  const { lineage, vertex, children } = props;
  const runPath = useRouteRef(runRouteRef);
  switch (vertex.kind) {
    case 'run':
      return <Link to={runPath({ runId: vertex.runId })}>{children}</Link>;
    case 'previous':
    case 'baseline':
      return (
        <VersionLink
          pipelineRef={lineage.version.pipelineRef}
          version={vertex.version}
        >
          {children}
        </VersionLink>
      );
    case 'dataset':
      return vertex.resourceRef === undefined ? (
        <>{children}</>
      ) : (
        <EntityRefLink
          entityRef={vertex.resourceRef}
          defaultKind="resource"
          hideIcon
        >
          {children}
        </EntityRefLink>
      );
    default:
      return <>{children}</>;
  }
}
