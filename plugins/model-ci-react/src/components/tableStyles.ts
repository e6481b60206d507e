import { makeStyles } from '@material-ui/core/styles';

/** For text that is only read aloud. */
export const visuallyHidden = {
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clip: 'rect(0 0 0 0)',
  whiteSpace: 'nowrap',
  padding: 0,
  border: 0,
} as const;

/** What the tables of the plugin have in common. */
export const useTableStyles = makeStyles(theme => ({
  scroll: { overflowX: 'auto' },
  table: {
    '& caption': visuallyHidden,
    '& th': {
      color: theme.palette.text.secondary,
      fontWeight: 600,
      whiteSpace: 'nowrap',
      borderBottom: `1px solid ${theme.palette.divider}`,
    },
    '& td': {
      borderBottom: `1px solid ${theme.palette.divider}`,
      lineHeight: 1.5,
      // Backstage's theme breaks words wherever a column would otherwise be a letter wider.
      wordBreak: 'normal',
      overflowWrap: 'break-word',
    },
    [theme.breakpoints.down('md')]: {
      '& th, & td': {
        paddingLeft: theme.spacing(1.5),
        paddingRight: theme.spacing(1),
      },
    },
    '& tbody tr:last-child > *': { borderBottom: 'none' },
    '& tbody tr:hover': { backgroundColor: theme.palette.action.hover },
  },
  filters: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-end',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  },
  spacer: { flexGrow: 1 },
  muted: { color: theme.palette.text.secondary },
  code: {
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: '0.95em',
    overflowWrap: 'anywhere',
  },
  nowrap: { whiteSpace: 'nowrap' },
  /** One line where the page is wide enough. */
  roomy: {
    whiteSpace: 'nowrap',
    [theme.breakpoints.down('md')]: { whiteSpace: 'normal', minWidth: 80 },
  },
  /** Text of any length: the column takes what the others leave. */
  prose: { width: '100%', minWidth: 150, overflowWrap: 'anywhere' },
  middle: { verticalAlign: 'middle' },
  /** One line of any length: its column takes what the others leave, and the line ends where the column does. */
  clipped: { width: '100%', minWidth: 160, maxWidth: 0 },
  clip: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  actions: {
    display: 'flex',
    justifyContent: 'flex-end',
    gap: theme.spacing(1),
  },
}));
