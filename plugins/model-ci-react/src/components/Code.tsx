import { makeStyles } from '@material-ui/core/styles';
import { CopyButton } from './CopyButton';

const useStyles = makeStyles(theme => ({
  block: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 1.5),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    backgroundColor: theme.palette.background.default,
  },
  inline: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
  },
  code: {
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: '0.95em',
    overflowWrap: 'anywhere',
    flexGrow: 1,
  },
}));

/** Something to be typed or pasted, with a button that copies it. */
export function Code(props: {
  text: string;
  copyLabel: string;
  inline?: boolean;
}) {
  const classes = useStyles();
  return (
    <div className={props.inline ? classes.inline : classes.block}>
      <code className={classes.code}>{props.text}</code>
      <CopyButton text={props.text} label={props.copyLabel} />
    </div>
  );
}
