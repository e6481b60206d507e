import type { ComponentType, ReactNode } from 'react';
import { makeStyles } from '@material-ui/core/styles';
import type { SvgIconProps } from '@material-ui/core/SvgIcon';
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
  description: { maxWidth: 560 },
}));

/** Says that there is nothing and what to do about it. */
export function EmptyState(props: {
  title: string;
  description?: ReactNode;
  icon?: ComponentType<SvgIconProps>;
  action?: ReactNode;
}) {
  const { title, description, icon: Icon = InboxIcon, action } = props;
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <Icon className={classes.icon} aria-hidden />
      <Typography variant="h6" component="p">
        {title}
      </Typography>
      {description && (
        <Typography
          color="textSecondary"
          className={classes.description}
          component="div"
        >
          {description}
        </Typography>
      )}
      {action}
    </div>
  );
}
