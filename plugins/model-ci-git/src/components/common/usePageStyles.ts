import { makeStyles } from '@material-ui/core/styles';

/** What stands above and below the tables of the plugin. */
export const usePageStyles = makeStyles(theme => ({
  toolbar: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  },
  intro: { flex: '1 1 320px' },
  notice: { padding: theme.spacing(2) },
  pager: {
    display: 'flex',
    justifyContent: 'flex-end',
    padding: theme.spacing(0.5),
  },
}));
