import Typography from '@material-ui/core/Typography';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { lineLook } from '../Training/looks';
import { linePath } from './linePath';

const WIDTH = 240;
const HEIGHT = 48;

const useStyles = makeStyles(theme => ({
  figure: { margin: 0, minWidth: 0 },
  head: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
  },
  chart: {
    display: 'block',
    width: '100%',
    height: HEIGHT,
    borderBottom: `1px solid ${theme.palette.divider}`,
  },
}));

/** One value over time, as a line without axes: what it comes to stands beside its name. */
export function MiniChart(props: {
  name: string;
  /** What it comes to, in words. */
  value: string;
  seconds: number[];
  values: Array<number | null>;
  /** What the top of the chart stands for. */
  max: number;
}) {
  const { name, value, seconds, values, max } = props;
  const classes = useStyles();
  const { color } = lineLook(0, useTheme());
  const path = linePath({ seconds, values, max, width: WIDTH, height: HEIGHT });
  return (
    <figure className={classes.figure}>
      <Typography
        component="figcaption"
        variant="caption"
        className={classes.head}
      >
        <span>{name}</span>
        <strong>{value}</strong>
      </Typography>
      <svg
        className={classes.chart}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${value}`}
      >
        <path
          d={path}
          fill="none"
          stroke={color}
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </figure>
  );
}
