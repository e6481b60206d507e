import { makeStyles } from '@material-ui/core/styles';

/** What the tables of the plugin have in common. */
export const useTableStyles = makeStyles(theme => ({
  scroll: { overflowX: 'auto' },
  table: {
    // The caption is only read aloud.
    '& caption': {
      position: 'absolute',
      width: 1,
      height: 1,
      overflow: 'hidden',
      clip: 'rect(0 0 0 0)',
      whiteSpace: 'nowrap',
      padding: 0,
    },
    '& th': {
      color: theme.palette.text.secondary,
      fontWeight: 600,
      whiteSpace: 'nowrap',
      borderBottom: `1px solid ${theme.palette.divider}`,
    },
    '& td': {
      borderBottom: `1px solid ${theme.palette.divider}`,
      lineHeight: 1.5,
    },
    '& tbody tr:last-child td': { borderBottom: 'none' },
  },
  toolbar: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  },
  intro: { flex: '1 1 320px' },
  muted: { color: theme.palette.text.secondary },
  code: {
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: '0.95em',
  },
  nowrap: { whiteSpace: 'nowrap' },
  notice: { padding: theme.spacing(2) },
  pager: {
    display: 'flex',
    justifyContent: 'flex-end',
    padding: theme.spacing(0.5),
  },
}));
