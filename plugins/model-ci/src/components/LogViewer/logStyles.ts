import { makeStyles } from '@material-ui/core/styles';
import { logColours } from './colours';

export const LINE_HEIGHT = 20;

export const useLogStyles = makeStyles(theme => {
  const colours = logColours(theme);
  return {
    frame: { position: 'relative' },
    scroller: {
      // As tall as the log, up to where the page would be nothing else.
      minHeight: LINE_HEIGHT * 5,
      maxHeight: 'clamp(280px, 60vh, 900px)',
      overflow: 'auto',
      // The virtual list keeps its place itself.
      overflowAnchor: 'none',
      backgroundColor: colours.background,
      color: colours.foreground,
      fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
      fontSize: 12.5,
      lineHeight: `${LINE_HEIGHT}px`,
      '&:focus-visible': {
        outline: `2px solid ${theme.palette.primary.main}`,
        outlineOffset: -2,
      },
    },
    content: { position: 'relative', minWidth: '100%', width: 'max-content' },
    wrapped: { width: '100%' },
    row: {
      position: 'absolute',
      top: 0,
      left: 0,
      minWidth: '100%',
      display: 'flex',
      minHeight: LINE_HEIGHT,
      '&:hover': { backgroundColor: colours.hover },
    },
    selected: { '&, &:hover': { backgroundColor: colours.selected } },
    number: {
      flex: 'none',
      width: '7ch',
      paddingRight: '1ch',
      textAlign: 'right',
      color: colours.gutter,
      userSelect: 'none',
      textDecoration: 'none',
      '&:hover': { textDecoration: 'underline' },
    },
    time: {
      flex: 'none',
      paddingRight: '1.5ch',
      color: colours.gutter,
      userSelect: 'none',
      fontVariantNumeric: 'tabular-nums',
      whiteSpace: 'pre',
    },
    fold: {
      flex: 'none',
      width: '2ch',
      height: LINE_HEIGHT,
      padding: 0,
      border: 0,
      background: 'none',
      color: colours.gutter,
      font: 'inherit',
      userSelect: 'none',
      cursor: 'pointer',
      '&:hover': { color: colours.foreground },
      '&:focus-visible': {
        outline: `2px solid ${theme.palette.primary.main}`,
      },
    },
    noFold: { flex: 'none', width: '2ch' },
    section: { fontWeight: 700 },
    folded: {
      paddingRight: theme.spacing(1),
      color: colours.gutter,
      whiteSpace: 'pre',
      userSelect: 'none',
    },
    text: { whiteSpace: 'pre', paddingRight: theme.spacing(1), tabSize: 8 },
    textWrapped: {
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      minWidth: 0,
    },
    empty: {
      position: 'absolute',
      inset: 0,
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'center',
      color: colours.gutter,
      pointerEvents: 'none',
    },
    more: {
      position: 'absolute',
      bottom: theme.spacing(1),
      left: '50%',
      transform: 'translateX(-50%)',
    },
  };
});
