import { makeStyles, useTheme } from '@material-ui/core/styles';
import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import { toneColor, VERDICT_LOOKS } from '../../../status';
import { shownInterval } from '../../gates/shownInterval';
import {
  pictureOf,
  spreadTexts,
  type Picture,
  type PlacedText,
} from './picture';
import type { Together } from './together';
import { usePictureWords, usePromise } from './usePictureWords';

const WIDTH = 290;
const HEIGHT = 66;
/** From top to bottom: the numbers of the interval, its bar, the axis, and what is marked on it. */
const ROWS = { numbers: 11, bar: 25, axis: 42, marks: 58 };

const useStyles = makeStyles(theme => ({
  root: { margin: theme.spacing(0, 0, 1), maxWidth: WIDTH },
  svg: { display: 'block', maxWidth: '100%', height: 'auto' },
  caption: {
    color: theme.palette.text.secondary,
    fontSize: theme.typography.caption.fontSize,
  },
}));

/** The interval of a gate on an axis with the limit or margin on which its verdict turns, and what the interval promises. */
export function IntervalPicture(props: {
  gate: GateResult;
  together: Together;
}) {
  const { gate, together } = props;
  const classes = useStyles();
  const words = usePictureWords(gate);
  const picture = pictureOf(gate, WIDTH);
  const promise = usePromise(gate, together);
  if (!picture || !words) {
    return null;
  }
  return (
    <figure className={classes.root}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={words.label}
        className={classes.svg}
      >
        <title>{words.label}</title>
        <Marks picture={picture} />
        <Bar gate={gate} picture={picture} />
        <Texts
          y={ROWS.numbers}
          texts={[
            { x: picture.lower, text: words.lower },
            { x: picture.estimate, text: words.estimate, isStrong: true },
            { x: picture.upper, text: words.upper },
          ]}
        />
        <Texts
          y={ROWS.marks}
          texts={[
            ...picture.edges.map((x, i) => ({ x, text: words.edges[i] })),
            ...(picture.zero === undefined
              ? []
              : [{ x: picture.zero, text: words.zero }]),
          ]}
        />
      </svg>
      <figcaption className={classes.caption}>{promise}</figcaption>
    </figure>
  );
}

/** The axis, with the values on which the verdict turns, and where two versions are equal. */
function Marks({ picture }: { picture: Picture }) {
  const { palette } = useTheme();
  return (
    <>
      <line
        x1={0}
        x2={WIDTH}
        y1={ROWS.axis}
        y2={ROWS.axis}
        stroke={palette.text.disabled}
      />
      {picture.zero !== undefined && (
        <line
          x1={picture.zero}
          x2={picture.zero}
          y1={ROWS.numbers + 4}
          y2={ROWS.axis + 4}
          stroke={palette.text.secondary}
        />
      )}
      {picture.edges.map(edge => (
        <line
          key={edge}
          x1={edge}
          x2={edge}
          y1={ROWS.numbers + 4}
          y2={ROWS.axis + 4}
          stroke={palette.text.primary}
          strokeDasharray="4 3"
          strokeWidth={1.5}
        />
      ))}
    </>
  );
}

function Bar({ gate, picture }: { gate: GateResult; picture: Picture }) {
  const theme = useTheme();
  const { lower, upper } = shownInterval(gate) ?? {};
  const color = toneColor(theme, VERDICT_LOOKS[gate.verdict].tone);
  const ends = [
    ...(lower === undefined ? [] : [picture.lower]),
    ...(upper === undefined ? [] : [picture.upper]),
  ];
  return (
    <>
      <line
        x1={picture.lower}
        x2={picture.upper}
        y1={ROWS.bar}
        y2={ROWS.bar}
        stroke={color}
        strokeWidth={4}
      />
      {ends.map(x => (
        <line
          key={x}
          x1={x}
          x2={x}
          y1={ROWS.bar - 6}
          y2={ROWS.bar + 6}
          stroke={color}
          strokeWidth={2}
        />
      ))}
      <circle
        cx={picture.estimate}
        cy={ROWS.bar}
        r={5}
        fill={color}
        stroke={theme.palette.background.paper}
        strokeWidth={1.5}
      />
    </>
  );
}

function Texts(props: {
  texts: Array<PlacedText & { isStrong?: boolean }>;
  y: number;
}) {
  const { palette } = useTheme();
  return (
    <g fontSize={11} fill={palette.text.primary} textAnchor="middle">
      {spreadTexts(props.texts, WIDTH).map(({ x, text, isStrong }) => (
        <text
          key={`${text} ${x}`}
          x={x}
          y={props.y}
          fontWeight={isStrong ? 700 : undefined}
        >
          {text}
        </text>
      ))}
    </g>
  );
}
