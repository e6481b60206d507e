import type { ReactNode } from 'react';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import InboxIcon from '@material-ui/icons/Inbox';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(5, 2),
  },
  icon: { fontSize: 48, color: theme.palette.text.secondary, opacity: 0.6 },
}));

/** Says that there is nothing, and what to do about it. */
export function EmptyState(props: {
  title: string;
  description: string;
  action?: ReactNode;
}) {
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <InboxIcon className={classes.icon} aria-hidden />
      <Typography variant="h6" component="p">
        {props.title}
      </Typography>
      <Typography color="textSecondary">{props.description}</Typography>
      {props.action}
    </div>
  );
}
