import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  root: {
    display: '-webkit-box',
    '-webkit-box-orient': 'vertical',
    '-webkit-line-clamp': 4,
    overflow: 'hidden',
    overflowWrap: 'anywhere',
    maxWidth: '48ch',
  },
});

/** What a report says of an example, in whichever direction that is written; nothing where it says nothing. */
export function ExampleText({ text }: { text?: string }) {
  const classes = useStyles();
  return text === undefined ? null : (
    <div className={classes.root} dir="auto" title={text}>
      {text}
    </div>
  );
}
