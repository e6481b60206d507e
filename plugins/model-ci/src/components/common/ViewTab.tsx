import Tab from '@material-ui/core/Tab';
import { withStyles } from '@material-ui/core/styles';

/** A tab that can be read while the pointer is on it: Backstage's dark theme draws it light on white. */
export const ViewTab = withStyles(theme => ({
  root: {
    '&:hover': {
      color: theme.palette.text.primary,
      background: theme.palette.action.hover,
    },
  },
}))(Tab);
