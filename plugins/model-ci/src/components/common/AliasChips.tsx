import Chip from '@material-ui/core/Chip';
import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles(theme => ({
  chip: { margin: theme.spacing(0, 0.5, 0, 0) },
}));

/** The names under which a version is known. */
export function AliasChips({ aliases }: { aliases: string[] }) {
  const classes = useStyles();
  return (
    <>
      {aliases.map(alias => (
        <Chip key={alias} size="small" label={alias} className={classes.chip} />
      ))}
    </>
  );
}
