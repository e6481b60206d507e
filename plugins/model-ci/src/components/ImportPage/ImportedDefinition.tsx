import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { CopyButton } from '@model-ci/backstage-plugin-model-ci-react';
import { saveBlob } from '../../download';
import { modelCiTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  paper: { padding: theme.spacing(2) },
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
  },
  text: {
    maxHeight: 560,
    overflow: 'auto',
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 13,
  },
}));

/** The definition that was made, to be copied or saved. */
export function ImportedDefinition(props: { definition?: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { definition } = props;
  return (
    <Paper
      className={classes.paper}
      role="region"
      aria-label={t('import.result')}
    >
      <div className={classes.row}>
        <Typography variant="h6" component="h2">
          {t('import.result')}
        </Typography>
        {definition && (
          <>
            <CopyButton text={definition} label={t('import.copy')} />
            <Button
              size="small"
              variant="outlined"
              onClick={() =>
                saveBlob(
                  new Blob([definition], { type: 'application/yaml' }),
                  'model-pipeline.yaml',
                )
              }
            >
              {t('import.download')}
            </Button>
          </>
        )}
      </div>
      {definition ? (
        // It scrolls, so it can be reached by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={classes.text} tabIndex={0}>
          {definition}
        </pre>
      ) : (
        <Typography>{t('import.none')}</Typography>
      )}
    </Paper>
  );
}
